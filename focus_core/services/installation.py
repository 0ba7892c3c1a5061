"""What holds for everybody here: who may sign up, and how the parts are doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql

from db.models import heartbeats, installation
from db.session import Transaction, open_for_scheduler, open_for_sign_in
from focus_core.domain.actor import Actor
from focus_core.services.administration import acting, record
from focus_core.services.cache import profile_cache

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
    cache_in_use: bool
    cache_is_shared: bool
    """In Redis, by several dashboards."""


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
        record(transaction, admin, "changed sign-up to", what=mode)


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
            cache_in_use=profile_cache().in_use,
            cache_is_shared=profile_cache().is_shared,
        )
