"""A quantile forest over many people's tasks, kept as plain arrays.

A random forest says which past tasks were like this one; the outcomes of those tasks, not just
their mean, are the forecast (Meinshausen, J. Machine Learning Research 2006). scikit-learn grows
the trees. What is kept of them is the splits, and in each leaf a histogram: quick to ask, safe to
store, and free of single rows. A leaf in which fewer than five people ended is passed over: their
outcomes are nowhere in what is kept, and it answers with what its nearest neighbours hold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focus_core.prediction.history import History
from focus_core.prediction.outcomes import Task
from focus_core.prediction.pool import BIN_WIDTH, CENTRES, MINIMUM_PEOPLE, bin_of
from focus_core.prediction.weighted import Distribution, Floats

TREES = 30
LEAF = 30
"""Tasks in a leaf, at least."""

SHARE_OF_FEATURES = 0.5
SEED = 5

FEATURE_LEVELS = (0.10, 0.25, 0.50, 0.75, 0.90)


def features(task: Task, history: History, expected: Distribution) -> Floats:
    """What the trees split on: the weighted quantiles, how much stands behind them, the trend."""
    return np.array(
        [
            *expected.quantiles(FEATURE_LEVELS),
            -1.0 if task.estimate_minutes is None else math.log(task.estimate_minutes),
            math.log1p(history.known),
            history.surprise(),
            history.surprise(task.task_type),
        ]
    )


@dataclass(frozen=True)
class Forest:
    """All trees' nodes in one row. A leaf is its own child; `leaf` is its histogram's row."""

    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: Floats
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    leaf: NDArray[np.int64]
    shares: NDArray[np.float32]
    """For each leaf, the share of its outcomes in each bin of CENTRES."""

    def quantiles(self, columns: NDArray[np.floating], levels: Sequence[float]) -> list[float]:
        """Log ratios; inside a bin the outcomes are taken as evenly spread, except at 0."""
        columns = columns.astype(np.float32)  # what the trees were grown on
        nodes = self.roots
        while True:
            goes_left = columns[self.feature[nodes]] <= self.threshold[nodes]
            following = np.where(goes_left, self.left[nodes], self.right[nodes])
            if np.array_equal(following, nodes):
                break
            nodes = following
        masses = self.shares[self.leaf[nodes]].sum(axis=0, dtype=np.float64)
        masses /= masses.sum()
        return _within_bins(masses, levels)

    def arrays(self) -> dict[str, np.ndarray]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Forest:
        """The forest that `arrays` came from."""
        return cls(**{each.name: arrays[each.name] for each in fields(cls)})


def _within_bins(masses: Floats, levels: Sequence[float]) -> list[float]:
    cumulated = np.cumsum(masses)
    places = np.minimum(np.searchsorted(cumulated, levels), len(CENTRES) - 1)
    found = []
    for place, level in zip(places, levels, strict=True):
        inside = (level - (cumulated[place] - masses[place])) / max(masses[place], 1e-12) - 0.5
        centre = float(CENTRES[place])
        found.append(centre + BIN_WIDTH * min(max(inside, -0.5), 0.5) if centre else 0.0)
    return found


def grow(columns: Floats, log_ratios: Floats, people: Sequence[str]) -> Forest | None:
    """Takes seconds for tens of thousands of rows. The same rows give the same forest.

    `people` says whose each row is. None when there are fewer than five of them.
    """
    from sklearn.ensemble import RandomForestRegressor

    bins = np.array([bin_of(ratio) for ratio in log_ratios])
    names, persons = np.unique(np.asarray(people), return_inverse=True)
    if len(names) < MINIMUM_PEOPLE:
        return None
    grown = RandomForestRegressor(
        n_estimators=TREES,
        min_samples_leaf=LEAF,
        max_features=SHARE_OF_FEATURES,
        random_state=SEED,
        n_jobs=1,
    ).fit(columns, CENTRES[bins])
    parts: list[dict[str, np.ndarray]] = []
    nodes = leaves = 0
    for tree in grown.estimators_:
        part = _plain(tree, columns, bins, persons)
        parts.append(
            part
            | {name: part[name] + nodes for name in ("roots", "left", "right")}
            | {"leaf": part["leaf"] + leaves}
        )
        nodes += len(part["feature"])
        leaves += len(part["shares"])
    return Forest.of({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _plain(
    tree: Any, columns: Floats, bins: NDArray[np.int64], persons: NDArray[np.int64]
) -> dict[str, np.ndarray]:
    """One tree of scikit-learn as arrays, its leaves filled with all outcomes that end there."""
    splits = tree.tree_
    itself = np.arange(splits.node_count)
    is_leaf = splits.children_left < 0
    left = np.where(is_leaf, itself, splits.children_left)
    right = np.where(is_leaf, itself, splits.children_right)
    counts = _counts(left, right, tree.apply(columns), bins, persons)[is_leaf]
    return {
        "roots": np.array([0]),
        "feature": np.maximum(splits.feature, 0),
        "threshold": splits.threshold,
        "left": left,
        "right": right,
        "leaf": np.maximum(np.cumsum(is_leaf) - 1, 0),
        "shares": counts / counts.sum(axis=1, keepdims=True),
    }


def _counts(
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    ends: NDArray[np.int64],
    bins: NDArray[np.int64],
    persons: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Outcomes by node and bin; a leaf of too few people has those of the smallest part of the
    tree around it that holds any."""
    counts = np.zeros((len(left), len(CENTRES)), dtype=np.float32)
    present = np.unique(np.stack((ends, persons)), axis=1)[0]
    enough = np.bincount(present, minlength=len(left)) >= MINIMUM_PEOPLE
    if not enough.any():  # then one leaf for the whole tree, whose people are enough
        ends, enough = np.zeros_like(ends), np.ones_like(enough)
    kept = enough[ends]
    np.add.at(counts, (ends[kept], bins[kept]), 1.0)
    nodes = [node for node in range(len(left)) if left[node] != node]  # parents before children
    for node in reversed(nodes):
        counts[node] += counts[left[node]] + counts[right[node]]
    for node in nodes:
        for child in (left[node], right[node]):
            if not counts[child].any():
                counts[child] = counts[node]
    return counts
