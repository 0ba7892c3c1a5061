"""From what a session begins with and what was known then to its forecasts, shown or stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from focus_core.domain.sessions import SessionType
from focus_core.prediction.completion import CompletionForecast, SessionStart
from focus_core.prediction.duration import DurationForecast
from focus_core.prediction.outcomes import Task
from focus_core.prediction.quality import QualityForecast
from focus_core.prediction.storage import VERSIONS
from focus_core.prediction.training import Models
from focus_core.services.known_past import KnownPast, session_start, words

_RANGE = ("p50", "low80", "high80", "low90", "high90", "mean")


@dataclass(frozen=True)
class Beginning:
    """A session at its start. `task`: a row of `tasks_so_far`; `title`: that of a task not made
    yet."""

    moment: datetime
    session_type: SessionType
    expected_duration: int | None
    overtime: bool
    course_id: UUID | None
    context: str | None
    task: Mapping[Any, Any] | None
    title: str | None = None

    @property
    def task_type(self) -> str | None:
        return self.task["task_type"] if self.task else None

    @property
    def open_ended(self) -> bool:
        """No clock decides how long it takes."""
        return self.session_type is SessionType.FLOWTIME or self.overtime

    @property
    def session_task(self) -> Task:
        return Task.of(self.task_type, self.expected_duration)

    @property
    def whole_task(self) -> Task | None:
        """None when there is no task or it has no estimate."""
        if self.task is None or self.task["estimate_minutes"] is None:
            return None
        return Task.of(self.task_type, self.task["estimate_minutes"])

    @property
    def shown_task(self) -> Task:
        """What similar sessions are shown for."""
        return self.session_task if self.open_ended else self.whole_task or self.session_task

    @property
    def words(self) -> str:
        return words(self.task["task_title"] if self.task else self.title, self.context)

    @property
    def spent_minutes(self) -> float:
        return float(self.task["spent_seconds"]) / 60 if self.task else 0.0

    def start(self) -> SessionStart:
        nothing = {"task_id": None, "task_type": None, "estimate_minutes": None}
        known = self.task or nothing
        return session_start(
            {**known, "expected_duration": self.expected_duration, "course_id": self.course_id}
        )


@dataclass(frozen=True)
class _Duration:
    forecast: DurationForecast
    similar_count: int
    spent_minutes: float
    baseline: float | None

    def described(self) -> dict[str, Any]:
        return {
            "estimate_minutes": self.forecast.estimate_minutes,
            **{f"{name}_minutes": getattr(self.forecast, name) for name in _RANGE},
            "known_count": self.forecast.n_known,
            "similar_count": self.similar_count,
            "spent_minutes": self.spent_minutes,
        }

    def row(self, target: str) -> dict[str, Any]:
        return {
            "target": target,
            "model_version": self.forecast.version,
            **self.described(),
            "baseline": self.baseline,
            "inputs": {
                "uncorrected": list(self.forecast.uncorrected),
                "features": self.forecast.features.tolist(),
            },
        }


@dataclass(frozen=True)
class Forecasts:
    """All forecasts for one session."""

    models_id: int | None
    session: _Duration | None
    task: _Duration | None
    completion: CompletionForecast | None
    completion_baseline: float
    quality: QualityForecast
    quality_baseline: list[float]

    def described(self) -> dict[str, Any]:
        """As `forecasts.preview` returns them."""
        completion, quality = self.completion, self.quality
        return {
            "session": self.session.described() if self.session else None,
            "task": self.task.described() if self.task else None,
            "completion": completion
            and {
                "probability": completion.probability,
                "baseline": self.completion_baseline,
                "known_count": completion.n_known,
            },
            "focus_score": {
                "probabilities": list(quality.probabilities),
                "expected": quality.expected,
                "known_count": quality.n_known,
            },
            "model_version": dict(VERSIONS),
        }

    def rows(self) -> list[dict[str, Any]]:
        """As they are stored, each with all columns."""
        found = []
        if self.session:
            found.append(self.session.row("session_minutes"))
        if self.task:
            found.append(self.task.row("task_minutes"))
        if self.completion:
            found.append(
                {
                    "target": "completion",
                    "model_version": self.completion.version,
                    "known_count": self.completion.n_known,
                    "probability": self.completion.probability,
                    "baseline": self.completion_baseline,
                    "inputs": {"features": self.completion.features.tolist()},
                }
            )
        found.append(
            {
                "target": "focus_score",
                "model_version": self.quality.version,
                "known_count": self.quality.n_known,
                "score_probabilities": list(self.quality.probabilities),
                "baseline_score_probabilities": self.quality_baseline,
                "inputs": {},
            }
        )
        return [{**_EMPTY, "models_id": self.models_id, **row} for row in found]


_EMPTY: dict[str, Any] = {
    "similar_count": None,
    "spent_minutes": None,
    "estimate_minutes": None,
    **{f"{name}_minutes": None for name in _RANGE},
    "probability": None,
    "score_probabilities": None,
    "baseline": None,
    "baseline_score_probabilities": None,
}


def make(beginning: Beginning, past: KnownPast, models: Models, models_id: int | None) -> Forecasts:
    """The forecasts for a session that begins so, from what was known then."""

    def duration(task: Task, spent: float, baseline: float | None) -> _Duration:
        forecast = models.duration.forecast(task, past.durations)
        similar = past.durations.similar(task, beginning.words)
        return _Duration(forecast, len(similar), spent, baseline)

    task = beginning.whole_task
    return Forecasts(
        models_id=models_id,
        session=duration(beginning.session_task, 0.0, past.usual_session_minutes())
        if beginning.open_ended
        else None,
        task=duration(task, beginning.spent_minutes, past.usual_task_minutes()) if task else None,
        completion=models.completion.forecast(beginning.start(), past.completions)
        if beginning.expected_duration is not None
        else None,
        completion_baseline=past.completion_rate(),
        quality=models.quality.forecast(past.qualities),
        quality_baseline=past.rating_shares(),
    )
