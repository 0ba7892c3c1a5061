"""One-time links with which a person whose password is forgotten chooses a new one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from db.models import password_reset_links, users
from db.session import Transaction, open_for_admin, open_for_sign_in
from focus_core.domain.actor import Actor
from focus_core.domain.errors import LinkExpired, NotAllowed, NotFound
from focus_core.domain.passwords import check_password
from focus_core.services import hashing
from focus_core.services.accounts import find_by_name, set_password
from focus_core.services.administration import acting, record, record_on_host

LIFETIME = timedelta(hours=24)
MADE_LINK = "made a link for a new password"


def make_link(admin: Actor, user_id: UUID) -> str:
    """The secret part of a link for that person; shown once, good for a day and one use.

    Raises NotAllowed unless an administrator asks, and for themselves: whoever sits at their open
    screen would have their account for good. NotFound when there is no such person, or only a
    demonstration.
    """
    if user_id == admin.user_id:
        raise NotAllowed("Choose a new password of your own under Settings.")
    with acting(admin) as transaction:
        token = _make(transaction, user_id, created_by=admin.user_id)
        record(transaction, admin, MADE_LINK, user_id)
        return token


def make_link_on_host(username: str) -> str:
    """As make_link, for whoever can run a command on the machine. Raises NotFound."""
    user_id = find_by_name(username)
    with open_for_admin(user_id) as transaction:
        token = _make(transaction, user_id, created_by=None)
        record_on_host(transaction, user_id, MADE_LINK)
        return token


def owner_of(token: str) -> str:
    """The user name a link is for. Raises LinkExpired."""
    with open_for_sign_in() as transaction:
        return _owner(transaction, token)[1]


def reset_password(token: str, new: str) -> None:
    """Set a new password, use the link up, and sign the person out everywhere.

    Raises LinkExpired, or InvalidInput when the password is too weak.
    """
    check_password(new, owner_of(token), "new_password")
    password_hash = hashing.hash_password(new)
    with open_for_sign_in() as transaction:
        user_id, _ = _owner(transaction, token)
        if not _use_up(transaction, token):
            raise LinkExpired
        set_password(transaction, user_id, password_hash)


def _make(transaction: Transaction, user_id: UUID, *, created_by: UUID | None) -> str:
    found = transaction.execute(
        select(users.c.username, users.c.demo).where(users.c.id == user_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such person.")
    if found.demo:
        raise NotFound(f"{found.username} is a demonstration and gets no new password.")
    token = hashing.new_token()
    transaction.execute(
        insert(password_reset_links).values(
            token_hash=hashing.hash_token(token),
            user_id=user_id,
            created_by=created_by,
            expires_at=transaction.now + LIFETIME,
        )
    )
    return token


def _owner(transaction: Transaction, token: str) -> tuple[UUID, str]:
    row = transaction.execute(
        select(users.c.id, users.c.username)
        .join(password_reset_links, password_reset_links.c.user_id == users.c.id)
        .where(
            password_reset_links.c.token_hash == hashing.hash_token(token),
            password_reset_links.c.used_at.is_(None),
            password_reset_links.c.expires_at > transaction.now,
            users.c.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise LinkExpired
    return row.id, row.username


def _use_up(transaction: Transaction, token: str) -> bool:
    """Mark this link used; False if it was already."""
    used = transaction.execute(
        update(password_reset_links)
        .where(
            password_reset_links.c.token_hash == hashing.hash_token(token),
            password_reset_links.c.used_at.is_(None),
        )
        .values(used_at=transaction.now)
    )
    return used.rowcount == 1
