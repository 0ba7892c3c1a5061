"""The stored models: which of them a forecast may rest on, and reading them once a process."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog

from db.queries import prediction_models as queries
from db.session import Transaction
from focus_core.prediction.storage import UnreadableModel, load
from focus_core.prediction.training import Models

log = structlog.get_logger()

_loaded: dict[int, Models | None] = {}
"""By id; None for those that can't be read, so that it is said once."""
_loading = threading.Lock()


def latest(transaction: Transaction, before: datetime | None = None) -> tuple[int | None, Models]:
    """The newest models trained before that time (by default now) that can be read, and their id.

    With none, models that know nothing: forecasts then rest on the person's own past alone.
    """
    moment = before or transaction.now
    stored = queries.stored(transaction)
    with _loading:
        for gone in _loaded.keys() - {row["id"] for row in stored}:
            del _loaded[gone]  # they may have known somebody who was erased
        for row in stored:
            if row["trained_at"] < moment:
                models = _read(transaction, row["id"])
                if models is not None:
                    return row["id"], models
    return None, Models()


def _read(transaction: Transaction, models_id: int) -> Models | None:
    if models_id not in _loaded:
        data = queries.data(transaction, models_id)
        _loaded[models_id] = None if data is None else _load(models_id, data)
    return _loaded[models_id]


def _load(models_id: int, data: bytes) -> Models | None:
    try:
        return load(data)
    except UnreadableModel as problem:  # after an update of the program nothing unusual
        reason = str(problem)
        log.warning("prediction_models_unreadable", models_id=models_id, reason=reason)
        return None
