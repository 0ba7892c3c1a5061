"""The technique's arithmetic: which cycle comes next and how long a break is due."""

from __future__ import annotations

from focus_core.domain.sessions import SessionType


def next_cycle(completed_today: int, long_break_every: int) -> int:
    """The number, from 1, of the cycle that begins after `completed_today` completed pomodoros."""
    return completed_today % long_break_every + 1


def break_minutes(
    session_type: SessionType,
    focused_minutes: float,
    *,
    completed_today: int,
    short_minutes: int,
    long_minutes: int,
    long_break_every: int,
) -> int:
    """The break that a session earned, in minutes; `completed_today` includes that session.

    A pomodoro's is long after every `long_break_every`th. A flowtime session's grows with its
    focused time, by the steps of the Flowtime technique: 5 minutes up to 25, 8 up to 50, 10 up
    to 90, then 15.
    """
    if session_type is SessionType.FLOWTIME:
        steps = ((25, 5), (50, 8), (90, 10))
        return next((earned for upto, earned in steps if focused_minutes <= upto), 15)
    is_long = (
        session_type is SessionType.POMODORO
        and completed_today > 0
        and completed_today % long_break_every == 0
    )
    return long_minutes if is_long else short_minutes
