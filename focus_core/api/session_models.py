"""Focus sessions as they travel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from focus_core.api.bodies import (
    WHOLE,
    Body,
    Flag,
    Id,
    IdOut,
    Minutes,
    Moment,
    MomentOut,
    absent,
    stored,
    within,
)
from focus_core.api.problems import Problem
from focus_core.domain import limits

SessionType = Literal["pomodoro", "flowtime", "custom"]
Context = Annotated[str, stored(limits.CONTEXT_LENGTH)]
Notes = Annotated[str, stored(limits.NOTES_LENGTH)]
Title = Annotated[str, stored(limits.TITLE_LENGTH)]
CourseName = Annotated[str, stored(limits.COURSE_LENGTH)]
Reason = Annotated[str, stored(limits.REASON_LENGTH)]
Score = Annotated[int, within(1, 5), WHOLE]
Interruptions = Annotated[int, within(0, limits.MOST_INTERRUPTIONS), WHOLE]
BreakMinutes = Annotated[int, within(0, limits.LONGEST_SESSION_MINUTES), WHOLE]


class StartSession(Body):
    """All may be left out: then it is a pomodoro of the person's own work length."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "expected_duration": 25,
                "context": "Studying Chapter 5 - Cellular Respiration",
                "session_type": "pomodoro",
                "task": "Biology assignment",
            }
        }
    )

    expected_duration: Minutes | None = Field(
        default=None, description="Minutes; needed for `custom`, an estimate for `flowtime`"
    )
    task_id: Id | None = None
    context: Context | None = Field(
        default=None, description="What it is about, in the person's words"
    )
    session_type: SessionType = "pomodoro"
    course_id: Id | None = None
    task: Title | None = Field(default=None, description="Title of a task, made if it is new")
    course: CourseName | None = Field(
        default=None, description="Name of a course, made if it is new"
    )
    overtime: Flag | None = Field(
        default=None, description="Go on counting past the plan; left out, as the settings say"
    )


class EndSession(Body):
    """How it went. Left out: completed if the plan was reached, interruptions as counted."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "was_completed": True,
                "focus_score": 4,
                "interruption_count": 1,
                "session_notes": "Great session!",
            }
        }
    )

    was_completed: Flag | None = None
    focus_score: Score | None = Field(default=None, description="1 (scattered) to 5 (deep focus)")
    interruption_count: Interruptions | None = None
    session_notes: Notes | None = None


class PauseSession(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"reason": "The phone rang"}})

    reason: Reason | None = None
    counts_as_interruption: Flag = True


class AddInterruption(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"reason": "A thought", "reason_kind": "internal"}}
    )

    reason: Reason | None = None
    reason_kind: Literal["internal", "external"] | None = None


class CorrectSession(Body):
    """Only what is named changes; null empties what may be empty."""

    model_config = ConfigDict(json_schema_extra={"example": {"focus_score": 5, "course": "Bio"}})

    start_time: Moment = absent()
    end_time: Moment = absent()
    session_type: SessionType = absent()
    expected_duration: Minutes | None = None
    was_completed: Flag = absent()
    focus_score: Score | None = None
    interruption_count: Interruptions = absent()
    break_minutes: BreakMinutes = absent()
    context: Context | None = None
    session_notes: Notes | None = None
    task_id: Id | None = None
    course_id: Id | None = None
    task: Title | None = None
    course: CourseName | None = None


class Session(BaseModel):
    """One focus session. Times in UTC, `expected_duration` and `duration_minutes` in minutes."""

    id: IdOut
    user_id: IdOut
    task_id: IdOut | None
    course_id: IdOut | None
    task_title: str | None
    course_name: str | None
    session_type: SessionType
    start_time: MomentOut
    end_time: MomentOut | None = Field(description="Null while it runs")
    actual_start_time: MomentOut | None = Field(description="As the clock measured it, for ever")
    actual_end_time: MomentOut | None
    duration_minutes: int | None
    expected_duration: int | None
    focused_seconds: int = Field(description="The span less its pauses")
    paused_seconds: int
    completion_percentage: float | None
    cycles_completed: int
    break_minutes: int
    was_completed: bool
    context: str | None
    focus_score: int | None
    interruption_count: int
    focus_quality: dict[str, Any]
    session_notes: str | None
    timezone: str = Field(description="IANA zone in which it was recorded")
    overtime: bool
    ended_by: Literal["user", "timer", "auto_close"] | None
    source: str
    created_at: MomentOut
    updated_at: MomentOut
    confirmed_at: MomentOut | None = Field(description="When its owner said how it went")
    paused_at: MomentOut | None
    is_paused: bool = False
    deadline: MomentOut | None = Field(
        default=None, description="When the plan is reached; null once ended, paused or counting up"
    )
    remaining_seconds: int | None = None
    server_time: MomentOut | None = Field(default=None, description="What the server's clock said")


class SessionEvent(BaseModel):
    event_type: Literal["pause", "resume", "interruption", "cycle", "hidden", "shown"]
    occurred_at: MomentOut
    reason_kind: Literal["internal", "external"] | None
    reason: str | None


class SessionWithEvents(Session):
    events: list[SessionEvent] = Field(description="What happened inside it, in order")


class HistoryPage(BaseModel):
    sessions: list[Session] = Field(description="Newest first, the running one among them")
    next_cursor: str | None = Field(description="Give it back as `cursor`; null on the last page")


class HistoryQuery(Body):
    """The filters of the history page."""

    since: Moment | None = Field(default=None, description="Started at or after")
    until: Moment | None = Field(default=None, description="Started before")
    course_id: Id | None = None
    task_id: Id | None = None
    session_type: SessionType | None = None
    was_completed: bool | None = None
    ended_by: Literal["user", "timer", "auto_close"] | None = None
    search: Title | None = Field(default=None, description="Words in context, notes or task title")
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="`next_cursor` of the page before"
    )


class Insight(BaseModel):
    type: Literal["positive", "neutral", "attention"]
    message: str
    n: int = Field(description="Earlier sessions it rests on")
    window: str
    compared_with: str | None = None


class Insights(BaseModel):
    session_id: IdOut
    insights: list[Insight]


class Span(BaseModel):
    start_time: MomentOut
    end_time: MomentOut


class SessionProblem(Problem):
    """A conflict with a session. Which members are there depends on `type`."""

    session: Session | None = Field(
        default=None, description="The session that runs, or as it ended"
    )
    conflicts: list[Session] | None = Field(
        default=None, description="Sessions that have this time"
    )
    trim: Span | None = Field(
        default=None, description="The largest free part of the time asked for"
    )
