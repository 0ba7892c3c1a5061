"""What one person's rows teach: outcomes to forecast from, and the plain answers beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db.queries import forecasts as queries
from db.session import Transaction
from focus_core.domain.calendar import local_day
from focus_core.prediction.completion import CompletionHistory, SessionStart
from focus_core.prediction.history import KEPT, History
from focus_core.prediction.outcomes import Outcome, Task, log_ratio
from focus_core.prediction.quality import RATINGS, QualityHistory

Row = Mapping[Any, Any]


@dataclass
class KnownPast:
    """A person's past as of a moment."""

    durations: History = field(default_factory=History)
    rows: dict[int, Row] = field(default_factory=dict)
    """By `id()` of an outcome in `durations`: the row it came from."""
    session_minutes: list[float] = field(default_factory=list)
    task_minutes: list[float] = field(default_factory=list)
    completions: CompletionHistory = field(default_factory=CompletionHistory)
    completed: int = 0
    qualities: QualityHistory = field(default_factory=QualityHistory)
    ratings: list[int] = field(default_factory=lambda: [0] * RATINGS)

    def usual_session_minutes(self) -> float | None:
        """Running median; None before the first."""
        return median(self.session_minutes) if self.session_minutes else None

    def usual_task_minutes(self) -> float | None:
        return median(self.task_minutes) if self.task_minutes else None

    def completion_rate(self) -> float:
        """The plain running rate, half a session of each outcome mixed in."""
        return (self.completed + 0.5) / (self.completions.known + 1.0)

    def rating_shares(self) -> list[float]:
        """The plain histogram, one pseudo-rating of each mixed in."""
        total = sum(self.ratings) + RATINGS
        return [(count + 1) / total for count in self.ratings]

    def misses_by_day(self, zone: ZoneInfo, day_start: time) -> list[list[float]]:
        """For each of the person's days, how far its sessions missed their forecasts, in log units;
        where the clock decided, there was none."""
        days: dict[date, list[float]] = defaultdict(list)
        for outcome in self.durations.outcomes:
            row = self.rows[id(outcome)]
            if "id" in row and row["p50_minutes"] is not None:
                days[local_day(row["start_time"], zone, day_start)].append(outcome.surprise)
        return list(days.values())

    def learn_session(self, row: Row) -> None:
        """Take in an eligible session."""
        outcome = session_outcome(row)
        if outcome is not None:
            self._learn_duration(row, outcome)
            if not outcome.at_least:
                self.session_minutes.append(outcome.actual_minutes)
        if row["expected_duration"] is not None:
            self.completions.add(session_start(row), row["was_completed"], minutes_of(row))
            self.completed += row["was_completed"]
        if row["focus_score"] is not None:
            self.qualities.add(row["focus_score"])
            self.ratings[row["focus_score"] - 1] += 1

    def learn_task(self, row: Row) -> None:
        """Take in a done task's total."""
        outcome = task_outcome(row)
        self._learn_duration(row, outcome)
        self.task_minutes.append(outcome.actual_minutes)

    def _learn_duration(self, row: Row, outcome: Outcome) -> None:
        if row["p50_minutes"] is not None:
            surprise = log_ratio(outcome, row["p50_minutes"])
            outcome = replace(outcome, surprise=surprise)
        self.durations.add(outcome)
        self.rows[id(outcome)] = row


def read(transaction: Transaction, user_id: UUID, moment: datetime) -> KnownPast:
    """What was known about this person strictly before `moment`, at most the last 1,000 of each."""
    sessions = queries.finished_sessions(transaction, user_id, moment, KEPT)
    tasks = queries.done_tasks(transaction, user_id, moment, KEPT)
    past = KnownPast()
    for row, learn in _in_order(
        ((row, past.learn_session) for row in sessions), ((row, past.learn_task) for row in tasks)
    ):
        learn(row)
    return past


def _in_order(*learnt: Iterable[tuple[Row, Any]]) -> list[tuple[Row, Any]]:
    together = [each for some in learnt for each in some]
    return sorted(together, key=lambda each: each[0]["end_time"])


def session_outcome(row: Row) -> Outcome | None:
    """How long a session took; None where that says nothing: a countdown that its owner ended."""
    open_ended = row["session_type"] == "flowtime" or row["overtime"] or row["source"] != "timer"
    if not open_ended and row["ended_by"] != "timer":
        return None
    return Outcome(
        Task.of(row["task_type"], row["expected_duration"]),
        minutes_of(row),
        at_least=not open_ended,
        text=words(row.get("task_title"), row.get("context")),
    )


def task_outcome(row: Row) -> Outcome:
    """A done task's total."""
    task = Task.of(row["task_type"], row["estimate_minutes"])
    return Outcome(task, minutes_of(row), text=words(row.get("task_title"), None))


def session_start(row: Row) -> SessionStart:
    """A session as its completion is forecast: without text, which nobody's training may read.

    What is left to do is the session's own plan, since that is what it is completed by; the task's
    estimate, or the same plan where there is none, is the plan that `spent_minutes` belong to.
    """
    expected = row["expected_duration"]
    plan = expected if row["estimate_minutes"] is None else row["estimate_minutes"]
    return SessionStart(
        left_minutes=expected,
        plan_minutes=plan,
        spent_minutes=row["spent_seconds"] / 60 if row["task_id"] else 0.0,
        session_index=row["session_index"] if row["task_id"] else 0,
        task_type=Task.of(row["task_type"], None).task_type,
        course=str(row["course_id"] or ""),
        task=str(row["task_id"] or ""),
    )


def minutes_of(row: Row) -> float:
    return float(row["focused_seconds"]) / 60


def words(title: str | None, context: str | None) -> str:
    """What a person wrote about a session: what the similar ones are looked for by."""
    return " ".join(part for part in (title, context) if part)
