"""Who calls: every route takes a `Reader` or a `Writer`, or says that it is for everybody."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from focus_core.api.limits import RateLimits
from focus_core.api.problems import ScopeMissing
from focus_core.domain.errors import NotAllowed, NotSignedIn
from focus_core.services import api_access
from focus_core.services.api_access import Caller

log = structlog.get_logger()


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def limits_of(request: Request) -> RateLimits:
    limits: RateLimits = request.app.state.limits
    return limits


def anybody(request: Request) -> None:
    """For what needs no token: only the address is counted. Raises TooManyRequests."""
    limits_of(request).charge_address(address_of(request))


class TokenWith(SecurityBase):
    """The caller behind the bearer token, if it has the scope."""

    def __init__(self, scope: str, *, personal: bool = True) -> None:
        self.scope = scope
        self.personal = personal
        self.scheme_name = "bearer"
        self.model = HTTPBearer(
            bearerFormat="JWT",
            description="An access token of `POST /auth/token`, or a personal token.",
        )

    def __call__(self, request: Request) -> Caller:
        limits = limits_of(request)
        limits.charge_address(address_of(request))
        try:
            caller = api_access.identify(bearer_token(request))
        except NotSignedIn:
            log.warning("token_refused", address=address_of(request))
            raise
        limits.charge_person(str(caller.user_id))
        if self.scope not in caller.scopes:
            log.warning("scope_missing", user_id=str(caller.user_id), token=caller.token)
            raise ScopeMissing
        if caller.is_personal and not self.personal:
            raise NotAllowed("A personal token can't do this. Sign in with your password.")
        return caller


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
