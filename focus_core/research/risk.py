"""How well a release hides its subjects, measured by subject.

- k: Samarati & Sweeney 1998. The size of the smallest class of subjects who look alike in every
  column that an outsider could know.
- l: Machanavajjhala et al. 2007, distinct l-diversity. The fewest different values of a measure
  inside one class, so that belonging to a class does not tell the value.
- t: Li et al. 2007, for ordered values. The largest earth mover's distance between a measure's
  distribution inside a class and in the whole release, 0 to 1.
- unicity: de Montjoye et al. 2013. The share of subjects whom a few known points single out. There
  the points are drawn at random; the bar holds besides for points picked to tell the most, which
  is what an attacker would do.

Codes count bands from 0; `bands.BLANK` is a value that is not told.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from focus_core.research.bands import BLANK, Codes

KNOWN_POINTS = 4

Mask = NDArray[np.bool_]


def classes(columns: Codes) -> Codes:
    """The class of each row of `columns` (subjects × columns), counted from 0."""
    if columns.shape[1] == 0:
        return np.zeros(len(columns), dtype=np.int64)
    _, found = np.unique(columns, axis=0, return_inverse=True)
    return found.reshape(-1).astype(np.int64)


def sizes(of_class: Codes) -> Codes:
    """The size of the class of each subject."""
    return np.bincount(of_class)[of_class] if len(of_class) else of_class


def diversity(of_class: Codes, codes: Codes) -> dict[int, int]:
    """Different values that are told, by class; classes where none is told are left out."""
    told = codes != BLANK
    pairs = np.unique(np.column_stack([of_class[told], codes[told]]), axis=0)
    found, counts = np.unique(pairs[:, 0], return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def closeness(of_class: Codes, codes: Codes, bands: int) -> dict[int, float]:
    """Earth mover's distance between each class and everybody, over `bands` ordered values."""
    told = codes != BLANK
    if not told.any():
        return {}
    everybody = np.bincount(codes[told], minlength=bands) / told.sum()
    distances = {}
    for one in np.unique(of_class[told]):
        inside = codes[told & (of_class == one)]
        difference = np.bincount(inside, minlength=bands) / len(inside) - everybody
        distances[int(one)] = float(np.abs(np.cumsum(difference)).sum() / (bands - 1))
    return distances


def telling_columns(truth: Codes, told: Codes, known: int = KNOWN_POINTS) -> Codes:
    """By subject and column: in how many choices of `known` columns with this one the subject's
    true values fit no other row. Who has only zeros is singled out by nothing. One-row releases.

    A blank in the release agrees with every true value: who looks for somebody can't rule it out.
    """
    found = np.zeros(told.shape, dtype=np.int64)
    for chosen in combinations(range(told.shape[1]), min(known, told.shape[1])):
        columns = list(chosen)
        for subject in np.flatnonzero(sizes(classes(told[:, columns])) == 1):
            agree = (told[:, columns] == truth[subject, columns]) | (told[:, columns] == BLANK)
            if np.count_nonzero(agree.all(axis=1)) <= 1:
                found[subject, columns] += 1
    return found


def unique_by_points(has: Mask, known: int = KNOWN_POINTS) -> Mask:
    """Who is singled out by `known` of their points (subjects × points: who has which).

    The points are picked to leave the fewest others at each step. Who has no point is not unique.
    """
    unique = np.zeros(len(has), dtype=bool)
    for subject, own in enumerate(has):
        others = has[:, own]
        for _ in range(min(known, others.shape[1])):
            others = others[others[:, others.sum(axis=0).argmin()]]
            if len(others) == 1:
                unique[subject] = True
                break
    return unique


def unicity_at_random(
    has: Mask, dice: np.random.Generator, known: int = KNOWN_POINTS, draws: int = 10
) -> float:
    """The share of (subject, draw) where `known` points drawn at random fit one subject alone."""
    alone = 0
    for own in has:
        points = np.flatnonzero(own)
        for _ in range(draws):
            drawn = dice.choice(points, min(known, len(points)), replace=False)
            alone += int(np.count_nonzero(has[:, drawn].all(axis=1)) == 1)
    return alone / (len(has) * draws) if len(has) else 0.0


def cells(subject: Codes, cell: Codes) -> Mask:
    """Which subject (row) did anything in which cell of time (column)."""
    has = np.zeros((int(subject.max()) + 1, int(cell.max()) + 1), dtype=bool)
    has[subject, cell] = True
    return has


def occurrences(subject: Codes, cell: Codes) -> Mask:
    """The same counted: a first, a second, … session in a cell are a column each, so that who
    knows of two sessions in one cell knows two points."""
    order = np.lexsort((cell, subject))
    subject, cell = subject[order], cell[order]
    begins = np.r_[True, (subject[1:] != subject[:-1]) | (cell[1:] != cell[:-1])]
    start = np.maximum.accumulate(np.where(begins, np.arange(len(cell)), 0))
    turn = np.arange(len(cell)) - start
    _, column = np.unique(np.column_stack([cell, turn]), axis=0, return_inverse=True)
    return cells(subject, column.reshape(-1).astype(np.int64))
