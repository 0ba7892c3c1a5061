"""The feature table for training elsewhere: one row a session, strictly as of its start.

Only sessions that had ended before a session started say anything about it. What has no value yet
is None, never 0. `DESCRIPTIONS` documents every column.
"""

from __future__ import annotations

import math
import operator
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from focus_core.domain.calendar import local_day

CONSISTENCY_DAYS = 28
RECENT_SESSIONS = 3
LARGEST_PERCENTAGE = 999.99
LARGEST_RATIO = 99.99
"""One absurd estimate must not own a mean."""

_SINES = [math.sin(math.pi * hour / 12) for hour in range(24)]
_COSINES = [math.cos(math.pi * hour / 12) for hour in range(24)]

Row = dict[str, str | int | float | bool | None]

USER_LEVEL: Final = {
    "avg_focus_duration": "Mean focused minutes of the person's known sessions.",
    "avg_interruptions": "Mean number of interruptions in them.",
    "completion_ratio": "Share of them that were completed, 0 to 1.",
    "underestimation_pct": "Mean of (estimate − focused) ÷ estimate × 100 over those with an"
    " estimate; negative means that things took longer. Each kept within ±999.99.",
    "avg_completion_ratio": "Mean of focused ÷ estimate over those with an estimate, each at most"
    " 99.99.",
    "peak_hour_variance": "Variance of their local start hours around the circular mean, hours²:"
    " 23:00 and 01:00 are two hours apart.",
    "consistency_score": "Days with a session ÷ days, over the last 28 local days or since the"
    " first session, the day of the start included; only known sessions make a day active.",
    "sessions_known": "How many sessions had ended by then.",
}
"""What the person's past says, the same for any session that starts at a moment."""

SESSION_LEVEL: Final = {
    "hour_of_day": "Local hour of the start, 0 to 23.",
    "day_of_week": "Weekday of the person's day that the start belongs to, 1 (Monday) to 7.",
    "expected_duration": "The estimate or the length planned, in minutes.",
    "task_type": "Type of the task.",
    "course_id": "The course.",
    "recent_interruptions": f"Interruptions in the last {RECENT_SESSIONS} known sessions together.",
    "time_since_last_session": "Minutes since the end of the last known session.",
}

TARGETS: Final = {
    "actual_duration": "Target: focused minutes.",
    "was_completed": "Target: whether it was completed.",
    "focus_quality": "Target: the rating, 1 to 5.",
    "ended_by_timer": "About the target: the timer cut the session off, so that it took at least"
    " actual_duration.",
}

DESCRIPTIONS: Final = USER_LEVEL | SESSION_LEVEL | TARGETS


@dataclass(frozen=True)
class FinishedSession:
    """One eligible session (see docs/definitions.md). `start` and `end` are aware datetimes."""

    start: datetime
    end: datetime
    focused_minutes: float
    expected_minutes: float | None
    interruptions: int
    completed: bool
    rating: int | None = None
    task_type: str | None = None
    course_id: str | None = None
    ended_by_timer: bool = False

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a session's start and end need a zone")


def feature_rows(
    sessions: Iterable[FinishedSession], zone: ZoneInfo, day_start: time = time()
) -> Iterator[Row]:
    """One person's sessions as rows, in order of start: features first, then targets."""
    in_order = sorted(sessions, key=lambda session: session.start)
    by_end = deque(sorted(in_order, key=lambda session: session.end))
    known = KnownSessions(zone, day_start)
    for session in in_order:
        while by_end and by_end[0].end < session.start:
            known.add(by_end.popleft())
        yield known.features(session) | _targets(session)


def _targets(session: FinishedSession) -> Row:
    return {
        "actual_duration": session.focused_minutes,
        "was_completed": session.completed,
        "focus_quality": session.rating,
        "ended_by_timer": session.ended_by_timer,
    }


@dataclass
class KnownSessions:
    """Running sums over one person's sessions, added in order of their ends."""

    zone: ZoneInfo
    day_start: time = time()
    n: int = 0
    focused: float = 0.0
    interruptions: int = 0
    completed: int = 0
    estimated: int = 0
    error_percent: float = 0.0
    ratios: float = 0.0
    hours: list[float] = field(default_factory=lambda: [0.0] * 24)
    days: set[date] = field(default_factory=set)
    first_day: date = date.max
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=RECENT_SESSIONS))
    last_end: datetime | None = None

    def add(self, session: FinishedSession) -> None:
        self.n += 1
        self.focused += session.focused_minutes
        self.interruptions += session.interruptions
        self.completed += session.completed
        if session.expected_minutes is not None and session.expected_minutes > 0:
            ratio = session.focused_minutes / session.expected_minutes
            self.estimated += 1
            self.error_percent += max((1.0 - ratio) * 100.0, -LARGEST_PERCENTAGE)
            self.ratios += min(ratio, LARGEST_RATIO)
        self.hours[session.start.astimezone(self.zone).hour] += 1
        day = local_day(session.start, self.zone, self.day_start)
        self.days.add(day)
        self.first_day = min(self.first_day, day)
        self.recent.append(session.interruptions)
        self.last_end = session.end if self.last_end is None else max(self.last_end, session.end)

    def features(self, session: FinishedSession) -> Row:
        """Everything known at the session's start; of the session itself, only its plan."""
        waited = None if self.last_end is None else session.start - self.last_end
        return self.user_level(session.start) | {
            "hour_of_day": session.start.astimezone(self.zone).hour,
            "day_of_week": local_day(session.start, self.zone, self.day_start).isoweekday(),
            "expected_duration": session.expected_minutes,
            "task_type": session.task_type,
            "course_id": session.course_id,
            "recent_interruptions": sum(self.recent) if self.recent else None,
            "time_since_last_session": waited.total_seconds() / 60 if waited else None,
        }

    def user_level(self, now: datetime) -> Row:
        """What is known of the person at a moment after all the sessions that were added."""
        return {
            "avg_focus_duration": self._mean(self.focused),
            "avg_interruptions": self._mean(self.interruptions),
            "completion_ratio": self._mean(self.completed),
            "underestimation_pct": self.error_percent / self.estimated if self.estimated else None,
            "avg_completion_ratio": self.ratios / self.estimated if self.estimated else None,
            "peak_hour_variance": circular_hour_variance(self.hours),
            "consistency_score": self._consistency(now),
            "sessions_known": self.n,
        }

    def _mean(self, total: float) -> float | None:
        return total / self.n if self.n else None

    def _consistency(self, now: datetime) -> float | None:
        if not self.days:
            return None
        today = local_day(now, self.zone, self.day_start)
        days = min((today - self.first_day).days + 1, CONSISTENCY_DAYS)
        active = sum(today - timedelta(days=past) in self.days for past in range(days))
        return active / days


def circular_hour_variance(hours: Sequence[float]) -> float | None:
    """Variance of start hours, hours², around the mean on the clock's circle; None without any.

    `hours` holds how many sessions started in each of the 24 hours. The circular mean is that of
    Mardia & Jupp (Directional Statistics, 2000, §2.2); distances go the short way round.
    """
    total = sum(hours)
    if not total:
        return None
    sine = sum(map(operator.mul, hours, _SINES))
    cosine = sum(map(operator.mul, hours, _COSINES))
    middle = math.atan2(sine, cosine) * 24 / (2.0 * math.pi)
    distances = [(hour - middle + 12.0) % 24.0 - 12.0 for hour in range(24)]
    return sum(n * d**2 for n, d in zip(hours, distances, strict=True)) / total
