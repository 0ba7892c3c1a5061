"""The measures against definitions worked out by hand, and against slow, plain counting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from focus_core.research import risk
from focus_core.research.bands import BLANK


def test_k_is_the_smallest_class() -> None:
    of_class = risk.classes(np.array([[0, 1], [0, 1], [0, 2], [1, 1], [0, 1]]))
    assert sorted(risk.sizes(of_class)) == [1, 1, 3, 3, 3]


def test_l_counts_values_that_are_told() -> None:
    of_class = np.array([0, 0, 0, 1, 1, 2])
    assert risk.diversity(of_class, np.array([1, 1, 2, 0, BLANK, BLANK])) == {0: 2, 1: 1}


def test_t_is_the_earth_movers_distance() -> None:
    # Li et al. 2007, salaries 3k to 11k in classes of three: 0.375 and 0.167 over nine values.
    everybody = np.arange(9)
    of_class = np.array([0, 0, 0, 1, 2, 1, 2, 2, 1])
    found = risk.closeness(of_class, everybody, 9)
    assert found[0] == pytest.approx(0.375)
    assert found[1] == pytest.approx(0.167, abs=1e-3)


def test_t_is_nothing_when_classes_look_like_everybody() -> None:
    assert risk.closeness(np.array([0, 0, 1, 1]), np.array([0, 2, 0, 2]), 3) == {0: 0, 1: 0}


def test_values_that_single_out_agree_with_plain_counting() -> None:
    dice = np.random.default_rng(3)
    truth = dice.integers(0, 3, (60, 6))
    told = np.where(dice.random(truth.shape) < 0.1, BLANK, truth)
    found = risk.telling_columns(truth, told).any(axis=1)
    for subject in range(len(truth)):
        alone = any(
            sum(
                all(told[row, c] in (truth[subject, c], BLANK) for c in chosen)
                for row in range(len(told))
            )
            == 1
            for chosen in combinations(range(6), 4)
        )
        assert found[subject] == alone


def test_points_that_single_out() -> None:
    has = np.array([[1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [1, 0, 1, 1, 1], [1, 0, 1, 1, 0]], bool)
    assert risk.unique_by_points(has).tolist() == [False, False, True, False]
    assert risk.unique_by_points(has, known=0).tolist() == [False] * 4


def test_random_points_never_single_out_more_than_picked_ones() -> None:
    has = np.random.default_rng(5).random((80, 30)) < 0.3
    at_random = risk.unicity_at_random(has, np.random.default_rng(1))
    assert 0 < at_random <= risk.unique_by_points(has).mean()


def test_a_second_session_in_a_cell_is_a_second_point() -> None:
    subject, cell = np.array([0, 0, 1]), np.array([4, 4, 4])
    assert risk.cells(subject, cell)[:, 4].tolist() == [True, True]
    assert risk.occurrences(subject, cell).tolist() == [[True, True], [True, False]]
