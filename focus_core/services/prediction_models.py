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


def latest(transaction: Transaction, moment: datetime | None = None) -> tuple[int | None, Models]:
    """The newest models trained before `moment` (by default now) that can be read, and their id.

    With none, models that know nothing: forecasts then rest on the person's own past alone.
    """
    stored = queries.ids_before(transaction, moment or transaction.now)
    for models_id in stored:
        models = _read(transaction, models_id)
        if models is not None:
            return models_id, models
    return None, Models()


def _read(transaction: Transaction, models_id: int) -> Models | None:
    with _loading:
        if models_id not in _loaded:
            kept = queries.ids_before(transaction, transaction.now)
            for gone in _loaded.keys() - set(kept):  # what was erased stays in no memory
                del _loaded[gone]
            _loaded[models_id] = _load(transaction, models_id)
        return _loaded[models_id]


def _load(transaction: Transaction, models_id: int) -> Models | None:
    data = queries.data(transaction, models_id)
    try:
        return None if data is None else load(data)
    except UnreadableModel as problem:
        reason = str(problem)  # expected after an update: no trace of the stack is needed
        log.warning("prediction_models_unreadable", models_id=models_id, reason=reason)
        return None
