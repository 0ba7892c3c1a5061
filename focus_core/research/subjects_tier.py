"""Tier A: one generalised row a subject."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from focus_core.research import bands, risk, suppression
from focus_core.research.bands import BLANK, Codes, Scale
from focus_core.research.bars import MOST_UNIQUE, Figures
from focus_core.research.ladder import Rung, Tier
from focus_core.research.risk import Mask

_ROUNDS = 20


def make(
    sessions: pd.DataFrame, rung: Rung, _dice: np.random.Generator
) -> tuple[pd.DataFrame, Figures]:
    """The rows at this rung, suppressed where needed, and what was measured of them."""
    if sessions.empty:
        return pd.DataFrame(), Figures(0, 0, None, None, None, 0.0, None, None, 0, 0.0)
    values = bands.subject_values(sessions)
    quasi_scales = [scale for scale in (_area(rung), rung.activity, rung.slot) if scale]
    quasi = np.column_stack(
        [quasi_codes(values, scale) for scale in quasi_scales]
        or [np.zeros((len(values), 0), np.int64)]
    )
    scales = bands.OF_SUBJECTS[: rung.measures]
    truth = measure_codes(values, scales)
    kept = suppression.in_large_classes(quasi, np.ones(len(values), dtype=bool))
    quasi, told = quasi[kept], _hide(quasi[kept], truth[kept], scales)
    rows = pd.DataFrame({"subject": values.index[kept]})
    for column, scale in enumerate(quasi_scales):
        rows[scale.name] = scale.told(quasi[:, column])
    for column, scale in enumerate(scales):
        rows[scale.name] = scale.told(told[:, column])
    figures = _measure(quasi, truth, kept, told, scales)
    return rows.sort_values("subject", ignore_index=True), figures


def quasi_codes(values: pd.DataFrame, scale: Scale) -> Codes:
    if scale.name == "area":
        return bands.areas(values["area"])
    return scale.codes(values["hour" if scale.name == "slot" else scale.name])


def measure_codes(values: pd.DataFrame, scales: Sequence[Scale]) -> Codes:
    return np.column_stack([scale.codes(values[scale.name]) for scale in scales])


def _area(rung: Rung) -> Scale | None:
    return bands.AREAS if rung.area else None


def _hide(quasi: Codes, truth: Codes, scales: Sequence[Scale]) -> Codes:
    """The measures that can be told: none that tells on a class; and of people whom four values
    single out, one after the other of those values, until few enough are singled out."""
    of_class = risk.classes(quasi)
    hidden = np.zeros(truth.shape, dtype=bool)
    told = truth
    for _ in range(_ROUNDS):
        told = np.where(hidden, BLANK, truth)
        told = suppression.blank_telling_measures(of_class, told, scales)
        telling = _telling(quasi, truth, told)
        unique: Mask = np.asarray(telling.any(axis=1))
        if np.count_nonzero(unique) <= MOST_UNIQUE[Tier.SUBJECTS] * len(unique):
            break
        measures = np.where(told == BLANK, -1, telling[:, quasi.shape[1] :])
        hidden[unique, measures[unique].argmax(axis=1)] = True
    return told


def _telling(quasi: Codes, truth: Codes, told: Codes) -> Codes:
    return risk.telling_columns(np.hstack([quasi, truth]), np.hstack([quasi, told]))


def _measure(
    quasi: Codes, truth: Codes, kept: Mask, told: Codes, scales: Sequence[Scale]
) -> Figures:
    of_class = risk.classes(quasi)
    could = int(np.count_nonzero(truth != BLANK))
    return Figures(
        subjects=len(told),
        rows=len(told),
        k=int(risk.sizes(of_class).min()) if len(told) else None,
        l=suppression.worst_diversity(of_class, told),
        t=suppression.worst_distance(of_class, told, scales),
        unicity=float(_telling(quasi, truth[kept], told).any(axis=1).mean()) if len(told) else 0.0,
        unicity_at_random=None,
        unicity_knowing_values=None,
        suppressed_subjects=int((~kept).sum()),
        suppressed_share=1 - float(np.count_nonzero(told != BLANK)) / max(could, 1),
    )
