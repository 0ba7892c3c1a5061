"""How good forecasts were. Every function takes arrays of equal length and returns one number;
those in the plural return one for each forecast.

Durations are minutes, above zero; probabilities lie between 0 and 1. Empty input gives nan:
nothing was forecast, so nothing is known about it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from focus_core.prediction.weighted import Floats


def coverage(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of outcomes inside the range, ends included."""
    actual, low, high = _arrays(actual, low, high)
    return _mean((low <= actual) & (actual <= high))


def width(low: ArrayLike, high: ArrayLike) -> float:
    """Mean width of the range, minutes."""
    low, high = _arrays(low, high)
    return _mean(high - low)


def log_width(low: ArrayLike, high: ArrayLike) -> float:
    """Mean of log(high ÷ low): 0.69 for ranges like 10 to 20 min or 1 to 2 h."""
    low, high = _arrays(low, high)
    return _mean(np.log(high / low))


def log_interval_score(actual: ArrayLike, low: ArrayLike, high: ArrayLike, level: float) -> float:
    """Width plus a penalty for every miss, in log units; smaller is better.

    The interval score of Gneiting & Raftery (J. Am. Stat. Assoc. 2007, eq. 43) of the logarithms,
    so that a miss by half counts the same for a short task and a long one.
    """
    actual, low, high = (np.log(array) for array in _arrays(actual, low, high))
    misses = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    return _mean(high - low + misses * 2.0 / (1.0 - level))


def pinball(actual: ArrayLike, quantile: ArrayLike, level: float) -> float:
    """Loss that the true quantile makes smallest (Koenker & Bassett, Econometrica 1978)."""
    actual, quantile = _arrays(actual, quantile)
    short = actual - quantile
    return _mean(np.maximum(level * short, (level - 1.0) * short))


def mean_absolute_error(actual: ArrayLike, predicted: ArrayLike) -> float:
    return _mean(absolute_errors(actual, predicted))


def absolute_errors(actual: ArrayLike, predicted: ArrayLike) -> Floats:
    """One for each forecast, as those below: two predictors are compared forecast by forecast."""
    actual, predicted = _arrays(actual, predicted)
    return np.abs(actual - predicted)


def log_mean_absolute_error(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Mean of |log(actual ÷ predicted)|: 0.69 is off by a factor of two."""
    actual, predicted = _arrays(actual, predicted)
    return _mean(np.abs(np.log(actual / predicted)))


def brier(happened: ArrayLike, probability: ArrayLike) -> float:
    """Mean squared distance of probability and outcome (Brier, Monthly Weather Review 1950)."""
    return _mean(squared_errors(happened, probability))


def squared_errors(happened: ArrayLike, probability: ArrayLike) -> Floats:
    happened, probability = _arrays(happened, probability)
    return (probability - happened) ** 2


@dataclass(frozen=True)
class ReliabilityBin:
    """Forecasts of about the same probability: what they said on average, and what happened."""

    n: int
    said: float
    happened: float


def reliability(
    happened: ArrayLike, probability: ArrayLike, bins: int = 10
) -> list[ReliabilityBin]:
    """Bins of equal width from 0 to 1, empty ones left out (Murphy & Winkler, Appl. Stat. 1977)."""
    happened, probability = _arrays(happened, probability)
    places = np.minimum((probability * bins).astype(int), bins - 1)
    found = []
    for place in np.unique(places):
        here = places == place
        found.append(
            ReliabilityBin(int(here.sum()), _mean(probability[here]), _mean(happened[here]))
        )
    return found


def expected_calibration_error(happened: ArrayLike, probability: ArrayLike) -> float:
    """Mean distance of said and happened over ten bins, weighted by their size.

    Naeini, Cooper & Hauskrecht (AAAI 2015).
    """
    found = reliability(happened, probability)
    total = sum(entry.n for entry in found)
    if not total:
        return float("nan")
    return sum(entry.n * abs(entry.said - entry.happened) for entry in found) / total


def ranked_probability_score(scores: ArrayLike, probabilities: ArrayLike) -> float:
    """For ratings 1 to k and one row of k probabilities each; smaller is better.

    Sum of squared distances of the cumulated probabilities and outcomes (Epstein, J. Appl.
    Meteorology 1969), divided by k − 1 so that it lies between 0 and 1.
    """
    return _mean(ranked_probability_scores(scores, probabilities))


def ranked_probability_scores(scores: ArrayLike, probabilities: ArrayLike) -> Floats:
    ratings = np.asarray(scores, dtype=np.int64)
    rows = np.asarray(probabilities, dtype=np.float64).reshape(len(ratings), -1)
    steps = np.arange(1, rows.shape[1])
    reached = ratings[:, None] <= steps
    found: Floats = ((np.cumsum(rows, axis=1)[:, :-1] - reached) ** 2).mean(axis=1)
    return found


def _arrays(*columns: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.asarray(column, dtype=np.float64) for column in columns)


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if values.size else float("nan")
