"""Finish times of a plan: sums of draws, breaks included."""

from __future__ import annotations

import numpy as np
import pytest

from focus_core.prediction.duration import DurationModel
from focus_core.prediction.history import History
from focus_core.prediction.outcomes import Outcome, Task
from focus_core.prediction.plan import TOGETHER, Breaks, PlannedTask, simulate, together
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


@pytest.mark.parametrize(
    ("behind", "under_way", "focused", "pauses"),
    [
        (3, 0, 25, 0),  # the fourth one's break would come after it
        (3, 0, 26, 15),
        (4, 0, 26, 5),  # its break is over
        (2, 10, 15, 0),
        (2, 10, 16, 5),
        (2, 10, 41, 20),
        (0, 90, 1, 5),  # one break is due, not three
        (0, 90, 0, 0),
    ],
)
def test_breaks_go_on_from_where_the_day_is(behind, under_way, focused, pauses):
    breaks = Breaks(behind=behind, under_way=under_way)
    assert breaks.during(np.array([float(focused)])) == pauses


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


def days_of(count: int, tasks: int, shared: float, seed: int = 6) -> np.ndarray:
    """Misses of `count` days of so many tasks each, a normal part of each day's common to all."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(count, 1))
    own = random.normal(size=(count, tasks))
    return 0.5 * (np.sqrt(shared) * common + np.sqrt(1 - shared) * own)


@pytest.mark.parametrize(("shared", "tasks"), [(0.0, 4), (0.25, 4), (0.6, 3)])
def test_four_of_five_days_end_within_the_range(shared, tasks):
    """A person's days of which the first 300 are known: the sums of the others are covered."""
    days = days_of(700, tasks, shared)
    found = together(days[:300])
    learnt = distribution(60 * np.exp(days[:300].ravel()), np.ones(300 * tasks))
    plan = simulate([PlannedTask(learnt, together=found)] * tasks)
    low, high = plan.quantile(0.1), plan.quantile(0.9)

    sums = 60 * np.exp(days[300:]).sum(axis=1)

    assert ((low <= sums) & (sums <= high)).mean() == pytest.approx(0.8, abs=0.04)


def test_days_that_drag_as_a_whole_need_more_room():
    apart, shared = (
        simulate([PlannedTask(lasting(20, 40, 60, 120).minutes, together=share)] * 6)
        for share in (0.0, 0.5)
    )

    assert shared.mean == pytest.approx(apart.mean, rel=0.01)
    assert shared.quantile(0.9) > apart.quantile(0.9) * 1.1


def test_what_is_shared_is_learnt_slowly_and_one_absurd_day_teaches_little():
    assert together([]) == together([[0.3], [0.1]]) == TOGETHER
    assert together([[9.9, 9.9]]) == pytest.approx(TOGETHER, abs=0.02)
    few, many = (together(days_of(count, 3, 0.7)) for count in (10, 1000))
    assert TOGETHER < few < many < 0.75
    assert together(days_of(1000, 3, 0.0)) < 0.06
    assert together([[0.0, 0.0]] * 50) < TOGETHER
