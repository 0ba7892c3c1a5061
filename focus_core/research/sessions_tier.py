"""Tier B: at most 40 generalised rows a subject.

How many rows somebody has is visible too, so there are only three numbers of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from focus_core.research import bands, risk, suppression
from focus_core.research.bands import BLANK, Codes, Scale
from focus_core.research.bars import MOST_SUPPRESSED, MOST_UNIQUE, Figures
from focus_core.research.ladder import Rung, Tier
from focus_core.research.risk import Mask
from focus_core.research.subjects_tier import measure_codes

ROW_COUNTS = (40, 20, 10)
_ROUNDS = 12
_HOPELESS = MOST_UNIQUE[Tier.SESSIONS] + MOST_SUPPRESSED
"""With more than this singled out, no suppression that is allowed is enough."""


def make(
    sessions: pd.DataFrame, rung: Rung, dice: np.random.Generator
) -> tuple[pd.DataFrame, Figures]:
    """The rows at this rung, suppressed where needed, and what was measured of them."""
    if sessions.empty:
        return pd.DataFrame(), Figures(0, 0, None, None, None, 0.0, None, None, 0, 0.0)
    drawn = _draw(sessions, dice)
    number = drawn["number"].to_numpy()
    quasi = _quasi(drawn, rung)
    scales = bands.OF_SUBJECTS[: rung.measures]
    truth = measure_codes(_by_number(drawn), scales)
    steps, slots = _steps(drawn, rung), _slots(drawn, rung)
    cell = steps * len(bands.SLOTS.labels) + slots
    has, counted = risk.cells(number, cell), risk.occurrences(number, cell)
    kept = _keep(quasi, has)
    of_class = risk.classes(quasi[kept])
    told = np.full_like(truth, BLANK)
    told[kept] = suppression.blank_telling_measures(of_class, truth[kept], scales)
    rows = _rows(drawn, rung, steps, slots, told, kept)
    could = int(np.count_nonzero(truth != BLANK))
    figures = Figures(
        subjects=int(kept.sum()),
        rows=len(rows),
        k=int(risk.sizes(of_class).min()) if kept.any() else None,
        l=suppression.worst_diversity(of_class, told[kept]),
        t=suppression.worst_distance(of_class, told[kept], scales),
        unicity=float(risk.unique_by_points(has[kept]).mean()) if kept.any() else 0.0,
        unicity_at_random=risk.unicity_at_random(counted[kept], dice),
        unicity_knowing_values=_knowing_values(rows, dice),
        suppressed_subjects=int((~kept).sum()),
        suppressed_share=1 - float(np.count_nonzero(told != BLANK)) / max(could, 1),
    )
    return rows, figures


def _draw(sessions: pd.DataFrame, dice: np.random.Generator) -> pd.DataFrame:
    """The sessions of each that are looked at: as many as the largest count they reach."""
    shuffled = sessions.iloc[dice.permutation(len(sessions))].sort_values("number", kind="stable")
    size = shuffled.groupby("number")["number"].transform("size").to_numpy()
    wanted = np.select([size >= count for count in ROW_COUNTS], ROW_COUNTS, 0)
    return shuffled[shuffled.groupby("number").cumcount().to_numpy() < wanted]


def _by_number(drawn: pd.DataFrame) -> pd.DataFrame:
    return bands.subject_values(drawn.assign(subject=drawn["number"]))


def _quasi(drawn: pd.DataFrame, rung: Rung) -> Codes:
    by = drawn.groupby("number")
    columns = [by.size().to_numpy(dtype=np.int64)]
    if rung.area:
        columns.append(bands.areas(by["area"].first()))
    return np.column_stack(columns)


def _steps(drawn: pd.DataFrame, rung: Rung) -> Codes:
    """Which step of time from the first week on; one for all when there are no steps."""
    if rung.weeks is None:
        return np.zeros(len(drawn), dtype=np.int64)
    weeks = (drawn["week"] - drawn["week"].min()).dt.days.to_numpy() // 7
    found: Codes = weeks // rung.weeks
    return found


def _slots(drawn: pd.DataFrame, rung: Rung) -> Codes:
    return rung.slot.codes(drawn["hour"]) if rung.slot else np.zeros(len(drawn), dtype=np.int64)


def _keep(quasi: Codes, has: Mask) -> Mask:
    """Whose class is large enough and whom four points do not single out."""
    kept = suppression.in_large_classes(quasi, np.ones(len(quasi), dtype=bool))
    for _ in range(_ROUNDS):
        if not kept.any():
            break
        unique = risk.unique_by_points(has[kept])
        share = unique.mean()
        if share <= MOST_UNIQUE[Tier.SESSIONS] or share > _HOPELESS:
            break
        kept[np.flatnonzero(kept)[unique]] = False
        kept = suppression.in_large_classes(quasi, kept)
    return kept


def _rows(
    drawn: pd.DataFrame, rung: Rung, steps: Codes, slots: Codes, told: Codes, kept: Mask
) -> pd.DataFrame:
    number = drawn["number"].to_numpy()
    rows = pd.DataFrame({"subject": drawn["subject"].to_numpy()})
    if rung.weeks is not None:
        first = drawn["week"].min()
        rows["week"] = (first + pd.to_timedelta(steps * rung.weeks * 7, unit="D")).date
    if rung.slot:
        rows["slot"] = rung.slot.told(slots)
    if rung.area:
        rows["area"] = bands.AREAS.told(bands.areas(drawn["area"]))
    values = bands.session_values(drawn)
    for column, scale in enumerate(_scales(rung)):
        codes = scale.codes(values[scale.name])
        codes[told[number, column] == BLANK] = BLANK
        rows[scale.name] = scale.told(codes)
    rows = rows[kept[number]]
    order = [name for name in ("subject", "week", "slot") if name in rows]
    return rows.sort_values(order, ignore_index=True)


def _knowing_values(rows: pd.DataFrame, dice: np.random.Generator) -> float:
    if rows.empty:
        return 0.0
    of_row = rows.drop(columns="subject").astype(str)
    cell = of_row.groupby(list(of_row), sort=False, dropna=False).ngroup().to_numpy(dtype=np.int64)
    subject = np.unique(rows["subject"], return_inverse=True)[1].astype(np.int64)
    return risk.unicity_at_random(risk.occurrences(subject, cell), dice, draws=3)


def _scales(rung: Rung) -> Sequence[Scale]:
    return bands.OF_SESSIONS[: rung.measures]
