"""How many requests a person and an address may make. Refused ones cost next to nothing.

Counted in Redis when there is one, so that several processes count together, else in memory.
"""

from __future__ import annotations

import time

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from focus_core.api.counts import Counts
from focus_core.api.problems import TooManyRequests
from focus_core.config import Settings

REDIS_PATIENCE_SECONDS = 0.25
WITHOUT_REDIS_SECONDS = 30.0
"""After Redis failed, how long we count alone before asking it again."""

log = structlog.get_logger()


class RateLimits:
    """The two buckets: `charge_address` before anything is known, `charge_person` after."""

    def __init__(self, settings: Settings) -> None:
        self._per_address = parse(settings.api_limit_per_address)
        self._per_person = parse(settings.api_limit_per_person)
        self._alone = FixedWindowRateLimiter(Counts())
        self._together = _in_redis(settings.redis_url) if settings.redis_url else None
        self._alone_until = 0.0

    def charge_address(self, address: str) -> None:
        """Raises TooManyRequests."""
        self._charge(self._per_address, "address", address)

    def charge_person(self, user_id: str, cost: int = 1) -> None:
        """Whatever token they use; `cost`: as how many requests this one counts. Raises
        TooManyRequests."""
        self._charge(self._per_person, "person", user_id, min(cost, self._per_person.amount))

    def _charge(self, limit: RateLimitItem, kind: str, name: str, cost: int = 1) -> None:
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
