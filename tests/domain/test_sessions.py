"""The moves of a session, whatever their order and however late anybody looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focus_core.domain.errors import NoSessionRunning
from focus_core.domain.sessions import (
    FORGOTTEN_AFTER,
    LONGEST_OPEN_END,
    EndedBy,
    FocusSession,
    SessionType,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def session(**columns: object) -> FocusSession:
    values = {
        "id": uuid4(),
        "session_type": SessionType.POMODORO,
        "start_time": START,
        "expected_duration": 25,
        "last_seen_at": START,
        **columns,
    }
    return FocusSession(**values)  # type: ignore[arg-type]


def at(**duration: float) -> datetime:
    return START + timedelta(**duration)


fresh = st.builds(
    lambda kind, minutes, overtime: session(
        session_type=kind, expected_duration=minutes, overtime=overtime
    ),
    st.sampled_from(SessionType),
    st.integers(1, 1440),
    st.booleans(),
)
# Moves with the time since the one before; a little of it negative, as a transaction that began
# earlier and came later sees it.
steps = st.lists(
    st.tuples(
        st.sampled_from(["pause", "resume", "interrupt", "settle", "end"]),
        st.floats(-5, 20_000, allow_nan=False),
    ),
    max_size=12,
)


def played(running: FocusSession, moves: list[tuple[str, float]]) -> tuple[FocusSession, datetime]:
    """The session after `moves`, and the latest moment anybody saw."""
    now = latest = START
    for move, seconds in moves:
        now += timedelta(seconds=seconds)
        latest = max(latest, now)
        if not running.running:
            break
        if move == "end":
            running = running.end(now, by=EndedBy.USER)
        else:
            running = getattr(running, move)(now)
    return running, latest


@given(fresh, steps)
def test_focused_time_is_never_negative_and_never_more_than_the_span(
    running: FocusSession, moves: list[tuple[str, float]]
) -> None:
    after, now = played(running, moves)
    focused = after.focused(now)
    assert focused >= timedelta(0)
    assert after.paused_seconds >= 0
    end = after.end_time or now
    assert focused <= end - START
    if after.end_time is not None:
        assert after.end_time >= START
        # What the database computes: it refuses pauses longer than the rounded span.
        assert after.paused_seconds <= (after.end_time - START).total_seconds()
        assert after.paused_at is None


@given(fresh, steps, st.floats(0, 10**6), st.floats(0, 10**6))
def test_settling_gives_the_same_answer_whoever_asks_and_however_late(
    running: FocusSession, moves: list[tuple[str, float]], wait: float, more: float
) -> None:
    after, now = played(running, moves)
    early = now + timedelta(seconds=wait)
    late = early + timedelta(seconds=more)
    settled = after.settle(early)
    assert settled.settle(early) == settled
    if not settled.running:
        assert settled.settle(late) == settled
        assert after.settle(late) == settled
        assert settled.end_time is not None
        assert after.end_time is not None or settled.end_time <= early


@given(fresh, steps)
def test_nothing_moves_after_the_end(running: FocusSession, moves: list[tuple[str, float]]) -> None:
    after, now = played(running, [*moves, ("end", 1.0)])
    for move in ("pause", "resume", "interrupt"):
        with pytest.raises(NoSessionRunning):
            getattr(after, move)(now)
    with pytest.raises(NoSessionRunning):
        after.end(now, by=EndedBy.USER)
    assert after.settle(now + timedelta(days=1)) == after


@given(fresh, st.floats(0, 1000), st.floats(0, 1000))
def test_a_pause_moves_the_deadline_by_its_length(
    running: FocusSession, before: float, length: float
) -> None:
    paused_at = START + timedelta(seconds=before)
    paused = running.pause(paused_at)
    assert paused.deadline is None
    assert paused.focused(paused_at + timedelta(seconds=length)) == paused_at - START
    resumed = paused.resume(paused_at + timedelta(seconds=length))
    if running.deadline is None:
        assert resumed.deadline is None
    else:
        assert resumed.deadline is not None
        moved = resumed.deadline - running.deadline
        assert abs(moved.total_seconds() - length) <= 0.5


def test_moves_that_change_nothing() -> None:
    running = session()
    assert running.resume(at(minutes=1)) == running
    paused = running.pause(at(minutes=1))
    assert paused.pause(at(minutes=2)) == paused


def test_a_plan_ends_on_its_deadline() -> None:
    assert session().settle(at(minutes=24, seconds=59)).running
    ended = session().settle(at(minutes=25))
    assert (ended.end_time, ended.ended_by) == (at(minutes=25), EndedBy.TIMER)
    assert ended.was_completed


def test_a_sign_of_life_after_the_deadline_does_not_move_it() -> None:
    seen = session(last_seen_at=at(hours=1))
    assert seen.settle(at(hours=2)).end_time == at(minutes=25)


def test_overtime_runs_on_past_the_plan() -> None:
    running = session(overtime=True)
    assert running.settle(at(hours=4)).running
    assert running.focused(at(hours=1)) == timedelta(hours=1)
    ended = running.end(at(hours=1), by=EndedBy.USER)
    assert ended.was_completed


@pytest.mark.parametrize(
    ("forgotten", "last_sign"),
    [
        (session(session_type=SessionType.FLOWTIME, last_seen_at=at(hours=1)), at(hours=1)),
        (session(session_type=SessionType.FLOWTIME, last_seen_at=None), START),
        (session(overtime=True), at(minutes=25)),
        (session(overtime=True, last_seen_at=at(hours=2)), at(hours=2)),
        (session().pause(at(minutes=10)), at(minutes=10)),
        (session(overtime=True).pause(at(hours=1)), at(hours=1)),
    ],
    ids=["flowtime", "never seen", "overtime", "overtime seen", "paused", "paused in overtime"],
)
def test_what_was_forgotten_ends_at_its_last_sign_of_life(
    forgotten: FocusSession, last_sign: datetime
) -> None:
    assert forgotten.settle(last_sign + FORGOTTEN_AFTER - timedelta(seconds=1)).running
    closed = forgotten.settle(last_sign + FORGOTTEN_AFTER)
    assert (closed.end_time, closed.ended_by) == (last_sign, EndedBy.AUTO_CLOSE)
    assert not closed.was_completed


def test_a_page_left_open_keeps_nothing_running_for_ever() -> None:
    seen = at(hours=11, minutes=59)
    running = session(session_type=SessionType.FLOWTIME, last_seen_at=seen)
    assert running.settle(START + LONGEST_OPEN_END - timedelta(seconds=1)).running
    assert running.settle(START + LONGEST_OPEN_END).end_time == seen


def test_a_plan_of_a_day_needs_no_sign_of_life() -> None:
    assert session(expected_duration=1440).settle(at(hours=23, minutes=59)).running


def test_completed_is_what_was_said_or_what_the_clock_says() -> None:
    assert not session().end(at(minutes=24), by=EndedBy.USER).was_completed
    assert session().end(at(minutes=24), by=EndedBy.USER, was_completed=True).was_completed
    flow = session(session_type=SessionType.FLOWTIME)
    assert flow.end(at(seconds=1), by=EndedBy.USER).was_completed
    assert not flow.end(at(seconds=1), by=EndedBy.USER, was_completed=False).was_completed


def test_of_two_transactions_that_cross_the_later_one_stands() -> None:
    paused = session().pause(at(minutes=5))
    resumed = paused.resume(at(minutes=4, seconds=59))
    assert resumed.paused_seconds == 0
    assert resumed.end(at(minutes=4), by=EndedBy.USER).end_time == at(minutes=5)


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2, 10)
    for act in (
        session().pause,
        session().settle,
        session().focused,
        replace(session(), paused_at=START).resume,
    ):
        with pytest.raises(ValueError, match="zone"):
            act(naive)
