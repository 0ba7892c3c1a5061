"""The regression that learns outcome by outcome, on outcomes whose weights are known."""

from __future__ import annotations

import numpy as np
import pytest

from focus_core.prediction.online import OnlineLogistic

TRUE_WEIGHTS = np.array([-0.4, 0.9, -0.6, 0.0])


def outcomes(weights, n, seed=3):
    """Features and what came of them, when these weights (the intercept's first) are true."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(n, len(weights) - 1))
    chances = 1.0 / (1.0 + np.exp(-(weights[0] + features @ weights[1:])))
    return list(zip(features, random.random(n) < chances, strict=True))


def learnt(*spells):
    regression = OnlineLogistic(np.zeros(3))
    for spell in spells:
        for features, outcome in spell:
            regression.learn(features, outcome)
    return regression


def test_it_begins_with_the_weights_it_is_given():
    said = OnlineLogistic(np.array([1.0, 0.0])).probability(np.array([2.0, 5.0]))

    assert said == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_it_comes_to_the_true_weights_and_knows_how_sure_it_is():
    regression = learnt(outcomes(TRUE_WEIGHTS, 3000))

    off = np.abs(regression.weights - TRUE_WEIGHTS)
    assert off.max() < 0.2
    assert (off < 4 * np.sqrt(np.diag(regression.covariance))).all()


def test_weights_that_turn_over_are_followed():
    regression = learnt(outcomes(TRUE_WEIGHTS, 2000), outcomes(-TRUE_WEIGHTS, 6000, seed=4))

    assert np.sign(regression.weights[:3]) == pytest.approx(np.sign(-TRUE_WEIGHTS[:3]))


def test_absurd_and_constant_features_leave_it_sound():
    random = np.random.default_rng(5)
    regression = OnlineLogistic(np.zeros(3))
    for nth in range(5000):
        regression.learn(np.array([1e12, 0.0, random.choice([-1e9, 3.0])]), nth % 7 == 0)

    assert np.isfinite(regression.weights).all()
    assert np.linalg.eigvalsh(regression.covariance).min() > 0
    assert regression.probability(np.array([1e12, 0.0, 3.0])) == pytest.approx(1 / 7, abs=0.1)


def test_what_seemed_certain_can_be_unlearnt():
    always = np.array([6.0, 6.0, 6.0])
    regression = learnt([(always, True)] * 300)
    assert regression.probability(always) > 0.95

    for _ in range(100):
        regression.learn(always, False)

    assert regression.probability(always) < 0.5
