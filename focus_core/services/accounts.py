"""Accounts: making one and setting it up. `erasure` ends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from db.constraints import violated
from db.models import password_reset_links, user_credentials, users
from db.session import Transaction, open_for, open_for_sign_in
from focus_core.domain import accounts as rules
from focus_core.domain import limits
from focus_core.domain.actor import Role
from focus_core.domain.errors import InvalidInput, NotFound
from focus_core.domain.passwords import check_password
from focus_core.services import (
    hashing,
    installation,
    invitations,
    profiles,
    sign_in,
    sign_up_limit,
    web_sessions,
)

_FIRST_ACCOUNT_LOCK = 0x464F4341
_SHAPES_THE_CALENDAR = {"timezone", "week_start", "day_start"}


@dataclass(frozen=True)
class NewAccount:
    user_id: UUID
    username: str
    is_first: bool
    """The first account of an installation administers it."""
    ticket: str
    """Signs the browser in that made the account."""


def is_empty() -> bool:
    """Whether nobody has signed up yet, demonstration people aside."""
    with open_for_sign_in() as transaction:
        return _is_empty(transaction)


def is_any() -> bool:
    """Whether there is any account to sign in to, a demonstration person's included."""
    with open_for_sign_in() as transaction:
        return transaction.execute(select(users.c.id).limit(1)).first() is not None


def sign_up(
    username: str,
    display_name: str,
    password: str,
    timezone: str,
    *,
    address: str,
    browser: str,
    invitation: str = "",
) -> NewAccount:
    """Make an account and a ticket for `browser`, the value of its cookie, at this network address.

    Raises InvalidInput naming the field: username, display_name, password, timezone; LinkExpired
    where only who is invited may, and `invitation` is not (any more) the secret of a link;
    TooManyAccounts.
    """
    name = rules.username(username)
    values = {
        "username": name,
        "display_name": rules.display_name(display_name or username),
        "timezone": limits.timezone(timezone),
    }
    check_password(password, name)
    sign_up_limit.charge(address)
    password_hash = hashing.hash_password(password)
    try:
        with open_for_sign_in() as transaction:
            return _create(transaction, values, password_hash, browser, invitation)
    except IntegrityError as error:
        if violated(error) == "users_username_key":
            raise InvalidInput("username", "This user name is taken. Choose another.") from error
        raise


def get_account(user_id: UUID) -> dict[str, Any]:
    """Every setting of a person. Raises NotFound when the account is gone."""
    with open_for(user_id) as transaction:
        row = transaction.execute(select(users).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise NotFound("This account doesn't exist any more.")
    return dict(row._mapping)


def find_by_name(username: str) -> UUID:
    """The person who signs in with this name. Raises NotFound."""
    unknown = NotFound("There is no account of that name.")
    try:
        name = rules.username(username)
    except InvalidInput:
        raise unknown from None
    with open_for_sign_in() as transaction:
        found: UUID | None = transaction.execute(
            select(users.c.id).where(users.c.username == name)
        ).scalar_one_or_none()
    if found is None:
        raise unknown
    return found


def update_settings(user_id: UUID, **columns: Any) -> None:
    """Change settings, named as the columns of `users`. Raises InvalidInput naming the field.

    A new time zone, week or day rule moves sessions to other hours and days, so what was computed
    from them is asked for anew.
    """
    values = rules.settings(columns)
    if not values:
        return
    moved = bool(_SHAPES_THE_CALENDAR & values.keys())
    with open_for(user_id) as transaction:
        changed = update(users).where(users.c.id == user_id).values(**values, updated_at=func.now())
        if moved:
            changed = changed.values(data_version=users.c.data_version + 1)
        transaction.execute(changed)
        if moved:
            profiles.request_refresh(transaction, user_id)


def change_password(user_id: UUID, current: str, new: str, *, keep: UUID | None) -> None:
    """Set a new password; every device but `keep` is signed out.

    Raises InvalidInput naming the field: current_password, new_password.
    """
    sign_in.check_own_password(user_id, current)
    with open_for_sign_in() as transaction:
        username = _username(transaction, user_id)
    check_password(new, username, "new_password")
    password_hash = hashing.hash_password(new)
    with open_for_sign_in() as transaction:
        set_password(transaction, user_id, password_hash, keep=keep)


def set_password(
    transaction: Transaction, user_id: UUID, password_hash: str, *, keep: UUID | None = None
) -> None:
    """Replace the hash and end what the old password opened and what could replace the new one,
    within the caller's transaction."""
    transaction.execute(
        update(user_credentials)
        .where(user_credentials.c.user_id == user_id)
        .values(
            password_hash=password_hash,
            failed_attempts=0,
            locked_until=None,
            password_changed_at=transaction.now,
        )
    )
    transaction.execute(
        update(users)
        .where(users.c.id == user_id)
        .values(token_version=users.c.token_version + 1, updated_at=transaction.now)
    )
    transaction.execute(
        update(password_reset_links)
        .where(password_reset_links.c.user_id == user_id, password_reset_links.c.used_at.is_(None))
        .values(used_at=transaction.now)
    )
    web_sessions.end_all(transaction, user_id, keep=keep)


def _create(
    transaction: Transaction,
    values: dict[str, Any],
    password_hash: str,
    browser: str,
    invitation: str,
) -> NewAccount:
    transaction.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _FIRST_ACCOUNT_LOCK})
    is_first = _is_empty(transaction)
    if not is_first and not installation.is_open(transaction):
        invitations.redeem(transaction, invitation)
    role = Role.ADMIN if is_first else Role.USER
    user_id = transaction.execute(
        insert(users).values(**values, role=role).returning(users.c.id)
    ).scalar_one()
    transaction.execute(
        insert(user_credentials).values(user_id=user_id, password_hash=password_hash)
    )
    ticket = sign_in.issue_ticket(transaction, user_id, browser)
    return NewAccount(user_id, values["username"], is_first, ticket)


def _is_empty(transaction: Transaction) -> bool:
    anybody = select(users.c.id).where(users.c.demo.is_(False)).limit(1)
    return transaction.execute(anybody).first() is None


def _username(transaction: Transaction, user_id: UUID) -> str:
    found = transaction.execute(select(users.c.username).where(users.c.id == user_id))
    username: str | None = found.scalar_one_or_none()
    if username is None:
        raise NotFound("This account doesn't exist any more.")
    return username
