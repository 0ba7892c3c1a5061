"""The quantile forest, against the package quantile-forest and on data with a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from quantile_forest import RandomForestQuantileRegressor

from focus_core.prediction import forest
from focus_core.prediction.pool import BIN_WIDTH

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def sample():
    """The spread depends on the first column, the middle on the second."""
    random = np.random.default_rng(2)
    columns = random.random((3000, 4))
    ratios = columns[:, 1] + (0.1 + columns[:, 0]) * random.normal(size=3000)
    return columns, ratios, [f"p{nth % 50}" for nth in range(3000)]


@pytest.fixture(scope="module")
def grown(sample):
    return forest.grow(*sample)


@pytest.mark.parametrize(("spread", "middle"), [(0.2, 0.3), (0.8, 0.3), (0.5, 0.8)])
def test_quantiles_follow_middle_and_spread(grown, spread, middle):
    low, half, high = grown.quantiles(np.array([spread, middle, 0.5, 0.5]), LEVELS)

    assert half == pytest.approx(middle, abs=0.2)
    assert high - low == pytest.approx(2.56 * (0.1 + spread), rel=0.25)


def test_it_agrees_with_the_package(sample, grown):
    reference = RandomForestQuantileRegressor(
        n_estimators=forest.TREES,
        min_samples_leaf=forest.LEAF,
        max_features=forest.SHARE_OF_FEATURES,
        max_samples_leaf=None,
        random_state=forest.SEED,
    ).fit(*sample[:2])
    points = sample[0][:100]

    ours = np.array([grown.quantiles(point, LEVELS) for point in points])
    theirs = reference.predict(points, quantiles=list(LEVELS))

    assert np.abs(ours - theirs).mean() < 2 * BIN_WIDTH


def test_the_same_rows_give_the_same_forest(sample, grown):
    again = forest.grow(*sample).arrays()

    assert all(np.array_equal(again[name], array) for name, array in grown.arrays().items())


def test_a_mass_at_zero_stays_at_zero():
    random = np.random.default_rng(3)
    outcomes = np.where(random.random(1000) < 0.6, 0.0, random.normal(size=1000))

    people = [str(nth % 9) for nth in range(1000)]
    grown = forest.grow(random.random((1000, 2)), outcomes, people)
    found = grown.quantiles(np.full(2, 0.5), (0.5,))

    assert found == [0.0]


def test_few_people_have_no_leaf_of_their_own():
    """Three people who work like nobody else: a corner of the columns, ratios of their own. Some of
    their rows end in the leaves of others."""
    random = np.random.default_rng(4)
    columns = random.random((2000, 2))
    people = [f"p{nth % 20}" for nth in range(2000)]
    ratios = random.normal(0, 0.3, size=2000)
    odd = columns[:, 0] > 0.9
    ratios[odd] = 4.0
    for nth in np.flatnonzero(odd):
        people[nth] = f"odd-{nth % 3}"

    grown = forest.grow(columns, ratios, people)

    assert (grown.shares @ (forest.CENTRES > 2.0)).max() < 1
    assert abs(grown.quantiles(np.array([0.95, 0.5]), (0.5,))[0]) < 0.5
    assert np.allclose(grown.shares.sum(axis=1), 1)


def test_of_four_people_there_is_no_forest():
    random = np.random.default_rng(5)

    grown = forest.grow(random.random((200, 2)), random.normal(size=200), list("abcd") * 50)

    assert grown is None
