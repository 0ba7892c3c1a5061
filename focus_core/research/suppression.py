"""What is hidden when generalising is not enough, the least first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from focus_core.research import risk
from focus_core.research.bands import BLANK, Codes, Scale
from focus_core.research.bars import LARGEST_DISTANCE, LEAST_DIVERSITY, SMALLEST_CLASS
from focus_core.research.risk import Mask


def in_large_classes(quasi: Codes, kept: Mask) -> Mask:
    """Who of `kept` shares their class with enough of the others."""
    large = kept.copy()
    large[kept] = risk.sizes(risk.classes(quasi[kept])) >= SMALLEST_CLASS
    return large


def blank_telling_measures(of_class: Codes, measures: Codes, scales: Sequence[Scale]) -> Codes:
    """`measures` without those of a class that has too little variety or differs too much.

    Hiding a class moves what everybody looks like, so it is looked at again until all hold.
    """
    told = measures.copy()
    for column, scale in enumerate(scales):
        while telling := _telling(of_class, told[:, column], len(scale.labels)):
            told[np.isin(of_class, telling), column] = BLANK
    return told


def _telling(of_class: Codes, codes: Codes, labels: int) -> list[int]:
    varied = risk.diversity(of_class, codes)
    poor = [one for one, found in varied.items() if found < LEAST_DIVERSITY]
    if poor:
        return poor
    far = risk.closeness(of_class, codes, labels)
    return [one for one, distance in far.items() if distance > LARGEST_DISTANCE]


def worst_diversity(of_class: Codes, measures: Codes) -> int | None:
    found = [
        value
        for column in range(measures.shape[1])
        for value in risk.diversity(of_class, measures[:, column]).values()
    ]
    return min(found, default=None)


def worst_distance(of_class: Codes, measures: Codes, scales: Sequence[Scale]) -> float | None:
    found = [
        value
        for column, scale in enumerate(scales)
        for value in risk.closeness(of_class, measures[:, column], len(scale.labels)).values()
    ]
    return max(found, default=None)
