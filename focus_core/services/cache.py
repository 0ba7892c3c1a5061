"""The cache of focus profiles: one hour, dropped by a refresh in whatever process it happens.

    refresher commits ──notify──▶ every reader's listener drops the entry
              └──────────────────▶ Redis, when there is one: the refresher drops it itself

A reader may have read the old profile just before the commit. It stores what it read, then looks
whether anything was dropped since it began to read, and if so drops its entry again: whichever
comes first, no old profile stays. That holds only while the listener hears; without it, at the
start or with the database away, nothing is read from the cache and nothing stored.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dogpile.cache import make_region
from dogpile.cache.api import CantDeserializeException
from sqlalchemy import Engine

from db.engine import app_engine
from db.notifications import PEOPLE_ERASED, PROFILE_REFRESHED, Listener
from focus_core.config import read_settings

if TYPE_CHECKING:
    from focus_core.services.forgiving_redis import ForgivingRedis

SECONDS = 3600
PREFIX = "focus:profile:"

Profile = dict[str, Any]


class ProfileCache:
    """Profiles by user id, in this process's memory or in the Redis at `redis_url`."""

    def __init__(self, redis_url: str | None) -> None:
        self._memory: dict[str, Any] = {}
        self._redis: ForgivingRedis | None = None
        self._region = make_region(serializer=_dump, deserializer=_load)
        self._configure(redis_url)
        self._drops = 0
        self._lock = threading.Lock()
        self._hearing = threading.Event()
        self._listener: Listener | None = None

    def get(self, user_id: UUID, read: Callable[[], Profile]) -> Profile:
        """The cached profile, or what `read` returns; only one thread a person reads at once.

        What `read` raises is raised and not cached.
        """
        if not self._hearing.is_set():
            return read()
        drops, key = self._drops, _key(user_id)
        profile: Profile = self._region.get_or_create(
            key,
            read,
            should_cache_fn=lambda _: self._hearing.is_set() and drops == self._drops,
        )
        if drops != self._drops:
            self._region.delete(key)
        return profile

    def drop(self, user_ids: Iterable[UUID | str]) -> None:
        """Forget these people's profiles; call it after the commit that changed them."""
        keys = [_key(user_id) for user_id in user_ids]
        self._count_drop()
        if keys:
            self._region.delete_multi(keys)

    def drop_all(self) -> None:
        """Forget everything, also what others stored in the same Redis."""
        self._count_drop()
        self._memory.clear()
        if self._redis is not None:
            self._redis.purge()

    @property
    def is_shared(self) -> bool:
        """Whether entries are in Redis."""
        return self._redis is not None

    @property
    def in_use(self) -> bool:
        """Not while it hears of no changes."""
        return self._hearing.is_set()

    def start_listener(
        self, engine: Callable[[], Engine], forget_all: Callable[[], None] = lambda: None
    ) -> None:
        """Use the cache from when this hears of refreshes; before `stop_listener`, once.

        `forget_all` empties what else this process keeps of people: it is called when somebody was
        erased, and whenever listening begins, in the listener's thread.
        """

        def begin() -> None:
            forget_all()
            self._begin()

        self._listener = Listener(
            engine,
            {
                PROFILE_REFRESHED: lambda user_id: self.drop([user_id]),
                PEOPLE_ERASED: lambda _: forget_all(),
            },
            on_connect=begin,
            on_disconnect=self._hearing.clear,
        )
        self._listener.start()

    def stop_listener(self) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def _begin(self) -> None:
        self.drop_all()  # whatever was refreshed while nobody heard
        self._hearing.set()

    def _count_drop(self) -> None:
        with self._lock:
            self._drops += 1

    def _configure(self, redis_url: str | None) -> None:
        if redis_url is None:
            self._region.configure(
                "dogpile.cache.memory",
                expiration_time=SECONDS,
                arguments={"cache_dict": self._memory},
            )
            return
        from focus_core.services.forgiving_redis import ForgivingRedis, redis_arguments

        self._redis = ForgivingRedis(PREFIX)
        self._region.configure(
            "dogpile.cache.redis",
            expiration_time=SECONDS,
            arguments=redis_arguments(redis_url, SECONDS),
            wrap=[self._redis],
        )


@cache
def profile_cache() -> ProfileCache:
    """The process's cache, as the settings want it."""
    return ProfileCache(read_settings().redis_url)


def start_listener(forget_all: Callable[[], None]) -> None:
    """Let this process cache profiles; for whatever serves readers, once at its start.

    `forget_all` empties its other caches when somebody was erased.
    """
    profile_cache().start_listener(app_engine, forget_all)


def stop_listener() -> None:
    """The opposite of `start_listener`; returns when its thread has ended."""
    profile_cache().stop_listener()


def _key(user_id: UUID | str) -> str:
    return f"{PREFIX}{user_id}"


def _dump(profile: Any) -> bytes:
    return json.dumps(profile, default=datetime.isoformat).encode()


def _load(data: bytes) -> Profile:
    try:
        profile: Profile = json.loads(data)
    except ValueError as error:
        raise CantDeserializeException from error
    return {
        key: datetime.fromisoformat(value) if key.endswith("_at") else value
        for key, value in profile.items()
    }
