"""Statements over the breaks that follow sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select, text
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


def find_running(transaction: Transaction, user_id: UUID) -> RowMapping | None:
    statement = select(breaks).where(breaks.c.user_id == user_id, breaks.c.end_time.is_(None))
    return transaction.execute(statement).mappings().first()


def close(transaction: Transaction, user_id: UUID, *, only_due: bool = False) -> None:
    """End the person's running break now; `only_due`: if its planned end has passed."""
    transaction.execute(_CLOSE, {"user_id": user_id, "at": transaction.now, "whole": not only_due})


def close_due(transaction: Transaction) -> None:
    """End everybody's breaks that have reached their planned end."""
    transaction.execute(_CLOSE_DUE, {"at": transaction.now})
