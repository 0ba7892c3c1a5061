"""How many requests a person and an address may make."""

from __future__ import annotations

from limits import parse

from focus_core.config import Settings
from focus_core.domain.addresses import line_of
from focus_core.services.rate_limits import RateLimiter


class RateLimits:
    """The two buckets: `charge_address` before anything is known, `charge_person` after."""

    def __init__(self, settings: Settings) -> None:
        self._per_address = parse(settings.api_limit_per_address)
        self._per_person = parse(settings.api_limit_per_person)
        self._limiter = RateLimiter(settings.redis_url)

    def charge_address(self, address: str) -> None:
        """Raises TooManyRequests."""
        self._limiter.charge(self._per_address, "address", line_of(address))

    def charge_person(self, user_id: str, cost: int = 1) -> None:
        """Whatever token they use; `cost`: as how many requests this one counts. Raises
        TooManyRequests."""
        counted = min(cost, self._per_person.amount)
        self._limiter.charge(self._per_person, "person", user_id, counted)
