"""The refresh statement against the same profile computed in pandas, field by field."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import insert, select

from db.models import courses, focus_sessions, user_focus_profiles
from db.queries.profile_refresh import refresh_profiles
from db.session import open_for, open_for_scheduler
from focus_core.services.rows import as_dict
from tests import profile_reference as reference
from tests.factories import Person, add_session, make_person, utc

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]


def read_sessions(person: Person) -> pd.DataFrame:
    with open_for(person.user_id) as transaction:
        rows = transaction.execute(
            select(focus_sessions).where(focus_sessions.c.user_id == person.user_id)
        ).mappings()
        frame = pd.DataFrame([dict(row) for row in rows])
    frame["start_time"] = pd.to_datetime(frame.start_time, utc=True)
    frame["end_time"] = pd.to_datetime(frame.end_time, utc=True)
    return frame


def read_profile(person: Person) -> dict[str, Any] | None:
    with open_for(person.user_id) as transaction:
        row = transaction.execute(select(user_focus_profiles)).mappings().first()
        return row and as_dict(row)


def refresh(*people: Person) -> None:
    with open_for_scheduler() as transaction:
        refresh_profiles(transaction, [person.user_id for person in people])


def add_courses(person: Person, *names: str) -> dict[UUID, str]:
    with open_for(person.user_id) as transaction:
        rows = transaction.execute(
            insert(courses).returning(courses.c.id, courses.c.name),
            [{"user_id": person.user_id, "name": name} for name in names],
        )
        return {row.id: row.name for row in rows}


def add_history(person: Person, seed: int, number: int, since: datetime) -> dict[UUID, str]:
    """Sessions of every kind: rated or not, estimated or absurdly so, closed, short, running."""
    draw = random.Random(seed)
    names = add_courses(person, "Biology", 'The "other" one', "Ü")
    start, rows = since, []
    for _ in range(number):
        start += timedelta(minutes=draw.randint(45, 900), seconds=draw.random() * 60)
        end = start + timedelta(seconds=draw.choice([30, 59, 60, 61, draw.randint(90, 2600)]))
        rows.append(
            {
                "user_id": person.user_id,
                "course_id": draw.choice([None, *names]),
                "start_time": start,
                "end_time": end,
                "paused_seconds": draw.randint(0, 20),
                "expected_duration": draw.choice([None, 1, 5, 25, 50, 1440]),
                "break_minutes": draw.choice([0, 0, 5, 15]),
                "was_completed": draw.random() < 0.7,
                "focus_score": draw.choice([None, 1, 2, 3, 4, 5]),
                "interruption_count": draw.choice([0, 0, 1, 3, 1000]),
                "timezone": "UTC",
                "ended_by": draw.choice(["user", "user", "timer", "auto_close"]),
            }
        )
    rows.append(
        rows[0]
        | {"start_time": start + timedelta(days=1), "end_time": None}
        | {"ended_by": None, "paused_seconds": 0}
    )
    with open_for(person.user_id) as transaction:
        transaction.execute(insert(focus_sessions), rows)
    return names


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day_start", [time(0), time(4)])
def test_every_field_is_what_pandas_computes(database: Any, zone: str, day_start: time) -> None:
    person = make_person(zone, day_start=day_start)
    # A bit more than a year, so that every zone changes its clocks at least twice.
    names = add_history(person, seed=11, number=900, since=utc(2025, 1, 5))
    refresh(person)
    profile = read_profile(person)
    expected = reference.profile(read_sessions(person), names, zone, day_start)
    assert profile is not None
    assert expected is not None
    assert reference.differences(profile, expected) == []


def test_one_statement_serves_many_people_in_their_own_zones(database: Any) -> None:
    people = [make_person(zone) for zone in ZONES]
    names = [add_history(person, 7, 120, utc(2026, 1, 5)) for person in people]
    refresh(*people)
    for person, zone, course_names in zip(people, ZONES, names, strict=True):
        profile = read_profile(person)
        expected = reference.profile(read_sessions(person), course_names, zone)
        assert profile is not None
        assert expected is not None
        assert reference.differences(profile, expected) == []


def test_a_person_reaches_only_their_own_profile(person: Person) -> None:
    other = make_person()
    for number in range(3):
        add_session(person, utc(2026, 3, 2, 9 + number))
        add_session(other, utc(2026, 3, 2, 9 + number))
    with open_for(person.user_id) as transaction:
        refresh_profiles(transaction, [person.user_id, other.user_id])
    assert read_profile(person) is not None
    assert read_profile(other) is None


def test_below_three_eligible_sessions_there_is_no_profile(person: Person) -> None:
    add_session(person, utc(2026, 3, 2, 9))
    add_session(person, utc(2026, 3, 2, 10))
    add_session(person, utc(2026, 3, 2, 11), minutes=0.9)
    add_session(person, utc(2026, 3, 2, 12), ended_by="auto_close")
    refresh(person)
    assert read_profile(person) is None


def test_a_profile_goes_when_its_sessions_do(person: Person) -> None:
    last = [add_session(person, utc(2026, 3, 2, 9 + number)) for number in range(3)][-1]
    refresh(person)
    assert read_profile(person) is not None
    with open_for(person.user_id) as transaction:
        transaction.execute(focus_sessions.delete().where(focus_sessions.c.id == last))
    refresh(person)
    assert read_profile(person) is None


def test_absurd_estimates_stop_at_the_columns_ranges(person: Person) -> None:
    for day in range(3):
        add_session(
            person,
            utc(2026, 3, 2 + day),
            minutes=1440,
            expected_duration=1,
            interruption_count=1000,
        )
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    assert profile["avg_completion_ratio"] == 99.99
    assert profile["avg_underestimation_pct"] == -999.99
    assert profile["avg_interruption_count"] == 99.99


def test_without_estimates_and_breaks_the_averages_are_unknown(person: Person) -> None:
    for day in range(3):
        add_session(person, utc(2026, 3, 2 + day), expected_duration=None)
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    assert profile["avg_completion_ratio"] is None
    assert profile["avg_underestimation_pct"] is None
    assert profile["avg_break_duration_minutes"] is None
    assert profile["performance_by_course"] == {}


def test_ties_go_to_more_focus_then_to_the_earlier_hour(database: Any) -> None:
    person = make_person("UTC")
    for day in range(3):
        for hour, minutes in ((8, 20), (10, 30), (12, 20), (15, 20)):
            add_session(person, utc(2026, 3, 2 + day, hour), minutes=minutes)
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    assert profile["peak_focus_hours"] == [10, 8, 12]


def test_weekdays_that_tie_come_in_their_order(database: Any) -> None:
    person = make_person("UTC")
    for week in range(3):
        for weekday in range(7):  # 2 March 2026 is a Monday
            add_session(person, utc(2026, 3, 2, 9) + timedelta(days=7 * week + weekday))
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    assert profile["peak_focus_days"] == ["Mon", "Tue", "Wed"]


def test_an_hour_with_two_good_sessions_is_no_peak(database: Any) -> None:
    person = make_person("UTC")
    for day in range(2):
        add_session(person, utc(2026, 3, 2 + day, 6), focus_score=5)
    for day in range(3):
        add_session(person, utc(2026, 3, 2 + day, 9), focus_score=2)
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    assert profile["peak_focus_hours"] == [9]


def test_the_zones_rules_of_that_moment_count(database: Any) -> None:
    """07:30 UTC is 08:30 in Berlin's winter and 09:30 in its summer."""
    person = make_person("Europe/Berlin")
    for day in (27, 28, 29, 30):  # summer time began on the 29th
        add_session(person, utc(2026, 3, day, 7, 30))
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    by_hour = {hour: n for hour, n in profile["focus_by_hour"].items() if n}
    assert by_hour == {"8": 2, "9": 2}


def test_a_second_before_the_hour_is_still_in_it(database: Any) -> None:
    person = make_person("UTC")
    for day in range(3):
        add_session(person, utc(2026, 3, 2 + day, 8, 59, 59, 900_000))
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    assert profile["peak_focus_hours"] == [8]


def test_a_refresh_that_began_earlier_never_overwrites_a_later_one(person: Person) -> None:
    for number in range(3):
        add_session(person, utc(2026, 3, 2, 9 + number))
    refresh(person)
    later = utc(2100, 1, 1)
    with open_for_scheduler() as transaction:
        transaction.execute(
            user_focus_profiles.update()
            .where(user_focus_profiles.c.user_id == person.user_id)
            .values(last_computed_at=later, sessions_analyzed_count=99)
        )
    refresh(person)
    profile = read_profile(person)
    assert profile is not None
    assert profile["sessions_analyzed_count"] == 99
