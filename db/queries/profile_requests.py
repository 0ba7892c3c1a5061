"""Who waits for a refreshed profile.

A request is taken by moving its `due_at` ahead (a lease): nobody else takes it meanwhile, a
refresher that dies loses nothing, and no row stays locked while profiles are computed, so that
ending a session never waits for a refresh. A renewal changes `requested_at`, which is how the
refresher sees that there is more to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from db.models.base import Timestamp
from db.notifications import PROFILE_REFRESHED, PROFILE_REQUESTED
from db.session import Transaction


@dataclass(frozen=True)
class Request:
    user_id: UUID
    requested_at: datetime
    attempts: int
    """Refreshes that failed in a row."""


_USER_IDS = bindparam("user_ids", type_=ARRAY(Uuid()))
_REQUESTED_AT = bindparam("requested_at", type_=ARRAY(Timestamp))

_FILE = """
insert into profile_refresh_requests as old (user_id) values (%(user_id)s)
  on conflict (user_id) do update set requested_at = clock_timestamp(),
     -- Ahead of now it is being worked on or was put off; then its time stands.
     due_at = greatest(old.due_at, now())
returning user_id
"""
_TAKE = text(
    """
    with due as (
      select user_id from profile_refresh_requests where due_at <= now()
       order by due_at limit :limit for update skip locked)
    update profile_refresh_requests r set due_at = now() + :lease
      from due where r.user_id = due.user_id
    returning r.user_id, r.requested_at, r.attempts
    """
)
_DROP_DONE = text(
    """
    delete from profile_refresh_requests r
     using unnest(:user_ids, :requested_at) as done (user_id, requested_at)
     where r.user_id = done.user_id and r.requested_at = done.requested_at
    """
).bindparams(_USER_IDS, _REQUESTED_AT)
_MAKE_DUE = text(
    """
    update profile_refresh_requests set due_at = now(), attempts = 0, last_error = null
     where user_id = any(:user_ids)
    """
).bindparams(_USER_IDS)
_PUT_OFF = text(
    """
    update profile_refresh_requests
       set attempts = attempts + 1, due_at = now() + :delay, last_error = :error
     where user_id = :user_id
    """
)
_SWEEP = text(
    """
    insert into profile_refresh_requests (user_id)
    select u.id from users u left join user_focus_profiles p on p.user_id = u.id
     where exists (select from focus_sessions s
                    where s.user_id = u.id and s.end_time is not null
                      and s.updated_at > coalesce(p.last_computed_at, '-infinity'))
       and (p.user_id is not null or :minimum <= (
             select count(*) from focus_sessions s where s.user_id = u.id
                and s.focused_seconds >= 60 and s.ended_by <> 'auto_close'))
        on conflict do nothing
    returning user_id
    """
)
_ANNOUNCE = text("select pg_notify(:channel, id::text) from unnest(:user_ids) as id").bindparams(
    _USER_IDS
)


def file_request(transaction: Transaction, user_id: UUID) -> None:
    """Ask for a refresh, or renew what was asked; the scheduler hears of it at the commit."""
    transaction.fetch(_FILE, {"user_id": user_id})
    transaction.tell(PROFILE_REQUESTED, str(user_id))


def take_due(transaction: Transaction, limit: int, lease: timedelta) -> list[Request]:
    """Up to `limit` due requests, longest due first, that nobody else holds."""
    rows = transaction.execute(_TAKE, {"limit": limit, "lease": lease})
    return [Request(row.user_id, row.requested_at, row.attempts) for row in rows]


def finish(transaction: Transaction, requests: Sequence[Request]) -> None:
    """Drop what is done; what was renewed meanwhile is due again at once."""
    user_ids = [request.user_id for request in requests]
    requested_at = [request.requested_at for request in requests]
    transaction.execute(_DROP_DONE, {"user_ids": user_ids, "requested_at": requested_at})
    # A statement of its own: the first may have waited for a renewal, which only this one sees.
    transaction.execute(_MAKE_DUE, {"user_ids": user_ids})


def put_off(transaction: Transaction, user_id: UUID, delay: timedelta, error: str) -> None:
    transaction.execute(_PUT_OFF, {"user_id": user_id, "delay": delay, "error": error})


def request_stale(transaction: Transaction, minimum: int) -> list[UUID]:
    """Ask for everybody whose sessions changed after their profile was computed and who has no
    request; people still below `minimum` eligible sessions are left in peace."""
    return list(transaction.execute(_SWEEP, {"minimum": minimum}).scalars())


def announce(transaction: Transaction, user_ids: Sequence[UUID]) -> None:
    """Tell every reader, at the commit, that these profiles changed."""
    transaction.execute(_ANNOUNCE, {"user_ids": list(user_ids), "channel": PROFILE_REFRESHED})
