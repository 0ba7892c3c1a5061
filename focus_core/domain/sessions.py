"""One focus session and the moves it can make.

    running ──pause──▶ paused          settle(now): ends what its own rules say has ended,
       ▲                 │             the same answer whoever asks and however late
       └────resume───────┘
    running or paused ──end──▶ ended   ended never changes back; corrections edit its times

Values are frozen: each move returns a new session. Times are aware datetimes given by the caller,
who has them from the database's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from focus_core.domain.errors import NoSessionRunning

FORGOTTEN_AFTER = timedelta(hours=4)
"""Without a sign of life for this long, an open-ended session counts as forgotten."""

LONGEST_OPEN_END = timedelta(hours=12)
"""No open-ended session runs longer than this, even on a page that was left open."""


class SessionType(StrEnum):
    POMODORO = "pomodoro"
    FLOWTIME = "flowtime"
    CUSTOM = "custom"


class EndedBy(StrEnum):
    USER = "user"
    TIMER = "timer"
    AUTO_CLOSE = "auto_close"


@dataclass(frozen=True)
class FocusSession:
    """The part of a session that its rules need. Durations: `expected_duration` in minutes,
    `paused_seconds` in seconds."""

    id: UUID
    session_type: SessionType
    start_time: datetime
    end_time: datetime | None = None
    expected_duration: int | None = None
    overtime: bool = False
    paused_seconds: int = 0
    paused_at: datetime | None = None
    last_seen_at: datetime | None = None
    was_completed: bool = False
    ended_by: EndedBy | None = None

    @property
    def running(self) -> bool:
        """Not ended; a paused session is running too."""
        return self.end_time is None

    @property
    def plan(self) -> timedelta | None:
        """How long the clock counts down; None when it counts up."""
        if self.session_type is SessionType.FLOWTIME or self.expected_duration is None:
            return None
        return timedelta(minutes=self.expected_duration)

    @property
    def deadline(self) -> datetime | None:
        """When the plan is reached; None while paused or counting up."""
        if self.plan is None or self.paused_at is not None:
            return None
        return self.start_time + timedelta(seconds=self.paused_seconds) + self.plan

    @property
    def open_ended(self) -> bool:
        """Nothing but its owner ends it: flowtime, or overtime past the plan."""
        return self.plan is None or self.overtime

    def focused(self, now: datetime) -> timedelta:
        """Focused time until `now`, or until the end: the span less its pauses."""
        _require_zone(now)
        until = self.end_time or self.paused_at or now
        paused = timedelta(seconds=self.paused_seconds)
        return max(until - self.start_time - paused, timedelta(0))

    def pause(self, now: datetime) -> FocusSession:
        """Stop the clock. A paused session stays as it is. Raises NoSessionRunning once ended."""
        now = self._move_at(now)
        return self if self.paused_at else replace(self, paused_at=now, last_seen_at=now)

    def resume(self, now: datetime) -> FocusSession:
        """Let the clock go on. Raises NoSessionRunning once ended."""
        now = self._move_at(now)
        if self.paused_at is None:
            return self
        return replace(
            self, paused_at=None, paused_seconds=self._paused_until(now), last_seen_at=now
        )

    def interrupt(self, now: datetime) -> FocusSession:
        """Note a loss of focus; the clock goes on. Raises NoSessionRunning once ended."""
        return replace(self, last_seen_at=self._move_at(now))

    def end(self, now: datetime, *, by: EndedBy, was_completed: bool | None = None) -> FocusSession:
        """End at `now`. Unless told, it is completed when its plan was reached, and flowtime,
        which has none, always is. Raises NoSessionRunning once ended."""
        return self._ended(self._move_at(now), by, was_completed)

    def settle(self, now: datetime) -> FocusSession:
        """End what has ended by `now`: at the deadline, or, forgotten, at its last sign of life."""
        _require_zone(now)
        if not self.running:
            return self
        if not self.open_ended and self.deadline is not None and self.deadline <= now:
            return self._ended(self.deadline, EndedBy.TIMER, True)
        if self._forgotten(now):
            return self._ended(self._last_sign(), EndedBy.AUTO_CLOSE, False)
        return self

    def _ended(self, at: datetime, by: EndedBy, was_completed: bool | None) -> FocusSession:
        if was_completed is None:
            was_completed = self.plan is None or self.focused(at) >= self.plan
        # Each pause is rounded to a second; together they must not outgrow the session.
        longest_pause = int((at - self.start_time).total_seconds())
        return replace(
            self,
            end_time=at,
            paused_seconds=min(self._paused_until(at), longest_pause),
            paused_at=None,
            was_completed=was_completed,
            ended_by=by,
        )

    def _forgotten(self, now: datetime) -> bool:
        if self.deadline is not None and now < self.deadline:
            return False
        sign = self._last_sign()
        return now - sign >= FORGOTTEN_AFTER or now - self._open_since() >= LONGEST_OPEN_END

    def _open_since(self) -> datetime:
        """From when nothing but its owner can end it."""
        return self.paused_at or self.deadline or self.start_time

    def _last_sign(self) -> datetime:
        """A pause stopped the clock, so nothing after it counts; a plan runs without any sign."""
        if self.paused_at is not None:
            return self.paused_at
        signs = (self.start_time, self.last_seen_at, self.deadline)
        return max(sign for sign in signs if sign is not None)

    def _paused_until(self, now: datetime) -> int:
        if self.paused_at is None:
            return self.paused_seconds
        return self.paused_seconds + round((now - self.paused_at).total_seconds())

    def _move_at(self, now: datetime) -> datetime:
        """When a move asked for at `now` happens: never before the last one.

        A transaction's clock is that of its beginning, so of two at once the second to get at the
        session may have the earlier time. Raises NoSessionRunning once ended.
        """
        _require_zone(now)
        if not self.running:
            raise NoSessionRunning
        known = (now, self.start_time, self.paused_at, self.last_seen_at)
        return max(moment for moment in known if moment is not None)


def _require_zone(now: datetime) -> None:
    if now.tzinfo is None:
        raise ValueError("a time needs a zone")
