"""The feature table: by hand, and blind to what comes later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focus_core.prediction.features import (
    DESCRIPTIONS,
    TARGETS,
    FinishedSession,
    Row,
    circular_hour_variance,
    feature_rows,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)


def session(hours: float, focused: float = 30, expected: float | None = 25, **facts):
    start = MONDAY + timedelta(hours=hours)
    return FinishedSession(
        start=start,
        end=start + timedelta(minutes=focused),
        focused_minutes=focused,
        expected_minutes=expected,
        interruptions=facts.pop("interruptions", 0),
        completed=facts.pop("completed", True),
        **facts,
    )


def test_each_column_has_its_description():
    (row,) = feature_rows([session(0)], BERLIN)

    assert set(row) == set(DESCRIPTIONS)


def test_a_first_session_knows_its_plan_and_nothing_else():
    (row,) = feature_rows([session(0, task_type="essay", course_id="bio-101")], BERLIN)

    assert row["hour_of_day"] == 9
    assert row["day_of_week"] == 1
    assert row["expected_duration"] == 25
    assert (row["task_type"], row["course_id"]) == ("essay", "bio-101")
    assert row["sessions_known"] == 0
    for name in ("avg_focus_duration", "completion_ratio", "underestimation_pct",
                 "peak_hour_variance", "consistency_score", "recent_interruptions",
                 "time_since_last_session"):  # fmt: skip
        assert row[name] is None


def test_what_earlier_sessions_say():
    sessions = [
        session(0, 30, 25, interruptions=2, completed=True),
        session(2, 20, 40, interruptions=1, completed=False),
        session(48, 60, None, rating=4),
    ]

    row = list(feature_rows(sessions, BERLIN))[2]

    assert row["avg_focus_duration"] == 25
    assert row["avg_interruptions"] == 1.5
    assert row["completion_ratio"] == 0.5
    assert row["underestimation_pct"] == pytest.approx((-20 + 50) / 2)
    assert row["avg_completion_ratio"] == pytest.approx((1.2 + 0.5) / 2)
    assert row["peak_hour_variance"] == pytest.approx(1.0)
    assert row["consistency_score"] == pytest.approx(1 / 3)
    assert row["recent_interruptions"] == 3
    assert row["time_since_last_session"] == pytest.approx(46 * 60 - 20)
    assert (row["actual_duration"], row["was_completed"], row["focus_quality"]) == (60, True, 4)


def test_hours_are_counted_on_the_clocks_circle():
    hours = [0] * 24
    hours[23] = hours[1] = 5

    assert circular_hour_variance(hours) == pytest.approx(1.0)
    assert circular_hour_variance([0] * 24) is None


def test_the_day_begins_when_the_person_says():
    sessions = [session(0), session(18.5)]  # 09:00 and 03:30 of the next day in Berlin

    def consistency(day_start):
        return list(feature_rows(sessions, BERLIN, day_start))[1]["consistency_score"]

    assert consistency(time(4)) == 1.0
    assert consistency(time()) == 0.5


def test_one_absurd_estimate_owns_no_mean():
    rows = list(feature_rows([session(0, 60, 1e-6), session(5)], BERLIN))

    assert rows[1]["underestimation_pct"] == -999.99
    assert rows[1]["avg_completion_ratio"] == 99.99


outcome = st.fixed_dictionaries(
    {
        "hours": st.floats(0, 500),
        "focused": st.floats(1, 600),
        "expected": st.none() | st.integers(1, 1440),
        "interruptions": st.integers(0, 99),
        "completed": st.booleans(),
        "rating": st.none() | st.integers(1, 5),
    }
)


@given(st.lists(outcome, min_size=1, max_size=25), st.data())
def test_no_row_knows_what_came_later(drawn: list[dict[str, Any]], data: st.DataObject) -> None:
    """Whatever had not ended when a session started is poisoned or gone: its row stays, bit by
    bit, as does all it knew of itself."""
    sessions = sorted((session(**facts) for facts in drawn), key=lambda each: each.start)
    chosen = data.draw(st.integers(0, len(sessions) - 1))
    now = sessions[chosen].start
    poison = data.draw(outcome)
    poisoned = [
        each
        if each.end < now
        else replace(
            each,
            end=max(each.end, now) + timedelta(days=1),
            focused_minutes=poison["focused"],
            interruptions=poison["interruptions"],
            completed=poison["completed"],
            rating=poison["rating"],
        )
        for each in sessions
        if each.start <= now or data.draw(st.booleans())
    ]

    before = list(feature_rows(sessions, BERLIN))[chosen]
    after = list(feature_rows(poisoned, BERLIN))[chosen]

    assert repr(known_of(before)) == repr(known_of(after))


def known_of(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in TARGETS}


def test_a_session_still_running_says_nothing():
    rows = list(feature_rows([session(0, 300), session(1)], BERLIN))

    assert rows[1]["sessions_known"] == 0


def test_moments_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="zone"):
        replace(session(0), start=datetime(2024, 1, 1))
