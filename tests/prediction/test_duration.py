"""Durations on generated people with known habits."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focus_core.prediction.duration import DurationModel
from focus_core.prediction.evaluate import durations
from focus_core.prediction.history import KEPT, History
from focus_core.prediction.outcomes import Outcome, Task
from tests.prediction.made_up import duration_rows, records

TASK = Task.of("essay", 60.0)


def table(rows):
    """Columns of the predictions by name, as arrays."""
    evaluation = durations.evaluate(records(rows))
    return {
        name: np.array([row[place] for row in evaluation.rows])
        for place, name in enumerate(evaluation.header)
    }


def covered(found, level=80):
    return (found[f"lo{level}"] <= found["actual"]) & (found["actual"] <= found[f"hi{level}"])


def taking(*minutes: float, task: Task = TASK, at_least: bool = False) -> History:
    return History(Outcome(task, each, at_least) for each in minutes)


def test_ranges_hold_as_often_as_they_say():
    habits = random.Random(9)
    habit = [habits.gauss(0.2, 0.3) for _ in range(20)]
    found = table(duration_rows(20, 90, lambda chance, who, _: habit[who] + chance.gauss(0, 0.5)))
    later = found["n_known"] > 20

    assert 0.77 < covered(found)[later].mean() < 0.84
    assert 0.86 < covered(found, 90)[later].mean() < 0.94
    assert covered(found)[~later].mean() > 0.76


def test_ranges_of_the_first_sessions_hold_even_alone():
    newcomers = [
        table(duration_rows(1, 12, lambda chance, *_: chance.gauss(0.2, 0.6), seed=seed))
        for seed in range(60)
    ]

    assert 0.76 < np.mean([covered(found).mean() for found in newcomers]) < 0.9


def test_a_habit_is_learnt():
    found = table(duration_rows(1, 150, lambda chance, *_: math.log(2) + chance.gauss(0, 0.1)))
    late = found["n_known"] > 40

    off = np.log(found["predicted"] / found["baseline"])[late]
    assert np.median(off) == pytest.approx(math.log(2), abs=0.05)


def test_people_who_are_often_exactly_right_keep_their_own_estimate():
    def truth(chance, *_):
        return 0.0 if chance.random() < 0.6 else chance.gauss(0, 0.6)

    found = table(duration_rows(6, 250, truth))
    late = found["n_known"] > 30

    assert (found["predicted"][late] == found["baseline"][late]).mean() > 0.97
    exact = late & (found["actual"] == found["baseline"])
    assert covered(found)[exact].all()


def test_a_drift_is_followed():
    found = table(
        duration_rows(
            1, 300, lambda chance, _, nth: (0.0 if nth < 150 else 0.8) + chance.gauss(0, 0.2)
        )
    )
    shift = np.log(found["predicted"] / found["baseline"])

    assert np.median(shift[:150]) == pytest.approx(0.0, abs=0.1)
    assert np.median(shift[250:]) == pytest.approx(0.8, abs=0.2)
    assert covered(found)[200:].mean() > 0.7


def test_the_first_forecast_is_about_the_estimate():
    forecast = DurationModel().forecast(TASK, History())

    assert forecast.p50 == 60.0
    assert forecast.low90 < forecast.low80 < 60 < forecast.high80 < forecast.high90
    assert forecast.n_known == 0


def test_the_first_forecast_of_a_newcomer_rests_on_the_others():
    model = DurationModel()
    for person in range(10):
        history = History()
        for _ in range(20):
            model.reveal(f"p{person}", history, None, Outcome(TASK, 120.0))

    assert model.forecast(TASK, History()).p50 == pytest.approx(120, rel=0.06)


def test_one_absurd_outcome_moves_nothing_much():
    usual = [50.0, 55.0, 60.0, 65.0, 70.0] * 8
    plain = DurationModel().forecast(TASK, taking(*usual))
    absurd = DurationModel().forecast(TASK, taking(*usual[:20], 60e6, *usual[20:]))

    assert absurd.p50 == pytest.approx(plain.p50, rel=0.1)
    assert absurd.high80 == pytest.approx(plain.high80, rel=0.1)
    assert absurd.mean == pytest.approx(plain.mean, rel=0.15)


def test_equal_estimates_are_no_trouble():
    found = table(duration_rows(2, 80, lambda chance, *_: chance.gauss(0.3, 0.3), estimates=(25,)))

    assert np.isfinite(found["predicted"]).all()
    assert 0.7 < covered(found)[100:].mean() < 0.9


def test_without_an_estimate_the_persons_own_durations_answer():
    history = taking(*[40.0, 42.0, 44.0, 46.0, 48.0] * 8)

    forecast = DurationModel().forecast(Task.of("essay", None), history)

    assert forecast.p50 == pytest.approx(44, abs=3)
    assert forecast.low80 < 44 < forecast.high80
    assert forecast.estimate_minutes is None


def test_sessions_without_an_estimate_say_nothing_about_ratios():
    no_estimate = Task.of("essay", None)

    forecast = DurationModel().forecast(TASK, taking(*[5.0] * 50, task=no_estimate))

    assert forecast.p50 == 60.0


@pytest.mark.parametrize("estimate", [0.0, -5.0, math.nan, math.inf, None])
def test_an_estimate_that_is_none_counts_as_none(estimate):
    assert Task.of("essay", estimate).estimate_minutes is None


def test_sessions_cut_off_by_their_timer_are_not_taken_for_the_whole():
    chance = random.Random(3)
    needed = [60 * math.exp(chance.gauss(0.4, 0.4)) for _ in range(300)]
    honest, naive = History(), History()
    for minutes in needed:
        cut_off = minutes > 75
        honest.add(Outcome(TASK, min(minutes, 75.0), cut_off))
        naive.add(Outcome(TASK, min(minutes, 75.0)))
    truth = float(np.median(needed))
    model = DurationModel()

    assert model.forecast(TASK, naive).p50 <= 75
    assert model.forecast(TASK, honest).p50 >= 75
    assert abs(model.forecast(TASK, honest).p50 - truth) < truth * 0.35


def test_a_history_keeps_the_latest_and_counts_all():
    history = taking(*[30.0] * (2 * KEPT + 5), 90.0)

    ratios, weights, _ = history.sample(TASK)

    assert history.known == 2 * KEPT + 6
    assert len(ratios) == KEPT
    assert ratios[-1] == pytest.approx(math.log(1.5))
    assert weights[-1] == weights.max()


def test_similar_sessions_are_of_the_type_and_size():
    history = History(
        [
            Outcome(Task.of("essay", 50), 50, text="first"),
            Outcome(Task.of("Essay ", 70), 50, text="second"),
            Outcome(Task.of("essay", 500), 50),
            Outcome(Task.of("reading", 60), 50),
            Outcome(Task.of("essay", None), 50),
        ]
    )

    # 70 is a sixth off 60, and 50 a little more.
    assert [outcome.text for outcome in history.similar(TASK)] == ["second", "first"]
    assert len(history.similar(Task.of("essay", None))) == 4


def test_similar_words_find_similar_sessions():
    history = History(
        [
            Outcome(Task.of("essay", 60), 50, text="history of Rome"),
            Outcome(Task.of("essay", 60), 50, text="poems"),
            Outcome(Task.of("reading", 300), 50, text="The history of Rome"),
        ]
    )

    found = [outcome.text for outcome in history.similar(TASK, "history of rome")]

    assert found == ["history of Rome", "The history of Rome", "poems"]


TASKS = st.builds(
    Task.of,
    st.sampled_from(["essay", "reading"]),
    st.sampled_from([None, 25, 30, 45, 50, 60, 90, 120, 500]),
)
WRITTEN = st.sampled_from(["", "rome", "history of rome", "rome and greece", "poems"])


@given(st.lists(st.tuples(TASKS, WRITTEN), max_size=12), TASKS, WRITTEN)
def test_the_most_similar_come_first(past, task, text):
    outcomes = [Outcome(each, 40, text=written) for each, written in past]

    found = History(outcomes).similar(task, text)

    def rank(outcome):
        ours, theirs = set(text.split()), set(outcome.text.split())
        shared = len(ours & theirs) / len(ours | theirs) if ours else 0
        estimates = (task.estimate_minutes, outcome.task.estimate_minutes)
        apart = 0 if estimates[0] is None else math.inf
        if None not in estimates:
            apart = abs(math.log(estimates[1] / estimates[0]))
        age = next(n for n, each in enumerate(reversed(outcomes)) if each is outcome)
        return -shared, apart, outcome.task.task_type != task.task_type, age

    assert found == sorted(found, key=rank)
    assert {id(each) for each in found} == {
        id(each)
        for each in outcomes
        if -rank(each)[0] >= 0.5
        or (each.task.task_type == task.task_type and rank(each)[1] <= math.log(2) + 1e-9)
    }


def test_an_outcome_needs_a_duration():
    with pytest.raises(ValueError, match="positive"):
        Outcome(TASK, 0.0)
