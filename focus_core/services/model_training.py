"""Training the shared models on everybody's past, and storing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from db.queries import prediction_models as stored
from db.queries import training as queries
from db.session import open_for_scheduler
from focus_core.prediction.storage import VERSIONS, dump
from focus_core.prediction.training import Past, train
from focus_core.services.known_past import minutes_of, session_outcome, session_start, task_outcome

EVERY = timedelta(days=1)
FEWEST_SESSIONS = 50
"""Below this many there is nothing that a model could correct."""

MOST_SESSIONS = 40_000
MOST_TASKS = 20_000
"""The latest of everybody; what the models keep of a longer past is next to nothing."""

KEPT_MODELS = 2
"""The newest, and the one before, should the newest turn out unreadable."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Training:
    """What stored models were trained on."""

    models_id: int
    sessions: int
    people: int


def is_due() -> bool:
    """Whether there is enough to train on and the newest models are a day old or unusable."""
    with open_for_scheduler() as transaction:
        newest = next(iter(stored.stored(transaction)), None)
        if newest is not None and newest["versions"] == VERSIONS:
            return bool(newest["trained_at"] + EVERY <= transaction.now)
        return queries.count_sessions(transaction, FEWEST_SESSIONS) >= FEWEST_SESSIONS


def train_now(progress: Progress | None = None) -> Training | None:
    """Train on everybody's past and store the models, as the scheduler.

    `progress` is told how much of how much has been replayed. None, and nothing is stored, when
    there is too little to train on, or when somebody left meanwhile: the models know them.
    """
    with open_for_scheduler() as transaction:
        sessions = queries.sessions(transaction, MOST_SESSIONS)
        tasks = queries.done_tasks(transaction, MOST_TASKS)
    if len(sessions) < FEWEST_SESSIONS:
        return None
    people = {row["user_id"] for row in sessions} | {row["user_id"] for row in tasks}
    data = dump(train(past_of(sessions, tasks), progress))
    return _store(data, len(sessions), people)


def past_of(
    sessions: Sequence[Mapping[Any, Any]], tasks: Sequence[Mapping[Any, Any]]
) -> Iterator[Past]:
    """Rows of `db.queries.training` or `forecasts` as what models learn from.

    A session counts as known from its end, whenever it was written down: at the time of training
    all of it is.
    """
    for row in sessions:
        planned = row["expected_duration"] is not None
        yield Past(
            person=str(row["user_id"]),
            start=row["start_time"],
            known=row["end_time"],
            outcome=session_outcome(row),
            session=session_start(row) if planned else None,
            completed=row["was_completed"],
            minutes=minutes_of(row),
            rating=row["focus_score"],
        )
    for row in tasks:
        yield Past(str(row["user_id"]), row["start_time"], row["end_time"], task_outcome(row))


def _store(data: bytes, sessions: int, people: set[UUID]) -> Training | None:
    with open_for_scheduler() as transaction:
        if not queries.all_still_here(transaction, people):
            return None
        models_id = stored.store(
            transaction,
            {"versions": VERSIONS, "sessions": sessions, "people": len(people), "data": data},
            keep=KEPT_MODELS,
        )
    return Training(models_id, sessions, len(people))
