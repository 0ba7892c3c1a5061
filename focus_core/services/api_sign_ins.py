"""Programs that sign in with a password: an access token, and a refresh token that rotates.

A refresh token is good once. One that comes a second time has been copied, so everything that
came of its sign-in ends: whoever is honest signs in again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import insert, select, update

from db.models import api_sign_ins, refresh_tokens, users
from db.session import Transaction, open_for_sign_in
from focus_core.domain.errors import SignInRefused
from focus_core.services import access_tokens, hashing, sign_in

LIFETIME = timedelta(days=30)
"""How long a sign-in can be refreshed, whatever its use."""

log = structlog.get_logger()


@dataclass(frozen=True)
class TokenPair:
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds the access token lives."""
    refresh_expires_in: int
    """Seconds the refresh token lives, unless it is used before."""


def begin(username: str, password: str, *, address: str) -> TokenPair:
    """Sign a program in. Attempts count as they do on the page. Raises SignInRefused."""
    with sign_in.proven(username, password, address=address) as (transaction, user_id):
        return start(transaction, user_id, _token_version(transaction, user_id), address=address)


def start(
    transaction: Transaction, user_id: UUID, token_version: int, *, address: str
) -> TokenPair:
    """A sign-in for a person who has proved who they are, within the caller's transaction."""
    made = transaction.execute(
        insert(api_sign_ins)
        .values(
            user_id=user_id,
            token_version=token_version,
            address=address[:64],
            expires_at=transaction.now + LIFETIME,
        )
        .returning(api_sign_ins.c.id)
    ).scalar_one()
    return _pair(transaction, user_id, made, token_version, LIFETIME)


def refresh(token: str, *, address: str) -> TokenPair:
    """New tokens for a refresh token, which is used up. Raises SignInRefused."""
    digest = hashing.hash_token(token)
    with open_for_sign_in() as transaction:
        found = transaction.execute(
            update(refresh_tokens)
            .where(
                refresh_tokens.c.token_hash == digest,
                refresh_tokens.c.used_at.is_(None),
                refresh_tokens.c.sign_in_id == api_sign_ins.c.id,
                api_sign_ins.c.user_id == users.c.id,
                api_sign_ins.c.token_version == users.c.token_version,
                api_sign_ins.c.revoked_at.is_(None),
                api_sign_ins.c.expires_at > transaction.now,
                users.c.disabled_at.is_(None),
            )
            .values(used_at=transaction.now)
            .returning(
                api_sign_ins.c.id,
                api_sign_ins.c.user_id,
                api_sign_ins.c.token_version,
                api_sign_ins.c.expires_at,
            )
        ).one_or_none()
        if found is not None:
            left = found.expires_at - transaction.now
            return _pair(transaction, found.user_id, found.id, found.token_version, left)
        _end_if_reused(transaction, digest, address)
    raise SignInRefused("This refresh token is used up or has run out. Sign in again.")


def end(token: str) -> None:
    """Sign out: the sign-in this refresh token came from ends with all its tokens, at once.

    A token that is none of ours changes nothing.
    """
    with open_for_sign_in() as transaction:
        ended = _revoke(transaction, hashing.hash_token(token))
    if ended is not None:
        log.info("api_signed_out", user_id=str(ended))


def _pair(
    transaction: Transaction, user_id: UUID, sign_in_id: UUID, version: int, left: timedelta
) -> TokenPair:
    token = hashing.new_token()
    transaction.execute(
        insert(refresh_tokens).values(token_hash=hashing.hash_token(token), sign_in_id=sign_in_id)
    )
    return TokenPair(
        access_token=access_tokens.issue(user_id, sign_in_id, version),
        refresh_token=token,
        expires_in=access_tokens.LIFETIME_SECONDS,
        refresh_expires_in=int(left.total_seconds()),
    )


def _end_if_reused(transaction: Transaction, digest: bytes, address: str) -> None:
    used = select(refresh_tokens.c.token_hash).where(
        refresh_tokens.c.token_hash == digest, refresh_tokens.c.used_at.is_not(None)
    )
    if transaction.execute(used).first() is not None:
        owner = _revoke(transaction, digest)
        if owner is not None:
            log.warning("refresh_token_reused", user_id=str(owner), address=address)


def _revoke(transaction: Transaction, digest: bytes) -> UUID | None:
    """End the sign-in behind a refresh token; whose it was, None if it had ended before."""
    owner: UUID | None = transaction.execute(
        update(api_sign_ins)
        .where(
            api_sign_ins.c.id == refresh_tokens.c.sign_in_id,
            refresh_tokens.c.token_hash == digest,
            api_sign_ins.c.revoked_at.is_(None),
        )
        .values(revoked_at=transaction.now)
        .returning(api_sign_ins.c.user_id)
    ).scalar_one_or_none()
    return owner


def _token_version(transaction: Transaction, user_id: UUID) -> int:
    version = select(users.c.token_version).where(
        users.c.id == user_id, users.c.disabled_at.is_(None)
    )
    found: int | None = transaction.execute(version).scalar_one_or_none()
    if found is None:
        raise SignInRefused
    return found
