"""Who a bearer token stands for, as the database knows it now: asked on every request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.types import Uuid

from db.session import ask_alone
from focus_core.domain.actor import Role
from focus_core.domain.errors import NotSignedIn
from focus_core.services import access_tokens, hashing, personal_tokens

_SIGN_IN = text("select app.sign_in_standing(:user_id, :sign_in_id, :version) as role").bindparams(
    bindparam("user_id", type_=Uuid()), bindparam("sign_in_id", type_=Uuid())
)
_PERSONAL = text("select * from app.personal_token_standing(:user_id, :hash)").bindparams(
    bindparam("user_id", type_=Uuid())
)


@dataclass(frozen=True)
class Caller:
    """A program that acts for a person."""

    user_id: UUID
    role: Role
    scopes: frozenset[str]
    token: str
    """Names the sign-in or personal token: no secret."""
    expires_at: datetime
    is_personal: bool = False


def identify(token: str) -> Caller:
    """Whose token this is. Raises NotSignedIn when it was revoked, ran out or never was ours, or
    when its owner may not sign in; DatabaseUnavailable."""
    if token.startswith(personal_tokens.PREFIX):
        return _by_personal_token(token)
    claims = access_tokens.read(token)
    row = ask_alone(
        _SIGN_IN,
        {
            "user_id": claims.user_id,
            "sign_in_id": claims.sign_in_id,
            "version": claims.token_version,
        },
    )
    if row is None or row.role is None:
        raise NotSignedIn
    return Caller(
        claims.user_id,
        Role(row.role),
        claims.scopes,
        f"sign-in:{claims.sign_in_id}",
        claims.expires_at,
    )


def _by_personal_token(token: str) -> Caller:
    owner = personal_tokens.owner_of(token)
    row = ask_alone(_PERSONAL, {"user_id": owner, "hash": hashing.hash_token(token)})
    if row is None:
        raise NotSignedIn
    return Caller(
        owner, Role(row.role), frozenset(row.scopes), f"personal:{row.id}", row.expires_at, True
    )
