"""Requests for a refresh: taken, done, put off, renewed; and the profile as its person reads it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, select, text, update

from db.models import focus_sessions, profile_refresh_requests, user_focus_profiles, users
from db.notifications import PROFILE_REFRESHED, PROFILE_REQUESTED
from db.session import open_for, open_for_scheduler
from focus_core.domain.errors import ProfileNotReady
from focus_core.services import profiles
from tests.factories import Person, add_session, make_person, utc


def with_sessions(number: int = 3, **columns: Any) -> Person:
    person = make_person(**columns)
    for index in range(number):
        add_session(person, utc(2026, 3, 2 + index, 9))
    return person


def ask(person: Person) -> None:
    with open_for(person.user_id) as transaction:
        profiles.request_refresh(transaction, person.user_id)


def request_of(person: Person) -> Any:
    with open_for_scheduler() as transaction:
        statement = select(profile_refresh_requests).where(
            profile_refresh_requests.c.user_id == person.user_id
        )
        return transaction.execute(statement).one_or_none()


def make_due(person: Person) -> None:
    with open_for_scheduler() as transaction:
        transaction.execute(
            update(profile_refresh_requests)
            .where(profile_refresh_requests.c.user_id == person.user_id)
            .values(due_at=transaction.now)
        )


def computed_at(person: Person) -> datetime | None:
    with open_for(person.user_id) as transaction:
        return transaction.execute(select(user_focus_profiles.c.last_computed_at)).scalar()


def break_zone(person: Person, zone: str = "Mars/Olympus") -> None:
    """Bad data that no check of the database stops: every refresh of this person fails."""
    with open_for(person.user_id) as transaction:
        transaction.execute(update(users).values(timezone=zone))


@pytest.mark.usefixtures("empty_database")
class TestRefreshDue:
    def test_who_asked_is_refreshed_once(self) -> None:
        person = with_sessions()
        ask(person)
        assert profiles.refresh_due() == profiles.RefreshReport(refreshed=1, failed=0)
        assert computed_at(person) is not None
        assert request_of(person) is None
        assert profiles.refresh_due() == profiles.RefreshReport(refreshed=0, failed=0)

    def test_asking_twice_is_one_request(self) -> None:
        person = with_sessions()
        ask(person)
        ask(person)
        assert profiles.refresh_due().refreshed == 1

    def test_too_few_sessions_are_no_failure(self) -> None:
        person = with_sessions(2)
        ask(person)
        assert profiles.refresh_due() == profiles.RefreshReport(refreshed=1, failed=0)
        assert computed_at(person) is None

    def test_one_persons_bad_data_holds_up_nobody_else(self) -> None:
        people = [with_sessions() for _ in range(9)]
        bad = people[4]
        break_zone(bad)
        for person in people:
            ask(person)
        assert profiles.refresh_due() == profiles.RefreshReport(refreshed=8, failed=1)
        assert [computed_at(person) is None for person in people].index(True) == 4
        request = request_of(bad)
        assert request.attempts == 1
        assert request.last_error == "InvalidParameterValue (22023)"
        assert request.due_at > request.requested_at

    def test_who_failed_is_put_off_longer_each_time_and_then_daily(self) -> None:
        bad = with_sessions()
        break_zone(bad)
        ask(bad)
        delays = []
        for _ in range(9):
            make_due(bad)
            with open_for_scheduler() as transaction:
                before = transaction.now
            assert profiles.refresh_due().failed == 1
            delays.append(round((request_of(bad).due_at - before).total_seconds(), -1))
        assert delays == [30, 60, 120, 240, 480, 960, 1920, 86400, 86400]

    def test_who_failed_recovers_when_the_data_do(self) -> None:
        bad = with_sessions()
        break_zone(bad)
        ask(bad)
        profiles.refresh_due()
        break_zone(bad, "Europe/Berlin")
        make_due(bad)
        assert profiles.refresh_due().refreshed == 1
        assert request_of(bad) is None

    def test_a_renewal_during_the_refresh_is_not_lost(self) -> None:
        person = with_sessions()
        ask(person)
        requests = profiles.take_due(10)
        outcome = profiles.refresh([person.user_id])
        add_session(person, utc(2026, 3, 9, 9))
        ask(person)
        profiles._settle(requests, outcome)
        assert profiles.refresh_due().refreshed == 1
        assert profiles.get_user_profile(person.user_id)["total_sessions_count"] == 4

    def test_what_one_scheduler_took_no_other_gets(self) -> None:
        people = [with_sessions() for _ in range(4)]
        for person in people:
            ask(person)
        first, second = profiles.take_due(3), profiles.take_due(10)
        taken = [request.user_id for request in first + second]
        assert len(first) == 3
        assert sorted(taken) == sorted(person.user_id for person in people)
        assert profiles.take_due(10) == []

    def test_schedulers_side_by_side_refresh_everybody_once(self) -> None:
        people = [with_sessions() for _ in range(24)]
        for person in people:
            ask(person)
        with ThreadPoolExecutor(4) as schedulers:
            reports = [schedulers.submit(profiles.refresh_due) for _ in range(4)]
        assert sum(report.result().refreshed for report in reports) == 24
        assert all(computed_at(person) for person in people)
        assert profiles.take_due(100) == []

    def test_a_row_that_another_scheduler_holds_is_skipped(self) -> None:
        person, other = with_sessions(), with_sessions()
        ask(person)
        ask(other)
        with open_for_scheduler() as holder:
            holder.execute(
                text("select from profile_refresh_requests where user_id = :id for update"),
                {"id": person.user_id},
            )
            assert [request.user_id for request in profiles.take_due(10)] == [other.user_id]

    def test_a_dead_schedulers_requests_are_taken_again(self) -> None:
        person = with_sessions()
        ask(person)
        profiles.take_due(10)
        assert profiles.refresh_due().refreshed == 0
        lease = request_of(person).due_at
        assert timedelta(0) < lease - request_of(person).requested_at <= timedelta(minutes=3)
        make_due(person)
        assert profiles.refresh_due().refreshed == 1

    def test_more_than_one_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(profiles, "BATCH", 2)
        for _ in range(5):
            ask(with_sessions())
        assert profiles.refresh_due().refreshed == 5

    def test_the_sweep_finds_what_nobody_asked_for(self) -> None:
        behind, never, few, fresh = (with_sessions(n) for n in (3, 3, 2, 3))
        profiles.compute_user_profile(behind.user_id)
        profiles.compute_user_profile(fresh.user_id)
        with open_for(behind.user_id) as transaction:
            transaction.execute(
                update(focus_sessions).values(focus_score=5, updated_at=transaction.now)
            )
        assert profiles.sweep() == 2
        assert request_of(few) is None
        assert request_of(fresh) is None
        assert profiles.refresh_due().refreshed == 2
        assert computed_at(never) is not None
        assert profiles.sweep() == 0

    def test_what_is_said_on_the_channels(
        self, empty_database: Any, admin_listener: psycopg.Connection[Any]
    ) -> None:
        person = with_sessions()
        ask(person)
        profiles.refresh_due()
        heard = [
            (notification.channel, notification.payload)
            for notification in admin_listener.notifies(timeout=5, stop_after=2)
        ]
        assert heard == [
            (PROFILE_REQUESTED, str(person.user_id)),
            (PROFILE_REFRESHED, str(person.user_id)),
        ]


@pytest.fixture
def admin_listener(empty_database: Any) -> Any:
    url = empty_database.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"listen {PROFILE_REQUESTED}")
        connection.execute(f"listen {PROFILE_REFRESHED}")
        yield connection


def test_a_deleted_person_leaves_no_request(database: Any, admin_engine: Engine) -> None:
    person = with_sessions()
    ask(person)
    with admin_engine.begin() as connection:
        connection.execute(users.delete().where(users.c.id == person.user_id))
    assert request_of(person) is None


def test_the_profile_has_the_specifications_fields(database: Any) -> None:
    person = with_sessions(4)
    profile = profiles.get_user_profile(person.user_id)
    assert profile["user_id"] == str(person.user_id)
    assert profile["avg_focus_duration_minutes"] == 25
    assert profile["avg_completion_ratio"] == 1.0
    assert profile["avg_underestimation_pct"] == 0.0
    assert profile["avg_interruption_count"] == 0.0
    assert profile["peak_focus_hours"] == [10]
    assert profile["total_sessions_count"] == 4
    assert profile["completed_sessions_count"] == 4
    assert profile["sessions_analyzed_count"] == 4
    assert profile["focus_by_hour"]["10"] == 4
    assert profile["last_computed_at"].tzinfo is not None
    assert isinstance(profile["avg_completion_ratio"], float)


@pytest.mark.parametrize(("finished", "missing"), [(0, 3), (1, 2), (2, 1)])
def test_too_few_sessions_say_how_many_are_missing(
    database: Any, finished: int, missing: int
) -> None:
    person = with_sessions(finished)
    add_session(person, utc(2026, 1, 1), ended_by="auto_close")
    for read in (profiles.get_user_profile, profiles.compute_user_profile):
        with pytest.raises(ProfileNotReady) as caught:
            read(person.user_id)
        assert caught.value.missing == missing


def test_nobody_has_no_profile(database: Any) -> None:
    with pytest.raises(ProfileNotReady):
        profiles.get_user_profile(uuid4())


def test_computing_takes_the_latest_sessions_in(database: Any) -> None:
    person = with_sessions()
    assert profiles.get_user_profile(person.user_id)["total_sessions_count"] == 3
    add_session(person, utc(2026, 4, 1))
    assert profiles.compute_user_profile(person.user_id)["total_sessions_count"] == 4


def test_computing_drops_a_profile_that_lost_its_sessions(database: Any) -> None:
    person = with_sessions()
    profiles.get_user_profile(person.user_id)
    with open_for(person.user_id) as transaction:
        transaction.execute(focus_sessions.delete())
    with pytest.raises(ProfileNotReady):
        profiles.compute_user_profile(person.user_id)
    assert computed_at(person) is None
