"""Scores of forecasts whose outcome is known, beside those of the plain answers they must beat.

Every number comes from focus_core.prediction.scores. A comparison is over the forecasts for which
the plain answer was there too, for both sides of it. Rows have the columns of
`db.queries.scorecard.forecasts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp, isfinite
from typing import Any

import numpy as np

from focus_core.domain.rates import rate
from focus_core.domain.statistics import Tally, mean_by_days
from focus_core.prediction import scores

Row = Mapping[Any, Any]
Score = Callable[[np.ndarray, np.ndarray], float]
Losses = Callable[[np.ndarray, np.ndarray], np.ndarray]

FEWEST_DAYS = 5
"""Days with forecasts that a comparison's interval needs."""

AGAINST = {
    "session_minutes": ("estimate", "median"),
    "task_minutes": ("estimate", "median"),
    "plan_minutes": ("estimates",),
    "completion": ("rate",),
    "focus_score": ("histogram",),
}
"""What a forecast of each target is held against, the one that matters most first."""


def figures(target: str, rows: Sequence[Row]) -> dict[str, Any]:
    """All scores of one target's forecasts; None where there is nothing to score.

    `n`, and for durations `coverage` (of the 80 % range, with its 95 % interval), `width_minutes`
    and `width_factor` (high ÷ low, geometric mean); for completion `reliability` (with 95 %
    intervals), `calibration_error`, `said` and `happened` (means). `error` is the mean absolute
    error in minutes, the Brier score or the ranked probability score. `against` has one entry for
    each plain answer: `with`, `n`, `ours`, `theirs` (the same error), `difference` (`low` and
    `high`, the 95 % interval of ours less theirs) and, for durations, `our_factor` and
    `their_factor` (e to the mean absolute log error: 2 is off by a factor of two).
    """
    found: dict[str, Any] = {"n": len(rows)}
    if target == "completion":
        found |= _completion(rows)
    elif target == "focus_score":
        found["error"] = _of(rows, "score_probabilities", scores.ranked_probability_score)
    else:
        found |= _durations(rows)
    found["against"] = [_comparison(target, name, rows) for name in AGAINST[target]]
    return found


def _durations(rows: Sequence[Row]) -> dict[str, Any]:
    actual, low, high = (
        _column(rows, name) for name in ("outcome", "low80_minutes", "high80_minutes")
    )
    share = scores.coverage(actual, low, high)
    inside = rate(share * len(rows), len(rows)) if rows else None
    log_width = _known(scores.log_width(low, high))
    return {
        "coverage": inside and {"share": inside.mean, "low": inside.low, "high": inside.high},
        "width_minutes": _known(scores.width(low, high)),
        "width_factor": None if log_width is None else exp(log_width),
        "error": _of(rows, "p50_minutes", scores.mean_absolute_error),
    }


def _completion(rows: Sequence[Row]) -> dict[str, Any]:
    happened, said = _column(rows, "outcome"), _column(rows, "probability")
    return {
        "error": _of(rows, "probability", scores.brier),
        "said": float(said.mean()) if rows else None,
        "happened": float(happened.mean()) if rows else None,
        "calibration_error": _known(scores.expected_calibration_error(happened, said)),
        "reliability": [_bin(found) for found in scores.reliability(happened, said)],
    }


def _bin(found: scores.ReliabilityBin) -> dict[str, Any]:
    sure = rate(found.happened * found.n, found.n)
    assert sure is not None  # noqa: S101 - empty bins are left out
    return {
        "n": found.n,
        "said": found.said,
        "happened": found.happened,
        "low": sure.low,
        "high": sure.high,
    }


_COLUMNS = {
    "estimate": "estimate_minutes",
    "estimates": "estimate_minutes",
    "median": "baseline",
    "rate": "baseline",
    "histogram": "baseline_score_probabilities",
}
_OURS: dict[str, tuple[str, Losses]] = {
    "session_minutes": ("p50_minutes", scores.absolute_errors),
    "task_minutes": ("p50_minutes", scores.absolute_errors),
    "plan_minutes": ("p50_minutes", scores.absolute_errors),
    "completion": ("probability", scores.squared_errors),
    "focus_score": ("score_probabilities", scores.ranked_probability_scores),
}


def _comparison(target: str, name: str, rows: Sequence[Row]) -> dict[str, Any]:
    theirs, (ours, losses) = _COLUMNS[name], _OURS[target]
    both = [row for row in rows if row[theirs] is not None]
    found: dict[str, Any] = {"with": name, "n": len(both)}
    if both:
        actual = _column(both, "outcome")
        our_losses, their_losses = (losses(actual, _column(both, each)) for each in (ours, theirs))
        found |= {
            "ours": _known(float(our_losses.mean())),
            "theirs": _known(float(their_losses.mean())),
            "difference": _difference(both, our_losses - their_losses),
        }
    else:
        found |= {"ours": None, "theirs": None, "difference": None}
    if losses is scores.absolute_errors:
        found["our_factor"] = _factor(both, ours)
        found["their_factor"] = _factor(both, theirs)
    return found


def _difference(rows: Sequence[Row], differences: np.ndarray) -> dict[str, float] | None:
    """The mean's 95 % interval, from the spread between the person's days; None with too few."""
    days: dict[Any, Tally] = {}
    for row, value in zip(rows, differences.tolist(), strict=True):
        days[row["day"]] = days.get(row["day"], Tally()) + Tally(1, value, value * value)
    if len(days) < FEWEST_DAYS:
        return None
    sure = mean_by_days(days)
    return {"low": sure.low, "high": sure.high}


def _factor(rows: Sequence[Row], column: str) -> float | None:
    error = _of(rows, column, scores.log_mean_absolute_error)
    return None if error is None else exp(error)


def _of(rows: Sequence[Row], column: str, score: Score) -> float | None:
    return _known(score(_column(rows, "outcome"), _column(rows, column))) if rows else None


def _column(rows: Sequence[Row], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype=np.float64)


def _known(score: float) -> float | None:
    return score if isfinite(score) else None
