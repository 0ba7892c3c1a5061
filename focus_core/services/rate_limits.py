"""Counts what may be done so many times within a while. What is refused costs next to nothing.

Counted in Redis when there is one, so that several processes count together, else in memory.
"""

from __future__ import annotations

import time

import structlog
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from focus_core.domain.errors import TooManyRequests
from focus_core.services.counts import Counts

REDIS_PATIENCE_SECONDS = 0.25
WITHOUT_REDIS_SECONDS = 30.0
"""After Redis failed, how long we count alone before asking it again."""

log = structlog.get_logger()


class RateLimiter:
    """One for a process and a purpose; without `redis_url` it counts alone."""

    def __init__(self, redis_url: str | None) -> None:
        self._alone = FixedWindowRateLimiter(Counts())
        self._together = _in_redis(redis_url) if redis_url else None
        self._alone_until = 0.0

    def charge(self, limit: RateLimitItem, kind: str, name: str, cost: int = 1) -> None:
        """Count once more, or as `cost` times, what `name` does. Raises TooManyRequests."""
        limiter = self._alone
        if self._together is not None and time.monotonic() >= self._alone_until:
            try:
                if self._together.hit(limit, kind, name, cost=cost):
                    return
                limiter = self._together
            except StorageError as error:
                self._alone_until = time.monotonic() + WITHOUT_REDIS_SECONDS
                log.warning("limits_counted_alone", reason=type(error.storage_error).__name__)
        if limiter is self._alone and limiter.hit(limit, kind, name, cost=cost):
            return
        wait = max(1, int(_reset(limiter, limit, kind, name) - time.time()) + 1)
        log.warning("limit_hit", kind=kind, name=name)
        raise TooManyRequests(wait)


def _reset(limiter: FixedWindowRateLimiter, limit: RateLimitItem, kind: str, name: str) -> float:
    try:
        return limiter.get_window_stats(limit, kind, name).reset_time
    except StorageError:
        return time.time() + limit.get_expiry()


def _in_redis(url: str) -> FixedWindowRateLimiter:
    storage = storage_from_string(
        url,
        wrap_exceptions=True,
        key_prefix="focus:limits",
        socket_timeout=REDIS_PATIENCE_SECONDS,
        socket_connect_timeout=REDIS_PATIENCE_SECONDS,
    )
    return FixedWindowRateLimiter(storage)
