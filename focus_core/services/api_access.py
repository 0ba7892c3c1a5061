"""Who a bearer token stands for, as the database knows it now: asked on every request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from db.models import users
from db.session import ask_alone, open_for
from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import NotSignedIn
from focus_core.services import access_tokens, hashing, personal_tokens

_SIGN_IN = "select app.sign_in_standing(%s, %s, %s)"
_PERSONAL = "select id, role, scopes, expires_at from app.personal_token_standing(%s, %s)"


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
    row = ask_alone(_SIGN_IN, (claims.user_id, claims.sign_in_id, claims.token_version))
    if row is None or row[0] is None:
        raise NotSignedIn
    return Caller(
        claims.user_id,
        Role(row[0]),
        claims.scopes,
        f"sign-in:{claims.sign_in_id}",
        claims.expires_at,
    )


def actor_of(caller: Caller) -> Actor:
    """The person a program acts for, in the role they have now. Raises NotSignedIn when they are
    gone, DatabaseUnavailable."""
    with open_for(caller.user_id) as transaction:
        row = transaction.execute(
            select(
                users.c.id.label("user_id"),
                users.c.username,
                users.c.display_name,
                users.c.role,
                users.c.timezone,
                users.c.week_start,
                users.c.day_start,
                users.c.data_version,
            ).where(users.c.id == caller.user_id)
        ).one_or_none()
    if row is None:
        raise NotSignedIn
    known = row._asdict()
    return Actor(**known | {"role": Role(row.role), "timezone": ZoneInfo(row.timezone)})


def _by_personal_token(token: str) -> Caller:
    owner = personal_tokens.owner_of(token)
    row = ask_alone(_PERSONAL, (owner, hashing.hash_token(token)))
    if row is None:
        raise NotSignedIn
    key, role, scopes, expires_at = row
    return Caller(
        owner, Role(role), frozenset(scopes), f"personal:{key}", expires_at, is_personal=True
    )
