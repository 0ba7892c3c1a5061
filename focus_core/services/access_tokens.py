"""Access tokens: JWTs by RFC 8725, in the profile of RFC 9068, that live a quarter of an hour.

One algorithm, one key, one kind of header. What a token says of the account is checked against
the database on every request (`api_access`); here it is only made and read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import jwt

from focus_core.domain.errors import NotSignedIn
from focus_core.services.keys import key

LIFETIME_SECONDS = 15 * 60
ISSUER = "focus"
AUDIENCE = "focus-api"
SCOPES = ("read", "write")

_ALGORITHM = "HS256"
_HEADER = {"alg": _ALGORITHM, "typ": "at+jwt"}
_REQUIRED = ["exp", "iat", "nbf", "sub", "aud", "iss", "jti", "sid", "ver", "scope"]
_LONGEST = 1_024
_JWT = jwt.PyJWT(options={"enforce_minimum_key_length": True, "require": _REQUIRED})


@dataclass(frozen=True)
class Claims:
    user_id: UUID
    sign_in_id: UUID
    """The sign-in it came from; when that ends, so does the token."""
    token_version: int
    scopes: frozenset[str]
    expires_at: datetime


def issue(user_id: UUID, sign_in_id: UUID, token_version: int) -> str:
    """A token that is good from now on for `LIFETIME_SECONDS`."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(sign_in_id),
        "ver": token_version,
        "scope": " ".join(SCOPES),
        "jti": uuid4().hex,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME_SECONDS,
    }
    return _JWT.encode(claims, _signing_key(), algorithm=_ALGORITHM, headers={"typ": "at+jwt"})


def read(token: str) -> Claims:
    """What a token of ours says. Raises NotSignedIn for any other, and for one that ran out."""
    if len(token) > _LONGEST:
        raise NotSignedIn
    try:
        decoded = _JWT.decode_complete(
            token, _signing_key(), algorithms=[_ALGORITHM], issuer=ISSUER, audience=AUDIENCE
        )
        return _claims(decoded)
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
        raise NotSignedIn from error


def _claims(decoded: dict[str, Any]) -> Claims:
    if decoded["header"] != _HEADER:  # no key by reference, nothing critical, no other type
        raise jwt.InvalidTokenError("unknown header")
    payload = decoded["payload"]
    version = payload["ver"]
    if payload["aud"] != AUDIENCE or type(version) is not int or not 0 < version < 2**31:
        raise jwt.InvalidTokenError("unknown claims")
    return Claims(
        user_id=UUID(payload["sub"]),
        sign_in_id=UUID(payload["sid"]),
        token_version=version,
        scopes=frozenset(str(payload["scope"]).split()),
        expires_at=datetime.fromtimestamp(payload["exp"], UTC),
    )


@cache
def _signing_key() -> bytes:
    return key("access-tokens")
