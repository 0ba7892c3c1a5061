"""What the profile page draws, against pandas and against the nights when clocks change."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from sqlalchemy import insert, select

from db.models import focus_sessions
from db.session import open_for
from focus_core.domain.actor import Actor, Role
from focus_core.services import analytics
from focus_core.services.analytics import Activity
from tests import profile_reference as reference
from tests.factories import Person, add_session, make_person, utc

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]


def actor_of(person: Person, zone: str, day_start: time = time(0), week_start: int = 1) -> Actor:
    return Actor(
        user_id=person.user_id,
        username=person.username,
        display_name=person.username,
        role=Role.USER,
        timezone=ZoneInfo(zone),
        week_start=week_start,
        day_start=day_start,
        data_version=1,
    )


def make_actor(zone: str, day_start: time = time(0), week_start: int = 1) -> tuple[Actor, Person]:
    person = make_person(zone, day_start=day_start, week_start=week_start)
    return actor_of(person, zone, day_start, week_start), person


def minutes_of(activity: Activity) -> dict[date, float]:
    return {day.day: round(day.focused_minutes, 6) for day in activity.days if day.focused_minutes}


def add_many(person: Person, seed: int, since: datetime, number: int) -> None:
    draw = random.Random(seed)
    start, rows = since, []
    for _ in range(number):
        start += timedelta(minutes=draw.randint(20, 900), seconds=draw.random())
        end = start + timedelta(seconds=draw.choice([30, 1500, 6000, draw.randint(60, 50_000)]))
        rows.append(
            {
                "user_id": person.user_id,
                "start_time": start,
                "end_time": end,
                "paused_seconds": draw.randint(0, 30),
                "expected_duration": draw.choice([None, 25]),
                "was_completed": draw.random() < 0.6,
                "focus_score": draw.choice([None, 1, 2, 3, 4, 5]),
                "timezone": "UTC",
                "ended_by": draw.choice(["user", "timer", "user", "auto_close"]),
            }
        )
        start = end
    with open_for(person.user_id) as transaction:
        transaction.execute(insert(focus_sessions), rows)


def read_sessions(person: Person) -> pd.DataFrame:
    with open_for(person.user_id) as transaction:
        rows = transaction.execute(select(focus_sessions)).mappings()
        frame = pd.DataFrame([dict(row) for row in rows])
    for column in ("start_time", "end_time"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day_start", [time(0), time(2, 15), time(4)])
def test_days_weeks_hours_and_weekdays_are_what_pandas_computes(
    database: Any, zone: str, day_start: time
) -> None:
    actor, person = make_actor(zone, day_start, week_start=7)
    add_many(person, 3, utc(2025, 1, 2), 700)
    sessions = read_sessions(person)
    frame = reference.eligible_sessions(sessions, zone, day_start)
    activity = analytics.get_activity(actor, "2025")
    overview = analytics.get_overview(actor)
    assert overview is not None

    expected = reference.minutes_by_day(sessions, zone, day_start)
    shown = {day.day for day in activity.days}
    assert minutes_of(activity) == pytest.approx(
        {day: minutes for day, minutes in expected.items() if day in shown}, abs=1e-4
    )
    assert {day.day: day.sessions for day in activity.days if day.sessions} == {
        day.date(): n for day, n in frame.groupby("day").size().items() if day.date() in shown
    }
    for week in activity.weeks:
        assert week.first_day.isoweekday() == 7
        days = [(week.first_day + timedelta(days=n)) for n in range(7)]
        part = frame[frame.day.dt.date.isin(days)]
        assert week.sessions == len(part)
        assert week.focused_minutes == pytest.approx(
            sum(expected.get(day, 0) for day in days), abs=1e-4
        )
        if week.completion:
            assert week.completion.mean == pytest.approx(part.was_completed.mean())
    for slots, by in ((overview.hours, "hour"), (overview.weekdays, "weekday")):
        for slot in slots:
            key = slot.key if by == "hour" else reference.DAYS[slot.key]
            part = frame[frame[by] == key]
            assert slot.sessions == len(part)
            assert slot.completed == part.was_completed.sum()
            assert slot.focused_minutes == pytest.approx(part.minutes.sum())
            if slot.success:
                assert slot.success.mean == pytest.approx(part.success.mean())
    assert overview.sessions == len(frame)
    assert overview.estimated == frame.expected_duration.notna().sum()
    assert overview.success.mean == pytest.approx(frame.success.mean())
    assert overview.completion.mean == pytest.approx(frame.was_completed.mean())
    assert (overview.first_day, overview.last_day) == (
        frame.day.min().date(),
        frame.day.max().date(),
    )


def test_the_short_day_has_23_hours_and_the_long_one_25(database: Any) -> None:
    actor, person = make_actor("Europe/Berlin")
    # From noon to noon and from noon to noon again, over both nights of 2026.
    for start in (utc(2026, 3, 28, 11), utc(2026, 10, 24, 10)):
        add_session(person, start, minutes=24 * 60)
        add_session(person, start + timedelta(days=1), minutes=24 * 60)
    assert minutes_of(analytics.get_activity(actor, "2026")) == {
        date(2026, 3, 28): 12 * 60,
        date(2026, 3, 29): 23 * 60,
        date(2026, 3, 30): 13 * 60,
        date(2026, 10, 24): 12 * 60,
        date(2026, 10, 25): 25 * 60,
        date(2026, 10, 26): 11 * 60,
    }


def test_a_zone_that_changes_by_half_an_hour(database: Any) -> None:
    """Lord Howe leaves summer time at 02:00 on 5 April 2026: that day has 24.5 hours."""
    actor, person = make_actor("Australia/Lord_Howe")
    add_session(person, utc(2026, 4, 4, 12), minutes=24 * 60)
    add_session(person, utc(2026, 4, 5, 12), minutes=60 * 4)
    assert minutes_of(analytics.get_activity(actor, "2026")) == {
        date(2026, 4, 4): 60,
        date(2026, 4, 5): 24.5 * 60,
        date(2026, 4, 6): 2.5 * 60,
    }


def test_a_session_over_midnight_is_split_and_counted_once(database: Any) -> None:
    actor, person = make_actor("Asia/Kathmandu")  # UTC+5:45
    add_session(person, utc(2026, 5, 4, 17, 45), minutes=60, paused_seconds=1200)
    activity = analytics.get_activity(actor, "2026")
    assert minutes_of(activity) == {date(2026, 5, 4): 20, date(2026, 5, 5): 20}
    assert [(day.day, day.sessions) for day in activity.days if day.sessions] == [
        (date(2026, 5, 4), 1)
    ]


def test_the_day_starts_when_the_person_says(database: Any) -> None:
    actor, person = make_actor("UTC", day_start=time(4))
    add_session(person, utc(2026, 5, 4, 3), minutes=120)  # a Monday, still Sunday for them
    activity = analytics.get_activity(actor, "2026")
    assert minutes_of(activity) == {date(2026, 5, 3): 60, date(2026, 5, 4): 60}
    overview = analytics.get_overview(actor)
    assert overview is not None
    assert [slot.sessions for slot in overview.weekdays] == [0, 0, 0, 0, 0, 0, 1]
    assert overview.hours[3].sessions == 1


def test_a_session_that_reaches_into_the_period_counts_with_that_part(database: Any) -> None:
    actor, person = make_actor("UTC")
    add_session(person, utc(2025, 12, 28, 23), minutes=120)  # a Sunday; 2026 starts the day after
    activity = analytics.get_activity(actor, "2026")
    assert activity.days[0].day == date(2025, 12, 29)
    assert minutes_of(activity) == {date(2025, 12, 29): 60}
    assert activity.days[0].sessions == 0


def test_the_last_twelve_months_are_whole_weeks_up_to_this_one(database: Any) -> None:
    actor, _person = make_actor("UTC", week_start=7)
    activity = analytics.get_activity(actor)
    assert len(activity.days) == 371
    assert len(activity.weeks) == 53
    with open_for(actor.user_id) as transaction:
        today = transaction.now.date()
    assert activity.weeks[-1].first_day <= today <= activity.days[-1].day


def test_periods_are_the_years_of_the_history(database: Any) -> None:
    actor, person = make_actor("Pacific/Auckland")
    add_session(person, utc(2023, 12, 31, 12))  # already 2024 there
    add_session(person, utc(2026, 2, 1))
    overview = analytics.get_overview(actor)
    assert overview is not None
    assert analytics.periods(overview) == ["Last 12 months", "2026", "2025", "2024"]


def test_without_sessions_there_is_nothing_to_show(database: Any) -> None:
    actor, person = make_actor("UTC")
    add_session(person, utc(2026, 5, 4), ended_by="auto_close")
    assert analytics.get_overview(actor) is None
    assert minutes_of(analytics.get_activity(actor, "2026")) == {}


def test_nobody_sees_anothers_history(database: Any) -> None:
    _actor, person = make_actor("UTC")
    add_session(person, utc(2026, 5, 4))
    stranger, _ = make_actor("UTC")
    assert analytics.get_overview(stranger) is None
