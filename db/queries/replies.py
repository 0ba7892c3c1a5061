"""Statements over replies that are kept to be given again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import RowMapping, select, text, update

from db.models import idempotent_replies
from db.session import Transaction

# Who comes second waits here until the first has committed, and then claims nothing.
_CLAIM = text(
    """
    insert into idempotent_replies as old (user_id, key, fingerprint)
    values (:user_id, :key, :fingerprint)
    on conflict (user_id, key) do update
       set fingerprint = excluded.fingerprint, reply = null, created_at = now()
     where old.created_at < now() - interval '24 hours'
    returning key
    """
)


def claim(transaction: Transaction, user_id: UUID, key: str, fingerprint: bytes) -> bool:
    """Whether the key is new, or was forgotten; then it is this transaction's."""
    parameters = {"user_id": user_id, "key": key, "fingerprint": fingerprint}
    return transaction.execute(_CLAIM, parameters).first() is not None


def keep(transaction: Transaction, user_id: UUID, key: str, reply: str) -> None:
    table = idempotent_replies.c
    transaction.execute(
        update(idempotent_replies)
        .where(table.user_id == user_id, table.key == key)
        .values(reply=reply)
    )


def find(transaction: Transaction, user_id: UUID, key: str) -> RowMapping:
    table = idempotent_replies.c
    statement = select(idempotent_replies).where(table.user_id == user_id, table.key == key)
    return transaction.execute(statement).mappings().one()
