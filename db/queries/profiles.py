"""Statements that read focus profiles."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import RowMapping, select

from db.models import user_focus_profiles
from db.session import Transaction

# In the driver's own words: the plan asks it with every move of the timer.
_ELIGIBLE = """
select count(*) as number
  from (select from focus_sessions
         where user_id = %(user_id)s and focused_seconds >= 60 and ended_by <> 'auto_close'
         limit %(up_to)s) eligible
"""


def find(transaction: Transaction, user_id: UUID) -> RowMapping | None:
    statement = select(user_focus_profiles).where(user_focus_profiles.c.user_id == user_id)
    return transaction.execute(statement).mappings().first()


def count_eligible(transaction: Transaction, user_id: UUID, up_to: int) -> int:
    """Eligible sessions of a person, counted no further than `up_to`."""
    row = transaction.fetch(_ELIGIBLE, {"user_id": user_id, "up_to": up_to})
    return row["number"] if row else 0
