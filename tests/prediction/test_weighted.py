"""Weighted quantiles, and what values that were cut off do to them."""

from __future__ import annotations

import numpy as np
import pytest

from focus_core.prediction.weighted import distribution


def test_quantiles_are_values_of_the_sample():
    sample = distribution(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]))

    assert sample.quantiles((0.25, 0.26, 0.5, 0.75, 0.76, 1.0)) == [1, 2, 2, 2, 3, 3]
    assert sample.mean == 2.0


def test_a_sample_without_weight_is_refused():
    with pytest.raises(ValueError, match="at least one value"):
        distribution(np.array([1.0]), np.array([0.0]))


def test_cut_off_values_agree_with_kaplan_and_meier():
    # Remission times of the 6-MP group (Freireich et al. 1963), whose Kaplan-Meier estimate is
    # in every textbook: S(6) = 0.857, S(7) = 0.807, S(10) = 0.753, S(13) = 0.690, S(23) = 0.448.
    exact = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    cut_off = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    values = np.array(exact + cut_off, dtype=float)
    flags = np.array([False] * len(exact) + [True] * len(cut_off))

    sample = distribution(values, np.ones(len(values)), flags)

    for time, survival in ((6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (23, 0.448)):
        assert sample.masses[sample.values > time].sum() == pytest.approx(survival, abs=0.0006)


def test_a_sample_of_nothing_but_cut_off_values_stays_where_it_is():
    sample = distribution(np.array([25.0, 25.0]), np.ones(2), np.array([True, True]))

    assert sample.quantiles((0.1, 0.9)) == [25.0, 25.0]
