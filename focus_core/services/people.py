"""What an administrator may do with accounts. Session content is none of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from db.models import sign_in_addresses, user_credentials, users
from db.session import Transaction, open_around, open_for_admin
from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import InvalidInput, NotFound
from focus_core.services import erasure, sign_in, web_sessions
from focus_core.services.accounts import find_by_name
from focus_core.services.administration import (
    acting,
    changing_administrators,
    hold_administrators,
    record,
    record_on_host,
)


def list_people(admin: Actor) -> list[dict[str, Any]]:
    """Every account by user name; `locked_until` (UTC) where too many passwords were tried.

    Raises NotAllowed unless an administrator asks.
    """
    with acting(admin) as transaction:
        rows = transaction.execute(
            select(
                users.c.id,
                users.c.username,
                users.c.display_name,
                users.c.role,
                users.c.created_at,
                users.c.disabled_at,
                users.c.demo,
                user_credentials.c.locked_until,
            )
            .outerjoin(
                user_credentials,
                (user_credentials.c.user_id == users.c.id)
                & (user_credentials.c.locked_until > transaction.now),
            )
            .order_by(users.c.username)
        )
        return [dict(row) for row in rows.mappings()]


def set_disabled(admin: Actor, user_id: UUID, disabled: bool) -> None:
    """Lock an account out at once, wherever it is signed in, or let it in again: with the password,
    for no sign-in of before outlives being locked out.

    Raises NotAllowed, NotFound, or InvalidInput for one's own account.
    """
    if user_id == admin.user_id:
        raise InvalidInput("disabled", "You can't disable your own account.")
    with changing_administrators(admin) as transaction:
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
        # Both ways: what signs in while they are being locked out ends before they are let in.
        web_sessions.revoke_others(user_id, keep=None)
        record(transaction, admin, "locked out" if disabled else "let in again", user_id)


def set_role(admin: Actor, user_id: UUID, role: Role) -> None:
    """Give another person a role; it holds from their next request.

    Raises NotAllowed, NotFound, or InvalidInput for one's own account, so that one administrator
    is always left.
    """
    if user_id == admin.user_id:
        raise InvalidInput("role", "You can't change your own role. Ask another administrator.")
    with changing_administrators(admin) as transaction:
        changed = transaction.execute(
            update(users)
            .where(users.c.id == user_id, users.c.demo.is_(False))
            .values(role=role, updated_at=func.now())
        )
        if changed.rowcount != 1:
            raise NotFound("There is no such person.")
        record(transaction, admin, "changed role", user_id, f"to {role}")


def make_admin_on_host(username: str) -> bool:
    """Let this person administer, for whoever can run a command on the machine; False when they
    do already.

    Raises NotFound, and InvalidInput naming `name` for an account that nobody could or soon
    can use: a demonstration, one that is locked out, one that waits to be erased.
    """
    user_id = find_by_name(username)
    # The outer transaction, theirs, keeps them from asking to be erased meanwhile.
    with open_around(user_id) as theirs:
        hold_administrators(theirs)
        if erasure.due_at(user_id) is not None:
            raise InvalidInput(
                "name", f"{username} waits to be erased, unless they decide otherwise."
            )
        with open_for_admin(user_id) as transaction:
            return _make_admin(transaction, user_id, username)


def _make_admin(transaction: Transaction, user_id: UUID, username: str) -> bool:
    found = transaction.execute(
        select(users.c.role, users.c.demo, users.c.disabled_at).where(users.c.id == user_id)
    ).one()
    if found.demo:
        raise InvalidInput("name", f"{username} is a demonstration and can't administer.")
    if found.disabled_at is not None:
        raise InvalidInput("name", f"{username} is locked out and can't administer.")
    if found.role == Role.ADMIN:
        return False
    transaction.execute(
        update(users)
        .where(users.c.id == user_id)
        .values(role=Role.ADMIN, updated_at=transaction.now)
    )
    record_on_host(transaction, user_id, "made administrator")
    return True


def lift_lock(admin: Actor, user_id: UUID) -> None:
    """Let somebody try passwords again at once. Raises NotAllowed, NotFound."""
    with acting(admin) as transaction:
        changed = transaction.execute(
            update(user_credentials)
            .where(user_credentials.c.user_id == user_id)
            .values(failed_attempts=0, locked_until=None)
        )
        if changed.rowcount != 1:
            raise NotFound("There is no such person.")
        record(transaction, admin, "lifted a lock", user_id)


def count_waiting_addresses(admin: Actor) -> int:
    """Addresses that tried so many passwords that they have to wait. Raises NotAllowed."""
    with acting(admin) as transaction:
        number: int = transaction.execute(
            select(func.count())
            .select_from(sign_in_addresses)
            .where(
                sign_in_addresses.c.attempts >= sign_in.ATTEMPTS_PER_ADDRESS,
                sign_in_addresses.c.window_started_at > transaction.now - sign_in.LOCK,
            )
        ).scalar_one()
        return number


def free_addresses(admin: Actor) -> None:
    """Forget the failed sign-ins of every address. Raises NotAllowed."""
    with acting(admin) as transaction:
        transaction.execute(delete(sign_in_addresses))
        record(transaction, admin, "freed all addresses")
