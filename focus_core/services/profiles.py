"""Focus profiles: read them, and keep them fresh.

A profile goes out as a dictionary with the columns of `user_focus_profiles` as keys; times are
aware and in UTC, counts int, averages float or None where nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from db.queries import profile_requests, profiles
from db.queries.profile_refresh import refresh_profiles
from db.queries.profile_requests import Request
from db.session import Transaction, open_for, open_for_scheduler
from focus_core.domain.definitions import MINIMUM_SESSIONS
from focus_core.domain.errors import ProfileNotReady
from focus_core.services.cache import profile_cache
from focus_core.services.rows import as_dict

BATCH = 5_000
"""People in one statement: many enough to be one pass, few enough to end within its time limit."""

LEASE = timedelta(minutes=2)
"""After this long a refresher that took a request and died is given up."""

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(days=1)
PATIENCE = 8
"""Failures in a row after which a person is tried once a day and logged as an error."""

log = structlog.get_logger()


@dataclass(frozen=True)
class RefreshReport:
    """How many people's profiles were recomputed, and how many could not be."""

    refreshed: int
    failed: int


@dataclass(frozen=True)
class Outcome:
    """Whose profiles were recomputed; whose failed, with the error's name and no content."""

    succeeded: list[UUID]
    failed: dict[UUID, str]


def get_user_profile(user_id: UUID) -> dict[str, Any]:
    """The person's profile, from the cache when it is there; computed when there is none yet.

    Raises ProfileNotReady below three eligible sessions, DatabaseUnavailable.
    """
    return profile_cache().get(user_id, lambda: _read_profile(user_id))


def compute_user_profile(user_id: UUID) -> dict[str, Any]:
    """The person's profile, recomputed now. Raises as `get_user_profile` does."""
    with open_for(user_id) as transaction:
        refresh_profiles(transaction, [user_id])
        profile_requests.announce(transaction, [user_id])
    profile_cache().drop([user_id])
    return get_user_profile(user_id)


def request_refresh(transaction: Transaction, user_id: UUID) -> None:
    """File a refresh in the caller's transaction; the scheduler hears of it at the commit."""
    profile_requests.file_request(transaction, user_id)


def refresh_due() -> RefreshReport:
    """Refresh everybody who is due; safe beside other schedulers. Raises DatabaseUnavailable."""
    refreshed = failed = 0
    while requests := take_due(BATCH):
        outcome = refresh([request.user_id for request in requests])
        _settle(requests, outcome)
        refreshed += len(outcome.succeeded)
        failed += len(outcome.failed)
        if len(requests) < BATCH:
            break
    return RefreshReport(refreshed, failed)


def take_due(limit: int) -> list[Request]:
    """Take up to `limit` due requests; nobody else gets them before the lease is over."""
    with open_for_scheduler() as transaction:
        return profile_requests.take_due(transaction, limit, LEASE)


def refresh(user_ids: Sequence[UUID]) -> Outcome:
    """Recompute these profiles in one statement, as the scheduler.

    When it fails it is tried again in halves, down to single people, so that one person's data
    holds up nobody else. Raises DatabaseUnavailable.
    """
    if not user_ids:
        return Outcome([], {})
    try:
        with open_for_scheduler() as transaction:
            refresh_profiles(transaction, user_ids)
            profile_requests.announce(transaction, user_ids)
    except DBAPIError as error:
        if len(user_ids) == 1:
            return Outcome([], {user_ids[0]: _name(error)})
        middle = len(user_ids) // 2
        first, second = refresh(user_ids[:middle]), refresh(user_ids[middle:])
        return Outcome(first.succeeded + second.succeeded, first.failed | second.failed)
    profile_cache().drop(user_ids)
    return Outcome(list(user_ids), {})


def sweep() -> int:
    """Request what nobody did: profiles older than their sessions. Returns how many were found."""
    with open_for_scheduler() as transaction:
        return len(profile_requests.request_stale(transaction, MINIMUM_SESSIONS))


def _read_profile(user_id: UUID) -> dict[str, Any]:
    with open_for(user_id) as transaction:
        row = profiles.find(transaction, user_id)
        if row is None:
            refresh_profiles(transaction, [user_id])
            row = profiles.find(transaction, user_id)
        if row is None:
            raise ProfileNotReady(_missing(transaction, user_id))
        return as_dict(row)


def _missing(transaction: Transaction, user_id: UUID) -> int:
    found = profiles.count_eligible(transaction, user_id, MINIMUM_SESSIONS)
    return max(MINIMUM_SESSIONS - found, 1)


def _settle(requests: Sequence[Request], outcome: Outcome) -> None:
    done = [request for request in requests if request.user_id not in outcome.failed]
    with open_for_scheduler() as transaction:
        profile_requests.finish(transaction, done)
        for request in requests:
            if error := outcome.failed.get(request.user_id):
                delay = _delay(request.attempts)
                profile_requests.put_off(transaction, request.user_id, delay, error)
                _log_failure(request, error, delay)


def _delay(attempts: int) -> timedelta:
    """Half a minute after the first failure, doubling; once a day when patience is at its end."""
    return LONGEST_DELAY if attempts + 1 >= PATIENCE else FIRST_DELAY * 2**attempts


def _log_failure(request: Request, error: str, delay: timedelta) -> None:
    write = log.error if request.attempts + 1 >= PATIENCE else log.warning
    write(
        "profile_refresh_failed",
        user_id=str(request.user_id),
        error=error,
        attempts=request.attempts + 1,
        retry_in_seconds=delay.total_seconds(),
    )


def _name(error: DBAPIError) -> str:
    """What kind of error it was; its message may quote what a person typed."""
    state = getattr(error.orig, "sqlstate", None)
    return f"{type(error.orig).__name__} ({state})"
