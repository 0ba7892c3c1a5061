"""Scores by hand, and against their definitions' properties."""

from __future__ import annotations

import math

import numpy as np
import pytest

from focus_core.prediction import scores


def test_coverage_counts_the_ends():
    assert scores.coverage([10, 20, 30, 31], [10, 10, 10, 10], [30, 30, 30, 30]) == 0.75


def test_widths():
    assert scores.width([10, 20], [20, 40]) == 15
    assert scores.log_width([10, 20], [20, 40]) == pytest.approx(math.log(2))


def test_the_interval_score_charges_misses_ten_times_at_80_percent():
    assert scores.log_interval_score([15], [10], [20], 0.8) == pytest.approx(math.log(2))
    assert scores.log_interval_score([40], [10], [20], 0.8) == pytest.approx(11 * math.log(2))


def test_the_pinball_loss_is_least_at_the_quantile():
    values = np.random.default_rng(1).normal(size=4000)
    losses = {q: scores.pinball(values, np.full(4000, q), 0.9) for q in (1.0, 1.28, 1.6)}

    assert min(losses, key=losses.__getitem__) == 1.28
    assert scores.pinball([10], [8], 0.9) == pytest.approx(1.8)
    assert scores.pinball([8], [10], 0.9) == pytest.approx(0.2)


def test_errors():
    assert scores.mean_absolute_error([10, 20], [12, 16]) == 3
    assert scores.log_mean_absolute_error([10, 20], [20, 10]) == pytest.approx(math.log(2))


def test_brier():
    assert scores.brier([1, 0], [0.8, 0.4]) == pytest.approx((0.04 + 0.16) / 2)


def test_reliability_by_tenths():
    found = scores.reliability([1, 0, 1, 1], [0.11, 0.19, 1.0, 0.95])

    assert [(entry.n, entry.happened) for entry in found] == [(2, 0.5), (2, 1.0)]
    assert [entry.said for entry in found] == pytest.approx([0.15, 0.975])
    assert scores.expected_calibration_error(
        [1, 0, 1, 1], [0.11, 0.19, 1.0, 0.95]
    ) == pytest.approx(0.5 * 0.35 + 0.5 * 0.025)


def test_the_ranked_probability_score_knows_near_from_far():
    sure_of_four = [0, 0, 0, 1, 0]

    assert scores.ranked_probability_score([4], [sure_of_four]) == 0
    assert scores.ranked_probability_score([5], [sure_of_four]) == 0.25
    assert scores.ranked_probability_score([1], [sure_of_four]) == 0.75


def test_nothing_forecast_is_nothing_known():
    assert math.isnan(scores.coverage([], [], []))
    assert math.isnan(scores.expected_calibration_error([], []))
    assert scores.reliability([], []) == []
