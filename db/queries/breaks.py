"""Statements over the breaks that follow sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.dialects.postgresql import insert

from db.models import breaks
from db.session import Transaction

# A break is over at its planned end even when nobody looked; what it measured goes to its session.
_CLOSE = text(
    """
    with closed as (
      update breaks
         set end_time = least(:at, start_time + make_interval(mins => planned_minutes))
       where end_time is null and user_id = :user_id
         and (:whole or start_time + make_interval(mins => planned_minutes) <= :at)
      returning session_id, user_id, start_time, end_time
    )
    update focus_sessions s
       set break_minutes = round(extract(epoch from (c.end_time - c.start_time)) / 60)::integer,
           updated_at = :at
      from closed c where s.id = c.session_id and s.user_id = c.user_id
    """
)

_CLOSE_DUE = text(
    """
    with closed as (
      update breaks
         set end_time = start_time + make_interval(mins => planned_minutes)
       where session_id in (
               select session_id from breaks
                where end_time is null
                  and start_time + make_interval(mins => planned_minutes) <= :at
                  for update skip locked)
      returning session_id, planned_minutes
    )
    update focus_sessions s set break_minutes = c.planned_minutes, updated_at = :at
      from closed c where s.id = c.session_id
    """
)

# What came after breaks: sums by local day of the next session, on either side of the person's own
# middle. It is put where it splits the breaks best, since many last exactly as long as planned.
# One range of the index on (user_id, start_time); the middle is found once, not for each break.
_EFFECTS = text(
    """
    with counted as (
      select s.start_time, s.end_time, s.ended_by,
             ((s.start_time at time zone u.timezone) - u.day_start::interval)::date as day,
             (s.was_completed::int + coalesce((s.focus_score - 1) / 4.0, 0))::float8
               / (1 + (s.focus_score is not null)::int) as success
        from focus_sessions s join users u on u.id = s.user_id
       where s.user_id = :user_id and s.start_time >= :since
         and s.end_time is not null and s.focused_seconds >= 60
    ),
    followed as (
      select day, success, ended_by, lag(ended_by) over following as before_ended_by,
             lag(day) over following as day_before,
             extract(epoch from (start_time - lag(end_time) over following)) as seconds
        from counted window following as (order by start_time)
    ),
    rested as (
      select day, success, round(seconds / 60)::integer as minutes
        from followed
       where ended_by <> 'auto_close' and before_ended_by <> 'auto_close' and day = day_before
         and seconds between 60 and 60 * :longest
    ),
    middle as materialized (
      select percentile_disc(0.5) within group (order by minutes) as minutes from rested
    ),
    split as materialized (
      select case when count(*) filter (where r.minutes > m.minutes)
                       >= count(*) filter (where r.minutes < m.minutes)
                  then m.minutes else m.minutes - 1 end as up_to
        from rested r cross join middle m group by m.minutes
    ),
    sided as (
      select r.*, s.up_to, r.minutes > s.up_to as longer from rested r cross join split s
    ),
    typical as (
      select longer, percentile_disc(0.5) within group (order by minutes) as typical_minutes
        from sided group by longer
    )
    select day, longer, up_to, typical_minutes, count(*) as n, sum(success) as success
      from sided join typical using (longer)
     group by day, longer, up_to, typical_minutes
    """
)


_RUNNING = "select * from breaks where user_id = %(user_id)s and end_time is null"
_OF_SESSION = (
    "select 1 as found from breaks where user_id = %(user_id)s and session_id = %(session_id)s"
)


def start(
    transaction: Transaction, user_id: UUID, session_id: UUID, planned_minutes: int, at: datetime
) -> None:
    """Begin the break after a session; one that had its break already keeps it."""
    transaction.execute(
        insert(breaks)
        .values(
            user_id=user_id, session_id=session_id, planned_minutes=planned_minutes, start_time=at
        )
        .on_conflict_do_nothing()
    )


def pass_over(
    transaction: Transaction, user_id: UUID, session_id: UUID, planned_minutes: int, at: datetime
) -> None:
    """Keep that no break was taken after a session: one that ended as it began. A break that
    there is already stays."""
    transaction.execute(
        insert(breaks)
        .values(
            user_id=user_id,
            session_id=session_id,
            planned_minutes=planned_minutes,
            start_time=at,
            end_time=at,
        )
        .on_conflict_do_nothing()
    )


def is_settled(transaction: Transaction, user_id: UUID, session_id: UUID) -> bool:
    """Whether the break after a session was begun or passed over."""
    keys = {"user_id": user_id, "session_id": session_id}
    return transaction.fetch(_OF_SESSION, keys) is not None


def find_running(transaction: Transaction, user_id: UUID) -> dict[str, Any] | None:
    return transaction.fetch(_RUNNING, {"user_id": user_id})


def close(transaction: Transaction, user_id: UUID, *, only_due: bool = False) -> None:
    """End the person's running break now; `only_due`: if its planned end has passed."""
    transaction.execute(_CLOSE, {"user_id": user_id, "at": transaction.now, "whole": not only_due})


def close_due(transaction: Transaction) -> None:
    """End everybody's breaks that have reached their planned end."""
    transaction.execute(_CLOSE_DUE, {"at": transaction.now})


def effects(
    transaction: Transaction, user_id: UUID, since: datetime, *, longest: int
) -> Sequence[RowMapping]:
    """The success of eligible sessions by local day, after shorter and `longer` breaks of 1 to
    `longest` minutes. On every row: `up_to`, the longest of the shorter ones, and the
    `typical_minutes` of its side."""
    parameters = {"user_id": user_id, "since": since, "longest": longest}
    return transaction.execute(_EFFECTS, parameters).mappings().all()
