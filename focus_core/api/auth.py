"""/auth: tokens for a name and a password, renewed until they are given back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from focus_core.api.bodies import Body, stored
from focus_core.api.caller import address_of, anybody
from focus_core.api.routing import EMPTY, WITH_BODY, answers, make_router
from focus_core.services import api_sign_ins

router = make_router("/auth", "Sign-in")
ForAnybody = Depends(anybody)


class Credentials(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"username": "ada", "password": "correct horse battery staple"}
        }
    )

    username: Annotated[str, stored(64, 1)]
    password: Annotated[str, Field(strict=True, min_length=1, max_length=1024)]


class RefreshToken(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"refresh_token": "v8oGZl1n2S4b6d8f0h2j4l6n8p0r2t4v6x8z0B2D4F6"}
        }
    )

    refresh_token: Annotated[str, stored(128, 1)]


class Tokens(BaseModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a kind
    expires_in: int = Field(description="Seconds the access token lives")
    refresh_token: str = Field(description="Good once; a second use ends the whole sign-in")
    refresh_expires_in: int = Field(description="Seconds until one must sign in again")


@router.post(
    "/token",
    operation_id="createToken",
    response_model=Tokens,
    responses=answers(401, 429, 503, *WITH_BODY),
    dependencies=[ForAnybody],
)
def create(request: Request, body: Credentials) -> Any:
    """Sign in. Five wrong passwords lock an account for 15 minutes, here and on the page."""
    return _sent(api_sign_ins.begin(body.username, body.password, address=address_of(request)))


@router.post(
    "/refresh",
    operation_id="refreshToken",
    response_model=Tokens,
    responses=answers(401, 429, 503, *WITH_BODY),
    dependencies=[ForAnybody],
)
def refresh(request: Request, body: RefreshToken) -> Any:
    """New tokens for a refresh token, which is used up by that."""
    return _sent(api_sign_ins.refresh(body.refresh_token, address=address_of(request)))


@router.post(
    "/revoke",
    operation_id="revokeToken",
    responses=answers(429, 503, *WITH_BODY),
    dependencies=[ForAnybody],
    **EMPTY,
)
def revoke(body: RefreshToken) -> None:
    """Sign out: the refresh token and the access tokens of its sign-in are worth nothing from
    now on. A token that is worth nothing already is fine too."""
    api_sign_ins.end(body.refresh_token)


def _sent(pair: api_sign_ins.TokenPair) -> Tokens:
    return Tokens(
        access_token=pair.access_token,
        expires_in=pair.expires_in,
        refresh_token=pair.refresh_token,
        refresh_expires_in=pair.refresh_expires_in,
    )
