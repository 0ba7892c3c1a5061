"""Acting as an administrator: proven anew each time, and written into a log that only grows.

Somebody who administers is always left, as long as there is anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from db.models import audit_log, users
from db.session import Transaction, open_for_admin
from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import NotAllowed

SHOWN_ENTRIES = 200
ON_HOST = "by a command on the host"
"""How the detail of an entry begins that no administrator made."""
_ADMINISTRATORS = 0x464F4357
_HOLD = text("select pg_advisory_xact_lock(:lock)")


@contextmanager
def acting(admin: Actor) -> Iterator[Transaction]:
    """A transaction over accounts. Raises NotAllowed unless the actor administers now."""
    with open_for_admin(admin.user_id) as transaction:
        require_admin(transaction, admin)
        yield transaction


@contextmanager
def changing_administrators(admin: Actor) -> Iterator[Transaction]:
    """The same for what may leave fewer administrators; one at a time, so that of two who demote
    each other one is refused."""
    with open_for_admin(admin.user_id) as transaction:
        hold_administrators(transaction)
        require_admin(transaction, admin)
        yield transaction


def hold_administrators(transaction: Transaction) -> None:
    """Nobody else changes who administers until this transaction ends."""
    transaction.execute(_HOLD, {"lock": _ADMINISTRATORS})


def require_admin(transaction: Transaction, actor: Actor) -> None:
    """Raises NotAllowed unless the actor is an administrator now, whatever they were before."""
    role = transaction.execute(
        select(users.c.role).where(users.c.id == actor.user_id, users.c.disabled_at.is_(None))
    ).scalar_one_or_none()
    if role != Role.ADMIN:
        raise NotAllowed


def record(
    transaction: Transaction, actor: Actor, action: str, subject: UUID | None = None, what: str = ""
) -> None:
    """Log what is done in the same transaction; `what` names no person and holds no content."""
    _write(transaction, actor.user_id, action, subject, what)


def record_on_host(transaction: Transaction, user_id: UUID, action: str) -> None:
    """Log what a command on the host did to this person. Nobody administers there, and an entry
    names its transaction's actor: so it stands under the person's own name."""
    _write(transaction, user_id, action, user_id, ON_HOST)


def _write(
    transaction: Transaction, actor: UUID, action: str, subject: UUID | None, what: str
) -> None:
    transaction.execute(
        insert(audit_log)
        .inline()  # asks for no id back: who may write into the log need not be able to read it
        .values(actor_id=actor, action=action, subject_id=subject, detail=what)
    )


def list_log(admin: Actor) -> list[dict[str, Any]]:
    """The newest entries, the newest first; times in UTC; `actor` and `subject` are user names,
    None where the account is gone or there is none. Raises NotAllowed."""
    subject = users.alias("subject")
    with acting(admin) as transaction:
        rows = transaction.execute(
            select(
                audit_log.c.at,
                users.c.username.label("actor"),
                audit_log.c.action,
                subject.c.username.label("subject"),
                audit_log.c.detail,
            )
            .select_from(audit_log)
            .outerjoin(users, users.c.id == audit_log.c.actor_id)
            .outerjoin(subject, subject.c.id == audit_log.c.subject_id)
            .order_by(audit_log.c.at.desc(), audit_log.c.id.desc())
            .limit(SHOWN_ENTRIES)
        )
        return [dict(row) for row in rows.mappings()]
