"""Training on a replayed past, and the models as bytes."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from focus_core.prediction import duration, storage
from focus_core.prediction.completion import CompletionHistory, SessionStart
from focus_core.prediction.history import History
from focus_core.prediction.outcomes import Outcome, Task
from focus_core.prediction.quality import QualityHistory
from focus_core.prediction.storage import UnreadableModel, dump, load
from focus_core.prediction.training import Models, Past, train

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
TASK = Task.of("essay", 60)
START = SessionStart(60, 60, task_type="essay")


def a_past(people: int = 6, each: int = 60) -> list[Past]:
    chance = random.Random(8)
    past = []
    for nth in range(each):
        for person in range(people):
            start = BEGIN + timedelta(hours=4 * nth, minutes=person)
            minutes = chance.uniform(50, 150)
            past.append(
                Past(
                    f"p{person}",
                    start,
                    start + timedelta(minutes=minutes),
                    Outcome(Task.of("essay", chance.choice([30.0, 60.0])), minutes),
                    START,
                    chance.random() < 0.8,
                    minutes,
                    chance.randint(3, 5),
                )
            )
    return past


def said(models: Models) -> tuple[object, ...]:
    """What the models say to somebody they have not met."""
    durations = models.duration.forecast(TASK, History())
    return (
        durations.p50, durations.low80, durations.high90, durations.mean,
        models.completion.forecast(START, CompletionHistory()).probability,
        models.quality.forecast(QualityHistory()).probabilities,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duration, "FOREST_FEWEST", 200)
        return train(a_past())


def test_newcomers_profit_from_the_past(trained):
    assert trained.duration.forest is not None
    assert trained.duration.forecast(TASK, History()).p50 > 75
    assert trained.completion.forecast(START, CompletionHistory()).probability > 0.6
    assert trained.quality.forecast(QualityHistory()).expected > 3.5


def test_the_order_of_the_past_does_not_matter(trained):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duration, "FOREST_FEWEST", 200)
        assert said(train(reversed(a_past()))) == said(trained)


def test_progress_is_told():
    told = []

    train(a_past(2, 3), lambda done, total: told.append((done, total)))

    assert told == [(nth, 6) for nth in range(1, 7)]


def test_somebody_left_out_changes_the_models():
    past = a_past()
    stays = [each for each in past if each.person != "p0"]

    assert said(train(past)) != said(train(stays))
    assert said(train([each for each in stays if each.person != "p1"])) == said(
        train([each for each in past if each.person not in {"p0", "p1"}])
    )


def test_models_say_the_same_after_a_journey_as_bytes(trained):
    data = dump(trained)

    assert said(load(data)) == said(trained)
    assert dump(load(data)) == data


def test_untrained_models_are_fine():
    assert said(load(dump(Models()))) == said(Models())


def test_no_person_and_no_code_leaves_with_the_bytes(trained):
    with np.load(io.BytesIO(dump(trained)), allow_pickle=False) as archive:
        held = {name: archive[name] for name in archive}

    assert all(array.dtype != object for array in held.values())
    assert b"p1" not in held["facts"].tobytes()


def test_few_people_leave_nothing_shared():
    published = load(dump(train(a_past(people=4))))

    assert not published.duration.pool.weights(TASK).any()
    assert not published.quality.published().any()
    assert published.completion.shared.published() == {}


@pytest.mark.parametrize("data", [b"", b"not a model", dump(Models())[:-40]])
def test_damaged_bytes_are_refused(data):
    with pytest.raises(UnreadableModel):
        load(data)


def test_another_version_is_refused(monkeypatch):
    data = dump(Models())
    monkeypatch.setitem(storage.VERSIONS, "duration", "duration-0")

    with pytest.raises(UnreadableModel, match="another version"):
        load(data)
