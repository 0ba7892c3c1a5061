"""Personal tokens: what a person gives to a script of theirs instead of their password.

A token names its owner and holds 256 random bits; only its hash is kept, so it is shown once.
A new password and a disabled account end it, as they end everything.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select, update

from db.models import personal_tokens, users
from db.session import open_for
from focus_core.domain import limits
from focus_core.domain.errors import InvalidInput, NotFound, NotSignedIn, TooManyTokens
from focus_core.services import hashing
from focus_core.services.access_tokens import SCOPES
from focus_core.services.rows import as_dict

PREFIX = "focus_pat_"
MOST_TOKENS = 50
LONGEST_DAYS = 366
NAME_LENGTH = 80

_OWNER_LENGTH = 22  # 16 bytes in base64 without padding
_LENGTH = len(PREFIX) + _OWNER_LENGTH + 43
_VISIBLE = (
    personal_tokens.c.id,
    personal_tokens.c.name,
    personal_tokens.c.scopes,
    personal_tokens.c.created_at,
    personal_tokens.c.expires_at,
    personal_tokens.c.last_used_at,
)

log = structlog.get_logger()


def make_token(
    user_id: UUID, name: str, scopes: list[str], expires_in_days: int
) -> tuple[str, dict[str, Any]]:
    """The token itself, told this once, and what is listed of it.

    `scopes`: read, write or both. Raises InvalidInput naming the field,
    TooManyTokens, NotSignedIn.
    """
    values = {
        "user_id": user_id,
        "name": _name(name),
        "scopes": _scopes(scopes),
    }
    days = limits.whole_number("expires_in_days", expires_in_days, 1, LONGEST_DAYS)
    token = f"{PREFIX}{_encode(user_id)}{hashing.new_token()}"
    with open_for(user_id) as transaction:
        if transaction.execute(_live(user_id, func.count())).scalar_one() >= MOST_TOKENS:
            raise TooManyTokens
        version = transaction.execute(
            select(users.c.token_version).where(users.c.id == user_id)
        ).scalar_one_or_none()
        if version is None:
            raise NotSignedIn
        made = insert(personal_tokens).values(
            **values,
            token_hash=hashing.hash_token(token),
            token_version=version,
            expires_at=transaction.now + timedelta(days=days or 0),
        )
        row = transaction.execute(made.returning(*_VISIBLE)).mappings().one()
    log.info("personal_token_made", user_id=str(user_id), token_id=str(row["id"]))
    return token, as_dict(row)


def list_tokens(user_id: UUID) -> list[dict[str, Any]]:
    """The person's tokens that are still good, the newest first; times in UTC."""
    with open_for(user_id) as transaction:
        newest_first = _live(user_id, *_VISIBLE).order_by(
            personal_tokens.c.created_at.desc(), personal_tokens.c.id.desc()
        )
        return [as_dict(row) for row in transaction.execute(newest_first).mappings()]


def revoke_token(user_id: UUID, token_id: UUID | str) -> None:
    """End a token at once. Raises NotFound when it isn't theirs or has ended already."""
    key = limits.identifier(token_id)
    with open_for(user_id) as transaction:
        ended = transaction.execute(
            update(personal_tokens)
            .where(
                personal_tokens.c.user_id == user_id,
                personal_tokens.c.id == key,
                personal_tokens.c.revoked_at.is_(None),
            )
            .values(revoked_at=transaction.now)
        )
        if ended.rowcount != 1:
            raise NotFound
    log.info("personal_token_revoked", user_id=str(user_id), token_id=str(key))


def owner_of(token: str) -> UUID:
    """Whom a token names; whether it is good, the database says. Raises NotSignedIn."""
    if len(token) != _LENGTH:
        raise NotSignedIn
    named = token[len(PREFIX) : len(PREFIX) + _OWNER_LENGTH]
    try:
        return UUID(bytes=base64.b64decode(named + "==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise NotSignedIn from error


def _live(user_id: UUID, *columns: Any) -> Any:
    """Tokens not revoked, not run out, and not from before the last change of password."""
    return (
        select(*columns)
        .select_from(personal_tokens)
        .join(users, users.c.id == personal_tokens.c.user_id)
        .where(
            personal_tokens.c.user_id == user_id,
            personal_tokens.c.token_version == users.c.token_version,
            personal_tokens.c.revoked_at.is_(None),
            personal_tokens.c.expires_at > func.now(),
        )
    )


def _name(value: str) -> str:
    name = limits.title("name", value, NAME_LENGTH)
    if name is None:
        raise InvalidInput("name", "Give the token a name, so that you know it again.")
    return name


def _scopes(wanted: list[str]) -> list[str]:
    if not wanted or not set(wanted) <= set(SCOPES):
        raise InvalidInput("scopes", f"Choose at least one of {', '.join(SCOPES)}.")
    return sorted(set(wanted))


def _encode(user_id: UUID) -> str:
    return base64.urlsafe_b64encode(user_id.bytes).decode().rstrip("=")
