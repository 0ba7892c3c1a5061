"""What is worth saying about one session, measured against the same person's past at that time.

Comes with the numbers and finds the words. The past is made of the eligible sessions that had
ended before this one started, in the 90 days before it, so that what is said never changes by
what comes later. Below three of them nothing is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import exp

from focus_core.domain.definitions import MINIMUM_SESSIONS
from focus_core.domain.findings import percent
from focus_core.domain.sessions import EndedBy

PAST_DAYS = 90
PAST = timedelta(days=PAST_DAYS)
WINDOW = f"the {PAST_DAYS} days before it"

SHORTEST_COUNTED = timedelta(minutes=1)
"""Shorter sessions are not eligible: started by mistake."""

_WORTH_A_WORD = 0.10
"""Share by which a length must differ from what it is compared with."""
_HIGH_SCORE, _LOW_SCORE = 4, 2
_SHORT = 10
"""Minutes below which tenths are told."""
_DISTURBED = 2
"""Interruptions from which on they are compared."""


class InsightType(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Insight:
    """One thing worth saying. `n` counts the earlier sessions it rests on, 0 where it rests on
    none of them; `compared_with` is None where the session speaks for itself."""

    type: InsightType
    message: str
    n: int
    window: str
    compared_with: str | None


@dataclass(frozen=True)
class SessionFacts:
    """The session in question; lengths in minutes."""

    running: bool
    ended_by: EndedBy | None
    was_completed: bool
    focused_minutes: float
    expected_minutes: int | None
    could_run_over: bool
    """Nothing stopped its clock at the plan: flowtime, overtime or recorded by hand."""
    counted_interruptions: int | None
    """None where nobody counted them."""
    focus_score: int | None


@dataclass(frozen=True)
class Past:
    """Eligible sessions before it. Means are None where their `n` is 0; minutes.

    `typical_log_ratio` is the mean of ln(focused / expected) over completed sessions that could
    run over: ratios are skewed, so their mean would mislead.
    """

    n: int
    mean_minutes: float | None
    mean_interruptions: float | None
    rated_n: int
    mean_score: float | None
    estimated_n: int
    typical_log_ratio: float | None


def session_insights(session: SessionFacts, past: Past) -> list[Insight]:
    """What stands out, in the order of length, interruptions, rating, estimate."""
    unfit = _unfit(session)
    if unfit is not None:
        return [unfit]
    said = [*_length(session, past), *_interruptions(session, past), *_rating(session, past)]
    said += [*_estimate(session, past), *_too_few(past)]
    return said


def _unfit(session: SessionFacts) -> Insight | None:
    """The one thing to say about a session that can't be measured against others."""
    if session.running:
        return _alone(
            InsightType.NEUTRAL, "This session is still running. Its insights come with its end."
        )
    if session.ended_by is EndedBy.AUTO_CLOSE:
        return _alone(
            InsightType.ATTENTION,
            "This session was forgotten and closed automatically, so its length is a guess."
            " Correct it in the history and it counts.",
        )
    if session.focused_minutes < SHORTEST_COUNTED / timedelta(minutes=1):
        return _alone(
            InsightType.NEUTRAL, "Under a minute of focus: too short to compare with anything."
        )
    return None


def _length(session: SessionFacts, past: Past) -> Iterator[Insight]:
    if past.n < MINIMUM_SESSIONS or not past.mean_minutes:
        return
    change = session.focused_minutes / past.mean_minutes - 1
    if abs(change) < _WORTH_A_WORD:
        return
    if change < 0 and session.was_completed and not session.could_run_over:
        return  # as long as it was meant to be: its plan is shorter, not its owner's patience
    focused, mean = _shown(session.focused_minutes), _shown(past.mean_minutes)
    by = abs(focused / mean - 1)  # of the numbers that are told: whoever checks gets the same
    compared_with = f"your average of {mean:g} min"
    if change > 0:  # in the specification's very words, units set as there
        message = f"Great job! You focused {focused:g}min, {by:.0%} longer than your average."
        yield Insight(InsightType.POSITIVE, message, past.n, WINDOW, compared_with)
    else:
        message = f"You focused {focused:g} min, {percent(by)} shorter than your average."
        yield Insight(InsightType.NEUTRAL, message, past.n, WINDOW, compared_with)


def _interruptions(session: SessionFacts, past: Past) -> Iterator[Insight]:
    count = session.counted_interruptions
    if count is None:
        return
    usual = past.mean_interruptions if past.n >= MINIMUM_SESSIONS else None
    compared_with = None if usual is None else f"your average of {usual:.1f} a session"
    if count == 0 and session.was_completed:
        message = "Perfect focus! No interruptions during this session."
        yield Insight(InsightType.POSITIVE, message, past.n, WINDOW, compared_with)
    elif count >= _DISTURBED and usual is not None and count >= 2 * usual:
        message = f"{count} interruptions, more than your usual {usual:.1f}."
        yield Insight(InsightType.ATTENTION, message, past.n, WINDOW, compared_with)


def _rating(session: SessionFacts, past: Past) -> Iterator[Insight]:
    score = session.focus_score
    if score is None:
        return
    usual = past.mean_score if past.rated_n >= MINIMUM_SESSIONS else None
    compared_with = None if usual is None else f"your average rating of {usual:.1f}"
    if score >= _HIGH_SCORE:
        message = "You rated this session highly. Keep up the great work!"
        yield Insight(InsightType.POSITIVE, message, past.rated_n, WINDOW, compared_with)
    elif score <= _LOW_SCORE and usual is not None and score <= usual - 1:
        message = f"You rated this session {score} of 5, below your average of {usual:.1f}."
        yield Insight(InsightType.ATTENTION, message, past.rated_n, WINDOW, compared_with)


def _estimate(session: SessionFacts, past: Past) -> Iterator[Insight]:
    expected, focused = session.expected_minutes, session.focused_minutes
    if expected is None:
        return
    if not session.was_completed:
        if focused < expected:
            message = f"You stopped after {_shown(focused):g} of {expected} min."
            yield _alone(InsightType.NEUTRAL, message, f"your plan of {expected} min")
        return
    change = focused / expected - 1
    if not session.could_run_over or abs(change) < _WORTH_A_WORD:
        return
    direction = "longer" if change > 0 else "shorter"
    took = _shown(focused)
    by = abs(took / expected - 1)
    message = f"It took {took:g} min, {percent(by)} {direction} than you estimated."
    compared_with = f"your estimate of {expected} min"
    usual = past.typical_log_ratio if past.estimated_n >= MINIMUM_SESSIONS else None
    if usual is not None:
        compared_with += f"; {typical_overrun(usual)} is typical for you"
    n = 0 if usual is None else past.estimated_n
    yield Insight(InsightType.NEUTRAL, message, n, WINDOW, compared_with)


def _too_few(past: Past) -> Iterator[Insight]:
    missing = MINIMUM_SESSIONS - past.n
    if missing > 0:
        sessions = "session" if missing == 1 else "sessions"
        yield Insight(
            InsightType.NEUTRAL,
            f"Too early to compare: that takes {MINIMUM_SESSIONS} earlier sessions,"
            f" {missing} {sessions} more than there were.",
            past.n,
            WINDOW,
            None,
        )


def typical_overrun(log_ratio: float) -> str:
    """exp(mean of the logs) is the geometric mean, in words: '12 % longer'."""
    change = exp(log_ratio) - 1
    return f"{percent(abs(change))} {'longer' if change >= 0 else 'shorter'}"


def _shown(minutes: float) -> float:
    """As it is told: whole, but short lengths to a tenth, or their shares would look wrong."""
    return round(minutes, 1) if minutes < _SHORT else round(minutes)


def _alone(kind: InsightType, message: str, compared_with: str | None = None) -> Insight:
    return Insight(kind, message, 0, WINDOW, compared_with)
