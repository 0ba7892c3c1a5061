"""What holds for everybody here: who may sign up, and how the parts are doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects import postgresql

from db.models import account_invitations, heartbeats, installation
from db.session import Transaction, open_for_scheduler, open_for_sign_in
from focus_core.domain.actor import Actor
from focus_core.domain.errors import LinkExpired
from focus_core.services import hashing
from focus_core.services.administration import acting, record
from focus_core.services.cache import profile_cache

INVITATION_LIFETIME = timedelta(days=14)
BEAT_EVERY_SECONDS = 30
MISSED_BEATS = 4
SCHEDULER = "scheduler"

_DATABASE = text(
    "select split_part(version(), ' ', 2) as version,"
    " pg_database_size(current_database()) as bytes,"
    " (select version_num from alembic_version) as revision"
)


@dataclass(frozen=True)
class Health:
    database_version: str
    database_bytes: int
    revision: str
    scheduler_seen_at: datetime | None
    """UTC; None when it never ran."""
    scheduler_runs: bool
    cache: str
    """Where profiles are cached, and whether they are at this moment."""


def sign_up_is_open() -> bool:
    """Whether anybody may make an account, or only who was invited."""
    with open_for_sign_in() as transaction:
        return is_open(transaction)


def is_open(transaction: Transaction) -> bool:
    mode: str = transaction.execute(select(installation.c.sign_up)).scalar_one()
    return mode == "open"


def set_sign_up(admin: Actor, *, anybody: bool) -> None:
    """Raises NotAllowed."""
    mode = "open" if anybody else "invited"
    with acting(admin) as transaction:
        transaction.execute(update(installation).values(sign_up=mode))
        record(transaction, admin, "set sign-up", what=mode)


def make_invitation(admin: Actor) -> str:
    """The secret part of a link that makes one account, within 14 days. Raises NotAllowed."""
    token = hashing.new_token()
    with acting(admin) as transaction:
        transaction.execute(
            insert(account_invitations).values(
                token_hash=hashing.hash_token(token),
                created_by=admin.user_id,
                expires_at=transaction.now + INVITATION_LIFETIME,
            )
        )
        record(transaction, admin, "made an invitation")
    return token


def redeem(transaction: Transaction, token: str) -> None:
    """Use an invitation up, in the transaction that makes the account. Raises LinkExpired."""
    used = transaction.execute(
        update(account_invitations)
        .where(
            account_invitations.c.token_hash == hashing.hash_token(token),
            account_invitations.c.used_at.is_(None),
            account_invitations.c.expires_at > transaction.now,
        )
        .values(used_at=transaction.now)
    )
    if used.rowcount != 1:
        raise LinkExpired("An account is made by invitation here. Ask for a new link.")


def beat() -> None:
    """Note that the scheduler is alive. Raises DatabaseUnavailable."""
    statement = postgresql.insert(heartbeats).values(process=SCHEDULER)
    with open_for_scheduler() as transaction:
        transaction.execute(
            statement.on_conflict_do_update(
                index_elements=[heartbeats.c.process], set_={"at": transaction.now}
            )
        )


def get_health(admin: Actor) -> Health:
    """Raises NotAllowed, DatabaseUnavailable."""
    with acting(admin) as transaction:
        database = transaction.execute(_DATABASE).one()
        seen = transaction.execute(
            select(heartbeats.c.at).where(heartbeats.c.process == SCHEDULER)
        ).scalar_one_or_none()
        late = timedelta(seconds=BEAT_EVERY_SECONDS * MISSED_BEATS)
        return Health(
            database_version=database.version,
            database_bytes=database.bytes,
            revision=database.revision,
            scheduler_seen_at=seen,
            scheduler_runs=seen is not None and transaction.now - seen < late,
            cache=profile_cache().state,
        )
