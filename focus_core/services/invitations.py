"""Invitations: links that make one account each, where only who is invited may make one.

A link is shown once and kept as its hash, whose first half is the id under which it is listed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from db.models import account_invitations, users
from db.session import Transaction, open_for_sign_in
from focus_core.domain.actor import Actor
from focus_core.domain.errors import LinkExpired, NotFound
from focus_core.services import hashing
from focus_core.services.administration import acting, record

LIFETIME = timedelta(days=14)
_ID_BYTES = 16


def make_invitation(admin: Actor) -> tuple[str, dict[str, Any]]:
    """The secret part of a link that makes one account, told this once, and what is listed of it.

    Raises NotAllowed.
    """
    token = hashing.new_token()
    with acting(admin) as transaction:
        values: dict[str, Any] = {
            "token_hash": hashing.hash_token(token),
            "created_by": admin.user_id,
            "created_at": transaction.now,
            "expires_at": transaction.now + LIFETIME,
        }
        transaction.execute(insert(account_invitations).values(values))
        record(transaction, admin, "made an invitation")
    return token, _listed(**values | {"created_by": admin.username})


def list_invitations(admin: Actor) -> list[dict[str, Any]]:
    """Those that are still good, the newest first: `id`, `created_by` (a user name, None where the
    account is gone), `created_at` and `expires_at` in UTC. Raises NotAllowed."""
    with acting(admin) as transaction:
        rows = transaction.execute(
            select(
                account_invitations.c.token_hash,
                users.c.username.label("created_by"),
                account_invitations.c.created_at,
                account_invitations.c.expires_at,
            )
            .outerjoin(users, users.c.id == account_invitations.c.created_by)
            .where(_good(transaction))
            .order_by(account_invitations.c.created_at.desc(), account_invitations.c.token_hash)
        ).mappings()
        return [_listed(**row) for row in rows]


def revoke_invitation(admin: Actor, invitation_id: UUID) -> None:
    """Its link makes no account from now on. Raises NotAllowed, NotFound when it is not good any
    more."""
    half = func.substring(account_invitations.c.token_hash, 1, _ID_BYTES)
    with acting(admin) as transaction:
        ended = transaction.execute(
            delete(account_invitations).where(half == invitation_id.bytes, _good(transaction))
        )
        if ended.rowcount != 1:
            raise NotFound("There is no such invitation, or it has been used or has run out.")
        record(transaction, admin, "revoked an invitation")


def is_good(token: str) -> bool:
    """Whether an account can be made with it now."""
    with open_for_sign_in() as transaction:
        found = transaction.execute(
            select(account_invitations.c.token_hash).where(
                account_invitations.c.token_hash == hashing.hash_token(token), _good(transaction)
            )
        )
        return found.first() is not None


def redeem(transaction: Transaction, token: str) -> None:
    """Use an invitation up, in the transaction that makes the account. Raises LinkExpired."""
    used = transaction.execute(
        update(account_invitations)
        .where(
            account_invitations.c.token_hash == hashing.hash_token(token),
            _good(transaction),
        )
        .values(used_at=transaction.now)
    )
    if used.rowcount != 1:
        raise LinkExpired("An account is made by invitation here. Ask for a new link.")


def _good(transaction: Transaction) -> ColumnElement[bool]:
    return account_invitations.c.used_at.is_(None) & (
        account_invitations.c.expires_at > transaction.now
    )


def _listed(token_hash: bytes, **columns: Any) -> dict[str, Any]:
    return {"id": UUID(bytes=token_hash[:_ID_BYTES]), **columns}
