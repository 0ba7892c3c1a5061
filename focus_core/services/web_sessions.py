"""Where a person is signed in: one row for each browser, named by the hash of its cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from db.models import sign_in_tickets, users, web_sessions
from db.session import Transaction, open_for, open_for_sign_in
from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import NotFound, SignInRefused
from focus_core.services import hashing

LIFETIME = timedelta(days=30)
"""A browser that isn't used this long is signed out."""
RENEWED_AFTER = timedelta(hours=1)

_live: ColumnElement[bool] = web_sessions.c.revoked_at.is_(None)

# Asked on every run of every page, so in the driver's own words: building it would cost more.
_ACTOR = """
select u.id as user_id, u.username, u.display_name, u.role, u.timezone, u.week_start, u.day_start,
       u.data_version, w.id as web_session_id, w.last_seen_at
  from web_sessions w join users u on u.id = w.user_id
 where w.token_hash = %(token_hash)s and w.revoked_at is null and w.expires_at > %(now)s
   and u.disabled_at is null
"""


def begin(ticket: str, browser: str, *, user_agent: str, address: str) -> str:
    """Trade a ticket for the token of a new sign-in. Raises SignInRefused."""
    token = hashing.new_token()
    with open_for_sign_in() as transaction:
        user_id = transaction.execute(
            delete(sign_in_tickets)
            .where(
                sign_in_tickets.c.ticket_hash == hashing.hash_token(ticket),
                sign_in_tickets.c.browser_hash == hashing.hash_token(browser),
                sign_in_tickets.c.expires_at > transaction.now,
                sign_in_tickets.c.user_id == users.c.id,
                users.c.disabled_at.is_(None),
            )
            .returning(sign_in_tickets.c.user_id)
        ).scalar_one_or_none()
        if user_id is None:
            raise SignInRefused("This sign-in took too long. Please sign in again.")
        transaction.execute(
            insert(web_sessions).values(
                user_id=user_id,
                token_hash=hashing.hash_token(token),
                user_agent=user_agent.replace("\0", "")[:300],
                address=address[:64],
                expires_at=transaction.now + LIFETIME,
            )
        )
    return token


def actor_for_cookie(token: str) -> Actor | None:
    """Whose cookie this is; None when it was signed out, ran out or never was ours."""
    with open_for_sign_in() as transaction:
        row = transaction.fetch(
            _ACTOR, {"token_hash": hashing.hash_token(token), "now": transaction.now}
        )
        if row is None:
            return None
        if row.pop("last_seen_at") < transaction.now - RENEWED_AFTER:
            _renew(transaction, row["web_session_id"])
    return Actor(**row | {"role": Role(row["role"]), "timezone": ZoneInfo(row["timezone"])})


def list_devices(user_id: UUID) -> list[dict[str, Any]]:
    """Where this person is signed in, the latest used first; times in UTC."""
    with open_for(user_id) as transaction:
        rows = transaction.execute(
            select(
                web_sessions.c.id,
                web_sessions.c.user_agent,
                web_sessions.c.address,
                web_sessions.c.created_at,
                web_sessions.c.last_seen_at,
            )
            .where(
                web_sessions.c.user_id == user_id,
                _live,
                web_sessions.c.expires_at > transaction.now,
            )
            .order_by(web_sessions.c.last_seen_at.desc(), web_sessions.c.id)
        )
        return [dict(row) for row in rows.mappings()]


def sign_out(token: str) -> None:
    """End the sign-in this cookie stands for, if it still does."""
    with open_for_sign_in() as transaction:
        _revoke(transaction, web_sessions.c.token_hash == hashing.hash_token(token))


def revoke(user_id: UUID, web_session_id: UUID) -> None:
    """Sign one device out. Raises NotFound when it isn't theirs or is signed out already."""
    with open_for_sign_in() as transaction:
        if not _revoke(
            transaction,
            web_sessions.c.user_id == user_id,
            web_sessions.c.id == web_session_id,
        ):
            raise NotFound


def revoke_others(user_id: UUID, keep: UUID | None) -> int:
    """Sign every device out but `keep`; says how many that were."""
    with open_for_sign_in() as transaction:
        return end_all(transaction, user_id, keep=keep)


def end_all(transaction: Transaction, user_id: UUID, *, keep: UUID | None = None) -> int:
    """End a person's sign-ins and those under way, within the caller's transaction."""
    transaction.execute(delete(sign_in_tickets).where(sign_in_tickets.c.user_id == user_id))
    which = [web_sessions.c.user_id == user_id]
    if keep is not None:
        which.append(web_sessions.c.id != keep)
    return _revoke(transaction, *which)


def _revoke(transaction: Transaction, *which: ColumnElement[bool]) -> int:
    result = transaction.execute(
        update(web_sessions).where(*which, _live).values(revoked_at=transaction.now)
    )
    return result.rowcount


def _renew(transaction: Transaction, web_session_id: UUID) -> None:
    transaction.execute(
        update(web_sessions)
        .where(web_sessions.c.id == web_session_id)
        .values(last_seen_at=transaction.now, expires_at=transaction.now + LIFETIME)
    )
