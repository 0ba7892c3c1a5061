"""Erasing a person: asked for with their password, done after a week that they may skip.

Everything in tables goes with the account, by foreign keys. Profiles and finished charts in caches
are dropped everywhere, and the id's hash is kept so that a restored backup does not bring anybody
back. Nobody who alone administers others is erased.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from db.models import account_erasures, users
from db.notifications import PEOPLE_ERASED
from db.queries import profile_requests
from db.session import Transaction, open_for, open_for_scheduler, open_for_sign_in
from focus_core.config import read_settings
from focus_core.domain.errors import LastAdministrator
from focus_core.services import sign_in
from focus_core.services.administration import hold_administrators
from focus_core.services.cache import profile_cache

MUST_STAY = str(LastAdministrator())


def cool_off() -> timedelta:
    """How long somebody who asked can change their mind."""
    return timedelta(days=read_settings().erase_after_days)


def must_stay(user_id: UUID) -> bool:
    """Whether this person is the only administrator of others: they can't be erased."""
    with open_for(user_id) as transaction:
        return _must_stay(transaction, user_id)


def ask(user_id: UUID, password: str) -> datetime:
    """Have the account erased after the cool-off; returns when, in UTC. Asking again changes
    nothing. Raises InvalidInput when the password isn't theirs, LastAdministrator."""
    sign_in.check_own_password(user_id, password)
    with open_for(user_id) as transaction:
        _refuse_the_last(transaction, user_id)
        transaction.execute(
            insert(account_erasures)
            .values(user_id=user_id, due_at=transaction.now + cool_off())
            .on_conflict_do_nothing()
        )
        due: datetime = transaction.execute(_due(user_id)).scalar_one()
    return due


def due_at(user_id: UUID) -> datetime | None:
    """When the account will be erased, in UTC; None when nobody asked for it."""
    with open_for(user_id) as transaction:
        due: datetime | None = transaction.execute(_due(user_id)).scalar_one_or_none()
    return due


def keep(user_id: UUID) -> None:
    """Take the request back."""
    with open_for(user_id) as transaction:
        transaction.execute(delete(account_erasures).where(account_erasures.c.user_id == user_id))


def erase_now(user_id: UUID, password: str) -> None:
    """Erase a person with everything that is theirs, at once; it can't be undone.

    Raises InvalidInput when the password isn't theirs, LastAdministrator.
    """
    sign_in.check_own_password(user_id, password)
    with open_for_sign_in() as transaction:
        _refuse_the_last(transaction, user_id)
        transaction.execute(delete(users).where(users.c.id == user_id))
        _announce(transaction, [user_id])
    profile_cache().drop([user_id])


def complete_due() -> int:
    """Erase everybody whose cool-off is over, as the scheduler; how many they were."""
    with open_for_scheduler() as transaction:
        hold_administrators(transaction)
        erased = list(transaction.execute(text("select app.erase_due()")).scalars())
        _announce(transaction, erased)
    profile_cache().drop(erased)
    return len(erased)


def _refuse_the_last(transaction: Transaction, user_id: UUID) -> None:
    hold_administrators(transaction)
    if _must_stay(transaction, user_id):
        raise LastAdministrator


def _must_stay(transaction: Transaction, user_id: UUID) -> bool:
    asked = transaction.execute(text("select app.must_stay(:id)"), {"id": user_id})
    return bool(asked.scalar_one())


def _announce(transaction: Transaction, erased: list[UUID]) -> None:
    """Every process forgets their profiles, and all finished charts: whose are whose, a cache of
    charts doesn't know."""
    profile_requests.announce(transaction, erased)
    if erased:
        transaction.tell(PEOPLE_ERASED, "")


def _due(user_id: UUID) -> Select[tuple[datetime]]:
    return select(account_erasures.c.due_at).where(account_erasures.c.user_id == user_id)
