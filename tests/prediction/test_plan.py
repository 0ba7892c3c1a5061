"""Finish times of a plan: sums of draws, breaks included."""

from __future__ import annotations

import numpy as np
import pytest

from focus_core.prediction.duration import DurationModel
from focus_core.prediction.history import History
from focus_core.prediction.outcomes import Outcome, Task
from focus_core.prediction.plan import Breaks, PlannedTask, simulate
from focus_core.prediction.weighted import distribution


def lasting(*minutes: float, spent: float = 0.0) -> PlannedTask:
    values = np.array(minutes)
    return PlannedTask(distribution(values, np.ones(len(values))), spent)


def test_an_empty_plan_is_done_now():
    plan = simulate([])

    assert plan.mean == 0
    assert plan.quantile(0.9) == 0
    assert plan.fitting(60) == []


def test_means_add_up_where_medians_fall_short():
    skewed = lasting(20, 30, 40, 150)

    plan = simulate([skewed] * 5)

    assert plan.mean == pytest.approx(5 * 60, rel=0.03)
    assert plan.quantile(0.5) > 5 * 30 * 1.2
    assert plan.quantile(0.1) < plan.quantile(0.5) < plan.quantile(0.9)


@pytest.mark.parametrize(
    ("focused", "pauses"),
    [(0, 0), (25, 0), (26, 5), (50, 5), (100, 15), (125, 30), (126, 35)],
)
def test_breaks_come_between_and_every_fourth_is_long(focused, pauses):
    assert Breaks().during(np.array([float(focused)])) == pauses


def test_breaks_make_a_plan_longer():
    with_breaks = simulate([lasting(50), lasting(50)], Breaks())

    assert with_breaks.quantile(0.5) == 115
    assert with_breaks.finishes[0].tolist() == [55, 115]


def test_time_spent_is_behind_and_says_that_a_task_is_no_short_one():
    plan = simulate([lasting(20, 40, 80, spent=30)])

    assert set(plan.finishes[:, 0]) == {10, 50}


def test_a_task_past_everything_seen_still_takes_a_while():
    plan = simulate([lasting(20, 40, spent=100)])

    assert 0 < plan.quantile(0.5) <= 50


def test_what_does_not_fit_is_what_to_drop():
    plan = simulate([lasting(30), lasting(30), lasting(30)])

    assert plan.fitting(65) == [0, 1]
    assert plan.chances_by(65) == [1.0, 1.0, 0.0]


def test_what_can_not_be_done_in_time_makes_room_for_what_can():
    plan = simulate([lasting(20), lasting(300), lasting(30), lasting(10, 10, 10, 500)], Breaks())

    assert plan.fitting(60) == [0, 2]
    assert plan.fitting(120, chance=0.5) == [0, 2, 3]


def test_the_same_plan_gives_the_same_answer():
    assert simulate([lasting(20, 90)]).mean == simulate([lasting(20, 90)]).mean


def test_a_forecasts_mean_is_its_plans_mean():
    task, model = Task.of("essay", 60), DurationModel()
    history = History(Outcome(task, 40.0 + 3 * nth) for nth in range(40))

    plan = simulate([PlannedTask(model.minutes(task, history))])

    assert plan.mean == pytest.approx(model.forecast(task, history).mean, rel=0.03)
