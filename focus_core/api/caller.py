"""Who calls: every route takes a `Reader`, `Writer` or `SignedIn`, or says it is for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import iscoroutinefunction
from typing import Annotated, Any

import structlog
from anyio import to_thread
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from focus_core.api.limits import RateLimits
from focus_core.api.problems import ScopeMissing
from focus_core.domain.errors import NotAllowed, NotSignedIn
from focus_core.services import api_access
from focus_core.services.api_access import Caller

MUCH = 30
"""As how many requests one counts that takes seconds of work."""

log = structlog.get_logger()


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def limits_of(request: Request) -> RateLimits:
    limits: RateLimits = request.app.state.limits
    return limits


def anybody(request: Request) -> None:
    """For what needs no token: only the address is counted. Raises TooManyRequests."""
    limits_of(request).charge_address(address_of(request))


@dataclass(frozen=True)
class Visitor:
    """A request whose token has not been looked at yet."""

    request: Request
    scope: str
    personal: bool
    cost: int

    def enter(self) -> Caller:
        """Who it is. Raises TooManyRequests, NotSignedIn, ScopeMissing, NotAllowed."""
        limits, address = limits_of(self.request), address_of(self.request)
        limits.charge_address(address)
        try:
            caller = api_access.identify(bearer_token(self.request))
        except NotSignedIn:
            log.warning("token_refused", address=address)
            raise
        limits.charge_person(str(caller.user_id), self.cost)
        if caller.is_personal and not self.personal:
            log.warning("personal_token_refused", user_id=str(caller.user_id), token=caller.token)
            raise NotAllowed("A personal token can't do this. Sign in with your password.")
        if self.scope not in caller.scopes:
            log.warning("scope_missing", user_id=str(caller.user_id), token=caller.token)
            raise ScopeMissing
        return caller


class TokenWith(SecurityBase):
    """The caller behind the bearer token, if it has the scope.

    Asking the database takes a thread, and so does the route: `knows_its_caller` does both in one.
    """

    def __init__(self, scope: str, *, personal: bool = True, cost: int = 1) -> None:
        self.scope = scope
        self.personal = personal
        self.cost = cost
        self.scheme_name = "bearer"
        self.model = HTTPBearer(
            bearerFormat="JWT",
            description="An access token of `POST /auth/token`, or a personal token.",
        )

    async def __call__(self, request: Request) -> Visitor:
        return Visitor(request, self.scope, self.personal, self.cost)


def knows_its_caller(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, with each visitor among its arguments let in, or refused, before it runs."""
    if iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def asynchronous(**arguments: Any) -> Any:
            return await endpoint(**await to_thread.run_sync(_let_in, arguments))

        return asynchronous

    @wraps(endpoint)
    def synchronous(**arguments: Any) -> Any:
        return endpoint(**_let_in(arguments))

    return synchronous


def _let_in(arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.enter() if isinstance(value, Visitor) else value
        for name, value in arguments.items()
    }


def bearer_token(request: Request) -> str:
    """Raises NotSignedIn when there is none, or more than one."""
    sent = request.headers.getlist("authorization")
    scheme, _, token = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    return token


Reader = Annotated[Caller, Depends(TokenWith("read"))]
Writer = Annotated[Caller, Depends(TokenWith("write"))]
SignedIn = Annotated[Caller, Depends(TokenWith("write", personal=False))]
"""For what concerns other people, what one shares, and the account itself: no personal token."""
SignedInForMuch = Annotated[Caller, Depends(TokenWith("write", personal=False, cost=MUCH))]
