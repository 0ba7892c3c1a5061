"""What an administrator may do with accounts. Session content is none of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from db.models import users
from db.session import Transaction, open_for_admin
from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import InvalidInput, NotAllowed, NotFound


def list_people(admin: Actor) -> list[dict[str, Any]]:
    """Every account by user name. Raises NotAllowed unless an administrator asks."""
    with open_for_admin(admin.user_id) as transaction:
        require_admin(transaction, admin)
        rows = transaction.execute(
            select(
                users.c.id,
                users.c.username,
                users.c.display_name,
                users.c.role,
                users.c.created_at,
                users.c.disabled_at,
                users.c.demo,
            ).order_by(users.c.username)
        )
        return [dict(row) for row in rows.mappings()]


def set_disabled(admin: Actor, user_id: UUID, disabled: bool) -> None:
    """Lock an account out at once, wherever it is signed in, or let it in again.

    Raises NotAllowed, NotFound, or InvalidInput for one's own account.
    """
    if user_id == admin.user_id:
        raise InvalidInput("disabled", "You can't disable your own account.")
    with open_for_admin(admin.user_id) as transaction:
        require_admin(transaction, admin)
        changed = transaction.execute(
            update(users)
            .where(users.c.id == user_id)
            .values(
                disabled_at=transaction.now if disabled else None,
                token_version=users.c.token_version + 1,
                updated_at=func.now(),
            )
        )
        if changed.rowcount != 1:
            raise NotFound("There is no such person.")


def make_admin(admin: Actor, user_id: UUID) -> None:
    """Let another person administer accounts too. Raises NotAllowed, NotFound."""
    with open_for_admin(admin.user_id) as transaction:
        require_admin(transaction, admin)
        changed = transaction.execute(
            update(users)
            .where(users.c.id == user_id, users.c.demo.is_(False))
            .values(role=Role.ADMIN, updated_at=func.now())
        )
        if changed.rowcount != 1:
            raise NotFound("There is no such person.")


def require_admin(transaction: Transaction, actor: Actor) -> None:
    """Raises NotAllowed unless the actor is an administrator now, whatever they were before."""
    role = transaction.execute(
        select(users.c.role).where(users.c.id == actor.user_id, users.c.disabled_at.is_(None))
    ).scalar_one_or_none()
    if role != Role.ADMIN:
        raise NotAllowed
