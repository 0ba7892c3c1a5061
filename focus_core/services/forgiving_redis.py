"""A Redis that may be gone: then every entry counts as missing, and callers notice nothing.

After an error Redis is left alone for a few seconds, so that each page does not wait for it anew.
When it comes back it may still hold entries that should have been dropped meanwhile, so this
process first drops all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

import redis
import structlog
from dogpile.cache.api import NO_VALUE
from dogpile.cache.proxy import ProxyBackend
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_SECONDS = 0.25
LEAVE_ALONE_SECONDS = 5.0

T = TypeVar("T")
log = structlog.get_logger()


class ForgivingRedis(ProxyBackend):
    """Stands before dogpile's Redis backend; `prefix` is what all its keys begin with."""

    def __init__(self, prefix: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._prefix = prefix
        self._gone = False
        self._retry_at = 0.0

    def get_serialized(self, key: str) -> Any:
        return self._try(lambda: cast(Any, self.proxied.get_serialized(key)), NO_VALUE)

    def set_serialized(self, key: str, value: bytes) -> None:
        self._try(lambda: self.proxied.set_serialized(key, value), None)

    def delete(self, key: str) -> None:
        self._try(lambda: self.proxied.delete(key), None)

    def delete_multi(self, keys: Iterable[str]) -> None:
        self._try(lambda: self.proxied.delete_multi(list(keys)), None)

    def purge(self) -> None:
        """Drop every entry under the prefix."""
        self._try(self._purge, None)

    def _try(self, action: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < self._retry_at:
            return otherwise
        try:
            if self._gone:
                self._purge()
            result = action()
        except redis.RedisError as error:
            self._leave_alone(error)
            return otherwise
        if self._gone:
            self._gone = False
            log.info("redis_is_back")
        return result

    def _leave_alone(self, error: redis.RedisError) -> None:
        self._retry_at = time.monotonic() + LEAVE_ALONE_SECONDS
        if not self._gone:
            self._gone = True
            log.warning("redis_is_gone", reason=type(error).__name__)

    def _purge(self) -> None:
        client: redis.Redis = self.proxied.writer_client  # type: ignore[attr-defined]
        keys = list(client.scan_iter(match=f"{self._prefix}*", count=1000))
        if keys:
            client.delete(*keys)


def redis_arguments(url: str, seconds: int) -> dict[str, Any]:
    """Arguments of dogpile's Redis backend: short timeouts, one attempt, entries that expire."""
    return {
        "url": url,
        "redis_expiration_time": seconds,
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "connection_kwargs": {"retry": Retry(NoBackoff(), 0)},
    }
