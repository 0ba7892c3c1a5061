"""Signing in: a password buys a ticket, and the ticket buys the browser its cookie.

An attempt is charged, and the charge committed, before the password is looked at, so that many
guesses at once get no further than one after the other. Whether the name is known changes neither
the work nor the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import delete, insert, text

from db.models import sign_in_tickets
from db.session import Transaction, open_for_sign_in
from focus_core.domain import accounts
from focus_core.domain.addresses import line_of
from focus_core.domain.errors import FocusError, InvalidInput, SignInRefused
from focus_core.services import hashing

ATTEMPTS_PER_ACCOUNT = 5
ATTEMPTS_PER_ADDRESS = 30
LOCK = timedelta(minutes=15)
TICKET_LIFETIME = timedelta(seconds=60)

_CHARGE_ADDRESS = text("""
insert into sign_in_addresses as a (address, attempts, window_started_at)
values (:address, 1, now())
on conflict (address) do update set
  attempts = case when a.window_started_at <= now() - :window then 1 else a.attempts + 1 end,
  window_started_at = case when a.window_started_at <= now() - :window
                           then now() else a.window_started_at end
returning attempts
""")

_REFUND_ADDRESS = text("""
update sign_in_addresses set attempts = greatest(attempts - 1, 0) where address = :address
""")

# The attempt that uses up the allowance locks at once, before anybody knows how it goes.
_CHARGE_ACCOUNT = text("""
update user_credentials c set
  failed_attempts = case when c.locked_until is null then c.failed_attempts + 1 else 1 end,
  locked_until = case when c.locked_until is null and c.failed_attempts + 1 >= :allowed
                      then now() + :lock end
from users u
where u.id = c.user_id and (u.username = :username or u.id = :user_id)
  and u.disabled_at is null and (c.locked_until is null or c.locked_until <= now())
returning c.user_id, c.password_hash
""")

# Only while the hash is still the one that was checked: a password changed meanwhile wins.
_CLEAR_ACCOUNT = text("""
update user_credentials set failed_attempts = 0, locked_until = null
where user_id = :user_id and password_hash = :password_hash
""")

log = structlog.get_logger()


class _Account(NamedTuple):
    user_id: UUID
    password_hash: str


def sign_in(username: str, password: str, *, address: str, browser: str) -> str:
    """A ticket, good for a minute and once, for the browser that holds the cookie `browser`.

    Raises SignInRefused, whatever the reason.
    """
    with proven(username, password, address=address) as (transaction, user_id):
        return issue_ticket(transaction, user_id, browser)


@contextmanager
def proven(username: str, password: str, *, address: str) -> Iterator[tuple[Transaction, UUID]]:
    """A sign-in transaction for the person whose name and password these are.

    Raises SignInRefused, whatever the reason.
    """
    refusal = SignInRefused()
    try:
        account = _charge(_tidy(username), None, address)
        with _proven(account, password, refusal) as (transaction, user_id):
            transaction.execute(_REFUND_ADDRESS, {"address": line_of(address)})
            yield transaction, user_id
    except SignInRefused:
        log.warning("sign_in_refused", address=address)
        raise


def check_own_password(user_id: UUID, password: str) -> None:
    """Ask a signed-in person for their password again; guesses count as they do at sign-in.

    Raises InvalidInput when it isn't theirs.
    """
    refusal = InvalidInput(
        "current_password",
        "That isn't your password, or there were too many attempts. Check it, or wait"
        " 15 minutes and try again.",
    )
    with _proven(_charge(None, user_id, None), password, refusal):
        pass


def issue_ticket(transaction: Transaction, user_id: UUID, browser: str) -> str:
    ticket = hashing.new_token()
    transaction.execute(
        delete(sign_in_tickets).where(sign_in_tickets.c.expires_at <= transaction.now)
    )
    transaction.execute(
        insert(sign_in_tickets).values(
            ticket_hash=hashing.hash_token(ticket),
            user_id=user_id,
            browser_hash=hashing.hash_token(browser),
            expires_at=transaction.now + TICKET_LIFETIME,
        )
    )
    return ticket


def _charge(username: str | None, user_id: UUID | None, address: str | None) -> _Account | None:
    """The account to try, None when there is none or it is locked.

    Raises SignInRefused, without any work, when the address has used up its attempts.
    """
    with open_for_sign_in() as transaction:
        allowed = address is None or _charge_address(transaction, address)
        if allowed:
            row = transaction.execute(
                _CHARGE_ACCOUNT,
                {
                    "username": username,
                    "user_id": user_id,
                    "allowed": ATTEMPTS_PER_ACCOUNT,
                    "lock": LOCK,
                },
            ).one_or_none()
    if not allowed:
        raise SignInRefused
    return _Account(row.user_id, row.password_hash) if row is not None else None


def _charge_address(transaction: Transaction, address: str) -> bool:
    charge = {"address": line_of(address), "window": LOCK}
    attempts: int = transaction.execute(_CHARGE_ADDRESS, charge).scalar_one()
    return attempts <= ATTEMPTS_PER_ADDRESS


@contextmanager
def _proven(
    account: _Account | None, password: str, refusal: FocusError
) -> Iterator[tuple[Transaction, UUID]]:
    """A transaction for what the right password allows; raises `refusal` for any other."""
    matches = hashing.password_matches(account.password_hash if account else None, password)
    if account is None or not matches:
        raise refusal
    with open_for_sign_in() as transaction:
        if transaction.execute(_CLEAR_ACCOUNT, account._asdict()).rowcount != 1:
            raise refusal
        yield transaction, account.user_id


def _tidy(username: str) -> str | None:
    try:
        return accounts.username(username)
    except InvalidInput:
        return None  # nobody has such a name; it is refused as any unknown one
