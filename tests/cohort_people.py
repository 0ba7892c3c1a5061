"""Cohorts for tests: a coach, people with regular weeks, and what they agree to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, insert, text

from db.models import focus_sessions
from db.session import open_for
from focus_core.domain.actor import Actor
from focus_core.domain.consent import Sharing
from focus_core.services import cohorts, web_sessions
from tests.factories import Person, make_person
from tests.sign_ins import cookie_of


def actor_of(person: Person) -> Actor:
    actor = web_sessions.actor_for_cookie(cookie_of(person))
    assert actor
    return actor


def make_coach() -> Actor:
    return actor_of(make_person(role="coach"))


def newest_week() -> date:
    """The Monday of the newest week that is over in every zone."""
    day = (datetime.now(UTC) - timedelta(days=8)).date()
    return day - timedelta(days=day.weekday())


def work(person: Person, minutes: Sequence[int], *, hour: int = 9, completed: bool = True) -> None:
    """One session a week on Wednesday; the last of `minutes` falls in the newest full week."""
    first = newest_week() - timedelta(weeks=len(minutes) - 1)
    rows = []
    for n, spent in enumerate(minutes):
        if spent:
            day = first + timedelta(weeks=n, days=2)
            start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            rows.append(
                {
                    "user_id": person.user_id,
                    "start_time": start,
                    "end_time": start + timedelta(minutes=spent),
                    "expected_duration": min(spent, 1440),
                    "was_completed": completed,
                    "timezone": "UTC",
                    "ended_by": "user",
                    "context": "a secret context",
                    "session_notes": "a secret note",
                }
            )
    if rows:
        with open_for(person.user_id) as transaction:
            transaction.execute(insert(focus_sessions), rows)


def code_of(coach: Actor, cohort_id: UUID) -> str:
    return next(row["invite_code"] for row in cohorts.list_own(coach) if row["id"] == cohort_id)


def join_all(
    coach: Actor, cohort_id: UUID, people: Sequence[Person], sharing: Sharing, peers: bool = False
) -> None:
    code = code_of(coach, cohort_id)
    for person in people:
        cohorts.join(person.user_id, code, sharing, peers=peers)


def make_members(number: int, minutes: Sequence[int] = (120,) * 12) -> list[Person]:
    people = [make_person(timezone="UTC") for _ in range(number)]
    for person in people:
        work(person, minutes)
    return people


def next_week(admin_engine: Engine, cohort_id: UUID) -> None:
    """As if what is frozen had been frozen a week ago."""
    with admin_engine.begin() as connection:
        connection.execute(
            text(
                "update cohort_freezes set frozen_at = frozen_at - interval '7 days'"
                " where cohort_id = :cohort"
            ),
            {"cohort": cohort_id},
        )
