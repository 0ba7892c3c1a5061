"""Stored models: a few rows, of which the newest is used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from db.models import prediction_models
from db.session import Transaction


def ids_before(transaction: Transaction, moment: datetime) -> Sequence[int]:
    """Ids of the models trained before `moment`, the newest first."""
    table = prediction_models.c
    statement = select(table.id).where(table.trained_at < moment).order_by(table.id.desc())
    return transaction.execute(statement).scalars().all()


def data(transaction: Transaction, models_id: int) -> bytes | None:
    """The models themselves; None when they have gone meanwhile."""
    statement = select(prediction_models.c.data).where(prediction_models.c.id == models_id)
    found: bytes | None = transaction.execute(statement).scalar()
    return found
