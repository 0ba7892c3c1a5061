"""Stored models: a few rows, of which the newest is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select

from db.models import prediction_models
from db.session import Transaction


def stored(transaction: Transaction) -> Sequence[RowMapping]:
    """`id`, `trained_at` and `versions` of the stored models, the newest first."""
    table = prediction_models.c
    statement = select(table.id, table.trained_at, table.versions).order_by(table.id.desc())
    return transaction.execute(statement).mappings().all()


def data(transaction: Transaction, models_id: int) -> bytes | None:
    """The models themselves; None when they have gone meanwhile."""
    statement = select(prediction_models.c.data).where(prediction_models.c.id == models_id)
    found: bytes | None = transaction.execute(statement).scalar()
    return found


def store(transaction: Transaction, values: Mapping[str, Any], *, keep: int) -> int:
    """Add new models and delete all but the newest `keep`; returns their id."""
    table = prediction_models
    added: int = transaction.execute(
        insert(table).values(**values, trained_at=transaction.now).returning(table.c.id)
    ).scalar_one()
    newest = select(table.c.id).order_by(table.c.id.desc()).limit(keep)
    transaction.execute(delete(table).where(table.c.id.not_in(newest)))
    return added
