"""Corrections that make ranges hold, and what they leave alone."""

from __future__ import annotations

import random

import pytest

from focus_core.prediction.conformal import FEWEST, WINDOW, Offsets, Rolling

LEVELS = (0.10, 0.90)


def taught(truth, *, quantiles=(-1.0, 1.0), times=800, n_known=500):
    offsets = Offsets(LEVELS)
    for _ in range(times):
        offsets.reveal(n_known, quantiles, truth())
    return offsets


def test_ranges_too_narrow_are_widened_and_too_wide_ones_narrowed():
    chance = random.Random(1)
    wide = taught(lambda: chance.gauss(0, 2)).corrected(500, (-1.0, 1.0), 0.0)
    narrow = taught(lambda: chance.gauss(0, 0.4)).corrected(500, (-1.0, 1.0), 0.0)

    assert wide == pytest.approx([-2.56, 2.56], abs=0.3)
    assert narrow == pytest.approx([-0.51, 0.51], abs=0.1)


def test_people_with_little_history_are_corrected_apart():
    offsets = taught(lambda: 5.0, n_known=3)

    assert offsets.corrected(3, (-1.0, 1.0), 0.0)[1] == pytest.approx(5.0)
    assert offsets.corrected(6, (-1.0, 1.0), 0.0) == [-1.0, 1.0]


def test_a_bound_on_exactly_the_estimate_is_not_moved_inward():
    offsets = taught(lambda: 0.5, quantiles=(0.0, 1.0))

    assert offsets.corrected(500, (0.0, 1.0), 0.4) == [0.0, pytest.approx(0.5)]


def test_bounds_never_pass_the_median():
    offsets = taught(lambda: 0.9)

    low, high = offsets.corrected(500, (-1.0, 1.0), -0.2)

    assert low <= -0.2 <= high


def test_a_few_outcomes_correct_nothing():
    assert taught(lambda: 9.0, times=FEWEST - 1).corrected(500, (-1.0, 1.0), 0.0) == [-1.0, 1.0]


def test_the_window_forgets():
    rolling = Rolling()
    for number in [100.0] * WINDOW + [1.0] * WINDOW:
        rolling.add(number)

    assert rolling.upper(0.9) == 1.0
