"""Statements that read focus profiles."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import RowMapping, func, select

from db.models import focus_sessions, user_focus_profiles
from db.session import Transaction


def find(transaction: Transaction, user_id: UUID) -> RowMapping | None:
    statement = select(user_focus_profiles).where(user_focus_profiles.c.user_id == user_id)
    return transaction.execute(statement).mappings().first()


def count_eligible(transaction: Transaction, user_id: UUID, up_to: int) -> int:
    """Eligible sessions of a person, counted no further than `up_to`."""
    table = focus_sessions.c
    some = (
        select(table.id)
        .where(
            table.user_id == user_id,
            table.focused_seconds >= 60,
            table.ended_by != "auto_close",
        )
        .limit(up_to)
        .subquery()
    )
    number: int = transaction.execute(select(func.count()).select_from(some)).scalar_one()
    return number
