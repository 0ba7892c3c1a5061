"""A logistic regression that learns from one outcome after another, in the order they come.

It keeps a normal distribution over its weights. Every outcome narrows that where it says
something (a step of an extended Kalman filter), so nothing waits for a refit; a small widening
each time lets the weights follow people who change.
"""

from __future__ import annotations

import math

import numpy as np

from focus_core.prediction.weighted import Floats

WIDEST = 6.0
"""No feature counts for more than this, on either side of zero."""

INTERCEPT_VARIANCE = 1.0
WEIGHT_VARIANCE = 0.05
"""How far weights may lie from where they begin: features are log-odds and logarithms."""

DRIFT = 1e-6
"""What is added to each weight's variance with every outcome."""


class OnlineLogistic:
    """`weights` are the intercept and one weight a feature, `covariance` how unsure they are."""

    def __init__(self, beginning: Floats) -> None:
        self.weights = np.concatenate(([0.0], beginning))
        variances = np.full(len(self.weights), WEIGHT_VARIANCE)
        variances[0] = INTERCEPT_VARIANCE
        self.covariance: Floats = np.diag(variances)

    def probability(self, features: Floats) -> float:
        return _chance(float(self.weights @ _with_intercept(features)))

    def learn(self, features: Floats, outcome: bool) -> None:
        inputs = _with_intercept(features)
        said = _chance(float(self.weights @ inputs))
        variance = said * (1.0 - said)
        direction = self.covariance @ inputs
        damped = 1.0 + variance * float(inputs @ direction)
        self.weights = self.weights + direction * ((outcome - said) / damped)
        self.covariance -= np.outer(direction, direction * (variance / damped))
        self.covariance[np.diag_indices_from(self.covariance)] += DRIFT


def _with_intercept(features: Floats) -> Floats:
    return np.concatenate(([1.0], np.clip(features, -WIDEST, WIDEST)))


def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(log_odds, -30.0), 30.0)))
