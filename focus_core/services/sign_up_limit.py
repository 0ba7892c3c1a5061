"""How many accounts may be asked for from one address.

Whoever asks has hashed a password here and learned whether a name is taken. So every try counts
whose form was filled in right, whatever comes of it.
"""

from __future__ import annotations

from functools import cache

from limits import RateLimitItem, parse

from focus_core.config import read_settings
from focus_core.domain.addresses import line_of
from focus_core.domain.errors import TooManyAccounts, TooManyRequests
from focus_core.services.rate_limits import RateLimiter


def charge(address: str) -> None:
    """Raises TooManyAccounts."""
    limiter, limit = _limit()
    try:
        limiter.charge(limit, "sign-up", line_of(address))
    except TooManyRequests as refusal:
        raise TooManyAccounts(refusal.retry_after) from None


@cache
def _limit() -> tuple[RateLimiter, RateLimitItem]:
    settings = read_settings()
    return RateLimiter(settings.redis_url), parse(settings.sign_up_limit_per_address)
