"""Training beside the scheduler: in a process of its own that gets in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psutil
import pytest
from sqlalchemy import URL, func, insert, select

from db.models import focus_sessions, prediction_models
from db.session import open_for, open_for_scheduler
from focus_core import scheduler, trainer
from focus_core.services import forecasts, get_focus_session_service, model_training
from focus_core.trainer import NICENESS, Trainer
from tests import factories
from tests.factories import utc
from tests.running import wait_until
from tests.scheduler.test_scheduler import running_scheduler


@pytest.fixture
def training(empty_database: URL) -> Iterator[Trainer]:
    made = Trainer()
    yield made
    made.stop()


def enough_sessions() -> None:
    person = factories.make_person()
    rows = [
        {
            "user_id": person.user_id, "session_type": "flowtime", "expected_duration": 30,
            "start_time": start, "end_time": start + timedelta(minutes=30 + nth % 7),
            "timezone": "UTC", "ended_by": "user", "was_completed": nth % 3 > 0,
        }
        for nth in range(model_training.FEWEST_SESSIONS)
        for start in [utc(2026, 3, 2, 9) + timedelta(hours=nth)]
    ]  # fmt: skip
    with open_for(person.user_id) as transaction:
        transaction.execute(insert(focus_sessions), rows)


def models_stored() -> int:
    with open_for_scheduler() as transaction:
        count = select(func.count()).select_from(prediction_models)
        number: int = transaction.execute(count).scalar_one()
    return number


def test_a_training_runs_once_and_of_low_priority(training: Trainer) -> None:
    training.start_when_due()
    assert training._process is None, "too little to train on"
    enough_sessions()
    training.start_when_due()
    process = training._process
    assert process is not None
    assert psutil.Process(process.pid).nice() == NICENESS
    training.start_when_due()
    assert training._process is process
    wait_until(lambda: process.poll() is not None)
    assert (process.returncode, models_stored()) == (0, 1)
    training.start_when_due()
    assert training._process is None, "it is done for today"


def test_a_training_is_given_up_with_the_scheduler(training: Trainer) -> None:
    enough_sessions()
    training.start_when_due()
    process = training._process
    assert process is not None
    training.stop()
    assert process.poll() is not None
    assert models_stored() == 0
    assert model_training.is_due()


def test_a_session_of_another_program_is_forecast_by_the_scheduler(
    empty_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "FORECAST_EVERY_SECONDS", 1)
    monkeypatch.setattr(trainer.model_training, "is_due", lambda: False)
    person = factories.make_person()
    with running_scheduler():
        session = get_focus_session_service().start_session(
            person.user_id, 45, session_type="flowtime"
        )
        wait_until(lambda: forecasts.of_session(person.user_id, session["id"]))
    targets = [row["target"] for row in forecasts.of_session(person.user_id, session["id"])]
    assert targets == ["completion", "focus_score", "session_minutes"]
