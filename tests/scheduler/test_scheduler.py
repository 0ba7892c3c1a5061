"""The scheduler's own work, in this process, on a database where it can look at everybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import URL, create_engine, text

from focus_core import scheduler
from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import get_focus_session_service, running_sessions
from tests import factories
from tests.running import wait_until

service = get_focus_session_service()


@contextmanager
def running_scheduler() -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=scheduler.run, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()


def started_ago(person: factories.Person, admin: URL, ago: timedelta, **columns: object) -> str:
    """A running session as if it had been started that long ago."""
    session = service.start_session(person.user_id, **columns)  # type: ignore[arg-type]
    pool = create_engine(admin)
    with pool.begin() as connection:
        connection.execute(
            text(
                "update focus_sessions set start_time = start_time - :ago,"
                " actual_start_time = start_time - :ago, last_seen_at = last_seen_at - :ago"
                " where id = :id"
            ),
            {"ago": ago, "id": session["id"]},
        )
    pool.dispose()
    found: str = session["id"]
    return found


def test_a_session_ends_at_its_plan_though_nobody_looks(empty_database: URL) -> None:
    person = factories.make_person()
    session_id = started_ago(person, empty_database, timedelta(minutes=26), expected_duration=25)
    assert running_sessions.close_due() == 1
    session = service.get_session(person.user_id, session_id)
    assert session["end_time"] - session["start_time"] == timedelta(minutes=25)
    assert (session["ended_by"], session["was_completed"]) == ("timer", True)
    assert session["actual_end_time"] == session["end_time"]


def test_a_week_without_a_browser(empty_database: URL) -> None:
    planned, open_ended = factories.make_person(), factories.make_person()
    week = timedelta(days=7)
    pomodoro = started_ago(planned, empty_database, week, expected_duration=25)
    flowtime = started_ago(open_ended, empty_database, week, session_type="flowtime")
    assert running_sessions.close_due() == 2
    ended = service.get_session(planned.user_id, pomodoro)
    assert (ended["duration_minutes"], ended["ended_by"]) == (25, "timer")
    closed = service.get_session(open_ended.user_id, flowtime)
    assert (closed["ended_by"], closed["was_completed"]) == ("auto_close", False)
    assert closed["duration_minutes"] == 0


def test_a_session_that_is_not_due_is_left_alone(empty_database: URL) -> None:
    person = factories.make_person()
    started_ago(person, empty_database, timedelta(minutes=24), expected_duration=25)
    assert running_sessions.close_due() == 0
    assert service.get_active_session(person.user_id) is not None


def test_two_schedulers_end_each_session_once(empty_database: URL) -> None:
    people = [factories.make_person() for _ in range(12)]
    for person in people:
        started_ago(person, empty_database, timedelta(hours=1), expected_duration=25)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: running_sessions.close_due(), range(4)))
    assert sum(counts) == len(people)


def test_a_profile_follows_the_end_of_a_session(empty_database: URL) -> None:
    """Nobody asks: the notification wakes the scheduler."""
    person = factories.make_person()
    for day in (1, 2):
        factories.add_session(person, factories.utc(2026, 3, day, 9), 25)
    pool = create_engine(empty_database)

    def analyzed() -> int | None:
        with pool.connect() as connection:
            return connection.scalar(
                text("select sessions_analyzed_count from user_focus_profiles where user_id = :id"),
                {"id": person.user_id},
            )

    with running_scheduler(), running_scheduler():
        service.add_session(
            person.user_id, factories.utc(2026, 3, 3, 9), factories.utc(2026, 3, 3, 10)
        )
        wait_until(lambda: analyzed() == 3)
    pool.dispose()


def test_a_job_that_fails_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def unreachable() -> None:
        raise DatabaseUnavailable

    def broken() -> None:
        raise ZeroDivisionError

    scheduler.guarded(unreachable)
    scheduler.guarded(broken)
    said = capsys.readouterr()
    assert "database_unavailable" in said.out + said.err
    assert "job_failed" in said.out + said.err
