"""After erasing, a planted marker is nowhere: database dump, Redis, state directory, logs."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import redis
import structlog
from sqlalchemy import URL, create_engine, insert

from db import embedded
from db.models import feedback_notes
from focus_core.domain.actor import Role
from focus_core.domain.consent import Sharing
from focus_core.services import (
    accounts,
    coaching,
    cohorts,
    erasure,
    get_focus_session_service,
    my_data,
    people,
    profiles,
    sign_in,
    web_sessions,
)
from focus_core.services.cache import PREFIX, ProfileCache
from tests.cohort_people import actor_of, join_all, make_members
from tests.factories import Person, add_session, make_person, utc
from tests.services.test_cache import RedisServer, redis_server  # noqa: F401 - a fixture

PASSWORD = "seven purple otters juggle"
MARKER = "zebrafink"
KEPT_BY_ITS_READER = "a note that stays with whom it was written to"


def test_a_planted_marker_is_nowhere(
    empty_database: URL,
    state_dir: Path,
    redis_server: RedisServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache = ProfileCache(redis_server.url)
    monkeypatch.setattr(profiles, "profile_cache", lambda: cache)
    monkeypatch.setattr(erasure, "profile_cache", lambda: cache)
    cache._hearing.set()
    written = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    try:
        person = live_a_little(empty_database)
        client = redis.Redis.from_url(redis_server.url)
        assert MARKER in dump(empty_database, state_dir)
        assert client.keys(f"{PREFIX}*")
        erasure.erase_now(person.user_id, PASSWORD)
    finally:
        structlog.reset_defaults()
    left = dump(empty_database, state_dir)
    assert KEPT_BY_ITS_READER in left
    assert "changed role" in left
    assert MARKER not in left
    assert str(person.user_id) not in left
    assert not client.keys("*")
    everywhere = [written.getvalue().encode(), *files(state_dir)]
    for held in everywhere:
        assert MARKER.encode() not in held
        assert str(person.user_id).encode() not in held


def live_a_little(admin: URL) -> Person:
    """Somebody whose marker is in every place a person can type into."""
    name = f"{MARKER}-{uuid4().hex[:8]}"
    made = accounts.sign_up(name, MARKER, PASSWORD, "Europe/Berlin", address="", browser="b")
    person = Person(made.user_id, name)
    web_sessions.begin(
        sign_in.sign_in(name, PASSWORD, address="", browser="b"),
        "b",
        user_agent=MARKER,
        address="",
    )
    service = get_focus_session_service()
    for hour in (9, 11, 13, 15):
        add_session(
            person, utc(2026, 3, 2, hour), context=MARKER, session_notes=MARKER,
            focus_quality={"why": MARKER},
        )  # fmt: skip
    started = service.start_session(person.user_id, task=MARKER, course=MARKER, context=MARKER)
    service.add_interruption(person.user_id, started["id"], reason=MARKER)
    service.end_session(started["id"], person.user_id, session_notes=MARKER)
    deleted = add_session(person, utc(2026, 3, 1, 9), context=MARKER)
    service.delete_session(person.user_id, deleted)
    service.compute_user_profile(person.user_id)
    my_data.take_part_in_research(person.user_id, granted=True)
    pool = create_engine(admin)
    with pool.begin() as connection:
        connection.execute(insert(feedback_notes).values(user_id=person.user_id, body=MARKER))
    pool.dispose()
    coach_a_little(person)
    held = my_data.everything(person.user_id)
    assert MARKER in json.dumps(held)
    assert KEPT_BY_ITS_READER in json.dumps(held["notes_written"])
    assert [entry["action"] for entry in held["log"]] == ["changed role"]
    return person


def coach_a_little(person: Person) -> None:
    """Traces in what is others': a note, consent that a coach ended, the administrators' log."""
    people.set_role(actor_of(make_person(role="admin")), person.user_id, Role.COACH)
    coach, [member] = actor_of(person), make_members(1)
    cohort_id = cohorts.create(coach, MARKER)
    join_all(coach, cohort_id, [member], Sharing.NAMED)
    coaching.list_members(coach, cohort_id)
    coaching.leave_note(coach, cohort_id, member.user_id, KEPT_BY_ITS_READER)
    cohorts.remove_member(coach, cohort_id, member.user_id)


def dump(admin: URL, state_dir: Path) -> str:
    program = embedded.binaries(state_dir) / "pg_dump"
    environment = os.environ | {
        "PGHOST": str(admin.query.get("host") or admin.host),
        "PGPORT": str(admin.query.get("port") or admin.port or 5432),
        "PGUSER": str(admin.username),
        "PGPASSWORD": str(admin.password or ""),
    }
    done = subprocess.run(
        [program, "--inserts", str(admin.database)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def files(state_dir: Path) -> Iterator[bytes]:
    """What lies beside the database server's own files, which the dump has told."""
    data = embedded.data_directory(state_dir).parent.resolve()
    for path in state_dir.rglob("*"):
        if path.is_file() and data not in path.resolve().parents:
            yield path.read_bytes()
