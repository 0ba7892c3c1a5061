"""The pool: silent over few people, and left by whoever is erased."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from focus_core.prediction.outcomes import Outcome, Task
from focus_core.prediction.pool import CENTRES, MINIMUM_PEOPLE, VALUES, Pool, bin_of

TASK = Task.of("essay", 60.0)


def pool_of(people: int, minutes: float = 90.0) -> Pool:
    pool = Pool()
    for person in range(people):
        pool.add(f"p{person}", Outcome(TASK, minutes))
    return pool


def test_too_few_people_are_not_spoken_of():
    assert not pool_of(MINIMUM_PEOPLE - 1).weights(TASK).any()
    assert pool_of(MINIMUM_PEOPLE).weights(TASK).any()
    assert pool_of(MINIMUM_PEOPLE - 1).published() == {}


def test_many_outcomes_of_few_people_are_still_few_people():
    pool = pool_of(MINIMUM_PEOPLE - 1)
    for _ in range(100):
        pool.add("p0", Outcome(TASK, 90.0))

    assert not pool.weights(TASK).any()


def test_outcomes_count_by_type_and_size():
    pool = pool_of(MINIMUM_PEOPLE)

    def weight(task_type, estimate):
        return pool.weights(Task.of(task_type, estimate)).sum()

    assert weight("essay", 60) > 5 * weight("reading", 60) > 0
    assert weight("essay", 60) > 5 * weight("essay", 240) > 0
    assert weight("essay", None) > 0


def test_an_erased_person_leaves_no_trace():
    chance = random.Random(4)
    with_all, without = Pool(), Pool()
    for _ in range(400):
        person = f"p{chance.randrange(8)}"
        outcome = Outcome(
            Task.of(chance.choice(["essay", "reading"]), chance.choice([20, 60, None])),
            chance.uniform(5, 200),
            chance.random() < 0.2,
        )
        with_all.add(person, outcome)
        if person != "p3":
            without.add(person, outcome)

    with_all.forget("p3")
    with_all.forget("nobody")

    assert with_all.people() == without.people() == 7
    after, never = with_all.published(), without.published()
    assert after.keys() == never.keys()
    assert all(np.array_equal(after[name], never[name]) for name in never)


def test_a_person_who_leaves_can_silence_a_cell():
    pool = pool_of(MINIMUM_PEOPLE)
    pool.forget("p0")

    assert not pool.weights(TASK).any()


def test_only_the_exact_estimate_falls_in_the_middle_bin():
    assert CENTRES[bin_of(0.0)] == 0.0
    assert CENTRES[bin_of(1e-9)] > 0 > CENTRES[bin_of(-1e-9)]
    assert CENTRES[bin_of(math.log(1e6))] == CENTRES[-1] == pytest.approx(5.0)
    assert CENTRES[bin_of(-50.0)] == CENTRES[0]


def test_values_line_up_with_the_weights():
    weights = pool_of(MINIMUM_PEOPLE).weights(TASK)

    assert VALUES[weights > 0] == pytest.approx([math.log(1.5)], abs=0.03)
