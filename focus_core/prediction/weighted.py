"""Quantiles and means of weighted samples in which some values are only known to be "at least"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Distribution:
    """Point masses: `values` ascending, `masses` adding up to 1, `cumulated` their running sum."""

    values: Floats
    masses: Floats
    cumulated: Floats

    @property
    def mean(self) -> float:
        return float(self.values @ self.masses)

    def quantiles(self, levels: Sequence[float]) -> list[float]:
        """The smallest value that at least this share of the mass lies at or below.

        Always one of the values, never between two: a mass at zero stays exactly at zero.
        """
        places = np.searchsorted(self.cumulated, np.asarray(levels) - 1e-12)
        return [float(self.values[min(place, len(self.values) - 1)]) for place in places]


def distribution(values: Floats, weights: Floats, at_least: Flags | None = None) -> Distribution:
    """The weighted sample as a distribution. Raises ValueError when no value has weight.

    The weight of a value marked `at_least` (a session that its timer cut off) is handed to the
    larger values in proportion to theirs: Efron's "redistribute to the right" (Proc. Fifth
    Berkeley Symposium, 1967), which is the Kaplan-Meier estimate with weights. If none is larger,
    it stays where it is.
    """
    if not weights.size or not weights.sum() > 0:
        raise ValueError("a distribution needs at least one value with weight")
    if at_least is None or not at_least.any():
        order = np.argsort(values)
        values, masses = values[order], weights[order]
    else:
        # Among equal values the exact ones come first: a cut-off one lies beyond them.
        order = np.lexsort((at_least, values))
        values, masses = values[order], _redistributed(weights[order], at_least[order])
    masses = masses / masses.sum()
    return Distribution(values, masses, np.cumsum(masses))


def _redistributed(weights: Floats, at_least: Flags) -> Floats:
    at_risk = np.cumsum(weights[::-1])[::-1]
    hazards = np.divide(
        np.where(at_least, 0.0, weights), at_risk, out=np.zeros_like(weights), where=at_risk > 0
    )
    surviving = np.cumprod(1.0 - np.clip(hazards, 0.0, 1.0))
    masses = np.concatenate(([1.0], surviving[:-1])) * hazards
    masses[-1] += surviving[-1]
    return masses
