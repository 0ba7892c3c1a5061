"""One forecast for one task, and learning from its outcome, with a long history known."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

from focus_core.prediction.duration import DurationModel
from focus_core.prediction.history import History
from focus_core.prediction.outcomes import Outcome, Task
from focus_core.services import forecasts
from tests.benchmarks.bench import Bench, Row, in_ms, in_turns, medians
from tests.benchmarks.data import make_people

LIMIT_SECONDS = 90
QUICK_SECONDS = 0.001
FOREST_SECONDS = 0.05
OTHERS = 8
"""People whose outcomes the forest grows from."""


def measure(bench: Bench) -> list[Row]:
    known, theirs = bench.size((10_000, 1_000), (1_000, 150))
    dice = random.Random(4)
    quick, with_forest = DurationModel(), DurationModel()
    for number in range(OTHERS):
        for _ in islice(_forecasts(with_forest, f"person {number}", History(), dice), theirs):
            pass
    with_forest.grow_forest()
    assert with_forest.forest is not None
    works = {
        name: _forecasts(model, "somebody", History(islice(_outcomes(dice), known)), dice)
        for name, model in {"quick": quick, "forest": with_forest}.items()
    }
    took = medians(in_turns({name: work.__next__ for name, work in works.items()}, 300))
    what = f"forecast of a task with update, {known:,} outcomes known"
    return [
        _row(f"{what}, weighted quantiles", QUICK_SECONDS, took["quick"]),
        _row(f"{what}, with the forest", FOREST_SECONDS, took["forest"]),
        _through_the_service(bench, known),
    ]


def _row(what: str, limit: float, took: float) -> Row:
    return Row(what, f"≤ {limit * 1000:g} ms", in_ms(took), took <= limit)


def _forecasts(
    model: DurationModel, person: str, history: History, dice: random.Random
) -> Iterator[None]:
    """Each step forecasts one task of theirs and learns how long it took."""
    for outcome in _outcomes(dice):
        issued = model.forecast(outcome.task, history)
        model.reveal(person, history, issued, outcome)
        yield


def _outcomes(dice: random.Random) -> Iterator[Outcome]:
    """People take a third longer than they say, more so for some kinds of task."""
    kinds = {"writing": 1.5, "reading": 1.1, "exercises": 1.3, "research": 1.6}
    while True:
        kind = dice.choice(list(kinds))
        estimate = dice.choice((15, 30, 45, 60, 90, 120))
        actual = estimate * kinds[kind] * dice.lognormvariate(0, 0.5)
        yield Outcome(Task(kind, estimate), actual, at_least=dice.random() < 0.1)


def _through_the_service(bench: Bench, sessions: int) -> Row:
    with bench.database() as admin:
        (person,) = make_people(admin, 1, sessions)
        planned = {"session_type": "flowtime", "expected_duration": 60, "task": "chapter 4"}
        work = in_turns({"preview": lambda: forecasts.preview(person, **planned)}, 20)
    what = f"all forecasts of a session, read anew from {sessions:,} sessions in the database"
    return Row(what, "", in_ms(medians(work)["preview"]))
