"""The cache of profiles: in memory and in a real Redis that is killed on the way."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from db import session
from db.session import open_for
from focus_core.domain.errors import ProfileNotReady
from focus_core.services import accounts, cache, erasure, forgiving_redis, profiles
from focus_core.services.cache import ProfileCache
from tests.factories import Person, add_session, utc
from tests.redis_server import RedisServer, wait_until

PASSWORD = "seven purple otters juggle"


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()
    server.client.close()


@pytest.fixture(params=["memory", "redis"])
def redis_url(request: pytest.FixtureRequest) -> str | None:
    """None for memory: most of what holds, holds for both."""
    if request.param == "memory":
        return None
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url


def hearing(redis_url: str | None) -> ProfileCache:
    made = ProfileCache(redis_url)
    made.start_listener(session.app_engine)
    wait_until(made._hearing.is_set)
    return made


@pytest.fixture
def profile_cache(
    database: Any, redis_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProfileCache]:
    """The dashboard's cache, hearing of refreshes."""
    made = hearing(redis_url)
    monkeypatch.setattr(profiles, "profile_cache", lambda: made)
    yield made
    made.stop_listener()


class Reader:
    """Stands in for the database; counts how often it is asked."""

    def __init__(self, **profile: Any) -> None:
        self.profile = profile
        self.reads = 0

    def __call__(self) -> dict[str, Any]:
        self.reads += 1
        return copy.deepcopy(self.profile)


def test_reads_once_and_gives_equal_copies(profile_cache: ProfileCache) -> None:
    user_id = uuid4()
    read = Reader(n=1, ratio=0.5, peaks=[9], last_computed_at=datetime(2026, 3, 1, tzinfo=UTC))
    first = profile_cache.get(user_id, read)
    first["peaks"].append(10)
    assert profile_cache.get(user_id, read) == read.profile
    assert read.reads == 1


def test_keeps_people_apart(profile_cache: ProfileCache) -> None:
    one, other = uuid4(), uuid4()
    assert profile_cache.get(one, Reader(n=1)) == {"n": 1}
    assert profile_cache.get(other, Reader(n=2)) == {"n": 2}
    profile_cache.drop([one])
    assert profile_cache.get(one, Reader(n=3)) == {"n": 3}
    assert profile_cache.get(other, Reader(n=4)) == {"n": 2}


def test_what_is_not_ready_is_not_kept(profile_cache: ProfileCache) -> None:
    user_id = uuid4()

    def refuse() -> dict[str, Any]:
        raise ProfileNotReady(1)

    with pytest.raises(ProfileNotReady):
        profile_cache.get(user_id, refuse)
    assert profile_cache.get(user_id, Reader(n=1)) == {"n": 1}


def test_an_hour_is_the_limit(profile_cache: ProfileCache, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = uuid4()
    profile_cache.get(user_id, Reader(n=1))
    real = time.time
    monkeypatch.setattr("dogpile.cache.region.time.time", lambda: real() + cache.SECONDS + 1)
    assert profile_cache.get(user_id, Reader(n=2)) == {"n": 2}


def test_without_a_listener_nothing_is_cached(redis_url: str | None) -> None:
    deaf = ProfileCache(redis_url)
    user_id, read = uuid4(), Reader(n=1)
    deaf.get(user_id, read)
    deaf.get(user_id, read)
    assert read.reads == 2


def test_many_threads_read_once(profile_cache: ProfileCache) -> None:
    user_id, started = uuid4(), threading.Barrier(8)
    read = Reader(n=1)

    def visit() -> None:
        started.wait()
        profile_cache.get(user_id, read)

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read.reads == 1


def test_a_refresh_in_another_process_drops_the_entry(
    profile_cache: ProfileCache, person: Person
) -> None:
    for day in range(3):
        add_session(person, utc(2026, 3, 2 + day))
    assert total(person.user_id) == 3
    add_session(person, utc(2026, 3, 9))
    assert total(person.user_id) == 3  # from the cache: nobody has refreshed yet
    refresh_elsewhere(person)
    wait_until(lambda: total(person.user_id) == 4)


def test_computing_oneself_drops_it_at_once(profile_cache: ProfileCache, person: Person) -> None:
    for day in range(3):
        add_session(person, utc(2026, 3, 2 + day))
    assert total(person.user_id) == 3
    add_session(person, utc(2026, 3, 9))
    assert profiles.compute_user_profile(person.user_id)["total_sessions_count"] == 4
    assert total(person.user_id) == 4


def test_an_old_profile_read_before_the_commit_is_not_stored_after_it(
    profile_cache: ProfileCache,
) -> None:
    """The reader has the old value in hand when the refresh commits and the listener drops."""
    user_id = uuid4()

    def read_slowly() -> dict[str, Any]:
        profile_cache.drop([user_id])  # what the listener does, in mid-read
        return {"n": "old"}

    profile_cache.get(user_id, read_slowly)
    assert profile_cache.get(user_id, Reader(n="new")) == {"n": "new"}


def test_an_old_profile_stored_just_before_the_drop_goes(
    profile_cache: ProfileCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drop falls between the last look and the store."""
    user_id, backend = uuid4(), profile_cache._region.backend
    store = backend.set_serialized

    def drop_then_store(key: str, value: bytes) -> None:
        profile_cache.drop([user_id])
        store(key, value)

    monkeypatch.setattr(backend, "set_serialized", drop_then_store)
    profile_cache.get(user_id, Reader(n="old"))
    monkeypatch.undo()
    assert profile_cache.get(user_id, Reader(n="new")) == {"n": "new"}


def test_after_an_interruption_everything_is_dropped(
    profile_cache: ProfileCache, admin_engine: Engine
) -> None:
    user_id = uuid4()
    profile_cache.get(user_id, Reader(n="old"))
    drops = profile_cache._drops
    with admin_engine.begin() as connection:
        ended = connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and query like 'listen%'"
            )
        ).all()
    assert ended
    wait_until(lambda: profile_cache._drops > drops and profile_cache._hearing.is_set())
    assert profile_cache.get(user_id, Reader(n="new")) == {"n": "new"}


def test_an_erasure_empties_every_cache_of_every_process(database: Any) -> None:
    made = accounts.sign_up(
        f"p-{uuid4().hex[:12]}", "Ann", PASSWORD, "UTC", address="", browser="b"
    )
    dashboards, emptied = [ProfileCache(None), ProfileCache(None)], [0, 0]

    def empty(n: int) -> None:
        emptied[n] += 1

    for n, dashboard in enumerate(dashboards):
        dashboard.start_listener(session.app_engine, partial(empty, n))
        wait_until(dashboard._hearing.is_set)
    assert emptied == [1, 1]  # what was erased before, nobody was told
    erasure.erase_now(made.user_id, PASSWORD)
    wait_until(lambda: emptied == [2, 2])
    for dashboard in dashboards:
        dashboard.stop_listener()


def test_redis_holds_json_that_expires(database: Any, redis_server: RedisServer) -> None:
    dashboard, user_id = hearing(redis_server.url), uuid4()
    dashboard.get(user_id, Reader(n=1))
    dashboard.stop_listener()
    [key] = redis_server.client.keys("*")
    assert key == f"focus:profile:{user_id}".encode()
    assert redis_server.client.get(key).endswith(b'|{"n": 1}')  # type: ignore[union-attr]
    assert 0 < redis_server.client.ttl(key) <= cache.SECONDS  # type: ignore[operator]


def test_processes_share_redis_and_a_refresher_drops_there(
    database: Any, redis_server: RedisServer
) -> None:
    one, other = hearing(redis_server.url), hearing(redis_server.url)
    refresher, user_id = ProfileCache(redis_server.url), uuid4()
    one.get(user_id, Reader(n="old"))
    assert other.get(user_id, Reader(n="new")) == {"n": "old"}
    refresher.drop([user_id])
    assert other.get(user_id, Reader(n="new")) == {"n": "new"}
    for dashboard in (one, other):
        dashboard.stop_listener()


def test_a_killed_redis_is_noticed_by_nobody(
    database: Any, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch, person: Person
) -> None:
    monkeypatch.setattr(forgiving_redis, "LEAVE_ALONE_SECONDS", 0.05)
    dashboard, user_id = hearing(redis_server.url), uuid4()
    monkeypatch.setattr(profiles, "profile_cache", lambda: dashboard)
    for day in range(3):
        add_session(person, utc(2026, 3, 2 + day))
    assert total(person.user_id) == 3
    assert dashboard.get(user_id, Reader(n="old")) == {"n": "old"}

    redis_server.kill()
    add_session(person, utc(2026, 3, 9))
    profiles.refresh([person.user_id])  # drops into the void
    assert total(person.user_id) == 4
    assert dashboard.get(user_id, Reader(n="new")) == {"n": "new"}

    redis_server.start()  # and it still holds the old entries
    assert redis_server.client.exists(f"focus:profile:{person.user_id}")
    wait_until(lambda: time.monotonic() > dashboard._redis._retry_at)  # type: ignore[union-attr]
    assert total(person.user_id) == 4
    assert dashboard.get(user_id, Reader(n="new")) == {"n": "new"}
    assert dashboard.get(user_id, Reader(n="newer")) == {"n": "new"}  # it caches again
    dashboard.stop_listener()


def test_a_dead_redis_is_left_alone_for_a_while(database: Any, redis_server: RedisServer) -> None:
    dashboard = hearing(redis_server.url)
    redis_server.kill()
    dashboard.get(uuid4(), Reader(n=1))
    redis_server.start()
    dashboard.get(uuid4(), Reader(n=2))
    assert redis_server.client.dbsize() == 0
    dashboard.stop_listener()


def total(user_id: UUID) -> int:
    number: int = profiles.get_user_profile(user_id)["total_sessions_count"]
    return number


def refresh_elsewhere(person: Person) -> None:
    """Recompute and say so, past this process's cache: only the notification can tell it."""
    with open_for(person.user_id) as transaction:
        profiles.refresh_profiles(transaction, [person.user_id])
        profiles.profile_requests.announce(transaction, [person.user_id])
