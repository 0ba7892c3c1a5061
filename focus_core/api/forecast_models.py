"""Forecasts, what they rest on and how good they were, as they travel. Minutes are numbers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from focus_core.api.bodies import Body, Id, IdOut, MomentOut
from focus_core.api.session_models import Context, CourseName, SessionType, Title
from focus_core.domain import limits
from focus_core.services import features

Target = Literal["session_minutes", "task_minutes", "completion", "focus_score"]
Share = Annotated[float, Field(ge=0, le=1)]


class BeforeStart(Body):
    """What a start takes."""

    expected_duration: Annotated[int, Field(ge=1, le=limits.LONGEST_SESSION_MINUTES)] | None = (
        Field(default=None, description="Minutes; a pomodoro has the person's own length")
    )
    task_id: Id | None = None
    context: Context | None = None
    session_type: SessionType = "pomodoro"
    course_id: Id | None = None
    task: Title | None = Field(default=None, description="Title of a task; none is made")
    course: CourseName | None = Field(default=None, description="Name of a course; none is made")
    overtime: bool | None = Field(default=None, description="Left out, as the settings say")


class Likely(BaseModel):
    """How long something takes. `low80` to `high80` holds it in four cases of five."""

    estimate_minutes: int | None = Field(description="What it was planned to take")
    p50_minutes: float = Field(description="As often shorter as longer")
    low80_minutes: float
    high80_minutes: float
    low90_minutes: float
    high90_minutes: float
    mean_minutes: float = Field(description="For adding up; a single one is rather `p50_minutes`")
    known_count: int = Field(description="Own outcomes it rests on; below 3 it is a guess")
    similar_count: int = Field(description="Those of them that resemble it")
    spent_minutes: float = Field(description="How much of it is behind already")


class Chance(BaseModel):
    probability: Share
    baseline: Share = Field(description="The plain answer: how often it was so lately")
    known_count: int
    beats_baseline: bool = Field(
        description="Whether these forecasts have beaten the plain answer for this person, over at"
        " least 30 of them in a year. Where not, say nothing"
    )


class LikelyScore(BaseModel):
    probabilities: list[Share] = Field(description="Of the scores 1 to 5")
    expected: float
    known_count: int
    beats_baseline: bool = Field(description="As for completion: where not, say nothing")


class Forecast(BaseModel):
    """What would be forecast for a session that starts now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "session": {
                    "estimate_minutes": 45,
                    "p50_minutes": 52.5,
                    "low80_minutes": 36,
                    "high80_minutes": 81,
                    "low90_minutes": 30.6,
                    "high90_minutes": 101.25,
                    "mean_minutes": 56.1,
                    "known_count": 64,
                    "similar_count": 11,
                    "spent_minutes": 0,
                },
                "task": None,
                "completion": {
                    "probability": 0.83,
                    "baseline": 0.75,
                    "known_count": 64,
                    "beats_baseline": True,
                },
                "focus_score": {
                    "probabilities": [0.02, 0.05, 0.2, 0.5, 0.23],
                    "expected": 3.87,
                    "known_count": 40,
                    "beats_baseline": False,
                },
                "model_version": {
                    "duration": "duration-1",
                    "completion": "completion-2",
                    "quality": "quality-1",
                },
            }
        }
    )

    session: Likely | None = Field(description="Null where the clock decides how long it takes")
    task: Likely | None = Field(description="The whole task; null without an estimate of it")
    completion: Chance | None = Field(description="Null without a planned length")
    focus_score: LikelyScore | None
    model_version: dict[str, str] = Field(description="Of `duration`, `completion`, `quality`")


class StoredForecast(BaseModel):
    """One forecast as it was issued; what does not belong to its target is null."""

    target: Target
    issued_at: MomentOut = Field(description="When it was stored; it knows what the start knew")
    model_version: str
    known_count: int
    similar_count: int | None
    spent_minutes: float | None
    estimate_minutes: int | None
    p50_minutes: float | None
    low80_minutes: float | None
    high80_minutes: float | None
    low90_minutes: float | None
    high90_minutes: float | None
    mean_minutes: float | None
    probability: float | None
    score_probabilities: list[float] | None
    baseline: float | None = Field(
        description="The plain answer: median minutes, or the share completed; null before the"
        " first outcome"
    )
    baseline_score_probabilities: list[float] | None
    beats_baseline: bool | None = Field(
        description="Of completion and focus score: where not true, say nothing"
    )


class StoredForecasts(BaseModel):
    forecasts: list[StoredForecast] = Field(
        description="Empty within the first seconds, and where none was made"
    )


class SimilarSession(BaseModel):
    session_id: IdOut | None = Field(description="Null for the total of a task that is done")
    start_time: MomentOut
    title: str | None
    context: str | None
    estimate_minutes: int | None
    minutes: float
    at_least: bool = Field(description="A timer ended it: it would have taken that or longer")


class SimilarSessions(BaseModel):
    sessions: list[SimilarSession] = Field(description="The most similar first, at most 20")


class Difference(BaseModel):
    low: float
    high: float


class Comparison(BaseModel):
    """Over the forecasts for which the plain answer was there, too."""

    plain: Literal["estimate", "estimates", "median", "rate", "histogram"] = Field(
        alias="with", description="The plain answer it is held against"
    )
    n: int
    ours: float | None = Field(description="As `error`")
    theirs: float | None
    difference: Difference | None = Field(
        description="The 95 % interval of ours less theirs; null with fewer than five days"
    )
    our_factor: float | None = Field(
        default=None, description="Of durations: typically off by this factor, 1 is exact"
    )
    their_factor: float | None = None


class Coverage(BaseModel):
    """Share of outcomes inside the 80 % range, with its 95 % interval."""

    share: float
    low: float
    high: float


class ReliabilityBin(BaseModel):
    """Forecasts of about one probability: what was said and what happened, with its 95 %
    interval."""

    n: int
    said: float
    happened: float
    low: float
    high: float


class Figures(BaseModel):
    """Scores of one target's forecasts; null where nothing is scored or it does not apply."""

    n: int = Field(description="Forecasts with an outcome")
    error: float | None = Field(
        description="Mean absolute error in minutes, Brier score or ranked probability score"
    )
    against: list[Comparison]
    coverage: Coverage | None = None
    width_minutes: float | None = Field(default=None, description="Mean width of the 80 % range")
    width_factor: float | None = Field(default=None, description="Its end ÷ its start")
    said: float | None = Field(default=None, description="Mean probability of completion")
    happened: float | None = Field(default=None, description="Share completed")
    calibration_error: float | None = None
    reliability: list[ReliabilityBin] | None = None


class VersionFigures(Figures):
    model_version: str


class MonthFigures(Figures):
    month: date = Field(description="Its first day; the person's own month")


class Verdict(BaseModel):
    """Always over the last 365 days. A plain answer is beaten where the interval of `difference`
    lies below zero."""

    kind: Literal["beats", "mixed", "no_better", "early"]
    scores: Figures


class TargetScores(BaseModel):
    issued: int
    scores: Figures
    versions: list[VersionFigures]
    months: list[MonthFigures] = Field(description="Oldest first")
    verdict: Verdict


class Targets(BaseModel):
    session_minutes: TargetScores
    task_minutes: TargetScores
    plan_minutes: TargetScores = Field(
        description="When a day's plan was done, one forecast a day, in minutes from its issue"
    )
    completion: TargetScores
    focus_score: TargetScores


class Scorecard(BaseModel):
    days: int
    since: MomentOut
    sessions: int = Field(description="All that started in that time")
    cut_off: int = Field(description="Sessions that a timer ended: how long they take is not known")
    stopped: int = Field(description="Sessions that were stopped before their timer ended them")
    targets: Targets


class Column(BaseModel):
    name: str
    level: Literal["name", "user", "session", "target"]
    type: Literal["text", "moment", "whole number", "number", "yes or no"]
    meaning: str


class Dictionary(BaseModel):
    columns: list[Column] = Field(description="In the order of the table; empty means unknown")


class BreakAdvice(BaseModel):
    minutes: int
    own: bool = Field(description="The person's own breaks say so; else the technique does")
    message: str = Field(description="Which of them, and why")
    n: int = Field(description="Own breaks that count")
    window: str
    sure: str | None = Field(description="The effect with its interval; null for the technique's")


def _feature(column: dict[str, str]) -> Any:
    kind: Any = int if column["type"] == "whole number" else float
    return kind | None, Field(description=column["meaning"])


UserFeatures: type[BaseModel] = create_model(
    "UserFeatures",
    **{
        column["name"]: _feature(column)
        for column in features.dictionary()
        if column["level"] == "user"
    },
)
