"""Builds a release from sessions, or says why there can be none.

sessions ─▶ leave some out at random ─▶ generalise ─▶ suppress ─▶ measure ─▶ release
                                           ▲                          │
                                           └── coarsen, next rung ◀───┘ a bar is missed
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from focus_core.research import bands, sessions_tier, subjects_tier
from focus_core.research.bars import FEWEST_LEFT_OUT, LEFT_OUT_SHARE, Figures, missed
from focus_core.research.ladder import LADDERS, Rung, Tier

FEWEST_SESSIONS = {Tier.SUBJECTS: 3, Tier.SESSIONS: sessions_tier.ROW_COUNTS[-1]}
"""Who has fewer in the period is not in it: too little to say anything, too easy to recognise."""


@dataclass(frozen=True)
class Attempt:
    """One rung tried: what it cost, what was measured, and why it can't be released, if so."""

    rung: Rung
    rows: pd.DataFrame
    """The release, by pseudonym; never to leave unless `reasons` is empty."""
    figures: Figures
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    population: int
    """Consenting people with any session in the period."""
    eligible: int
    """Of those, with enough sessions."""
    attempts: tuple[Attempt, ...]
    reasons: tuple[str, ...]
    """Why there is no release; empty when the last attempt is one."""

    @property
    def released(self) -> Attempt | None:
        return None if self.reasons else self.attempts[-1]


def build(sessions: pd.DataFrame, tier: Tier, seed: int) -> Outcome:
    """Try rung after rung until one meets every bar.

    `sessions` as `bands` describes them. The same sessions and seed give the same release but for
    its pseudonyms.
    """
    dice = np.random.default_rng(seed)
    population = sessions["subject"].nunique()
    enough = _enough(sessions, FEWEST_SESSIONS[tier])
    eligible = enough["subject"].nunique()
    kept = _leave_out(enough, dice)
    attempts: list[Attempt] = []
    for attempt in _attempts(kept, tier, eligible, seed):
        attempts.append(attempt)
        if not attempt.reasons:
            return Outcome(population, eligible, tuple(attempts), ())
        if attempt.figures.too_few_people:
            break  # coarsening brings nobody in
    return Outcome(population, eligible, tuple(attempts), attempts[-1].reasons)


def left_out(eligible: int) -> int:
    """How many are left out at random, so that two releases that differ by one person differ by
    many more and show nobody."""
    return min(eligible, max(FEWEST_LEFT_OUT, round(eligible * LEFT_OUT_SHARE)))


def _attempts(kept: pd.DataFrame, tier: Tier, eligible: int, seed: int) -> Iterator[Attempt]:
    make = subjects_tier.make if tier is Tier.SUBJECTS else sessions_tier.make
    for rung in LADDERS[tier]:
        rows, figures = make(kept, rung, np.random.default_rng(seed + 1))
        figures = figures.with_left_out(left_out(eligible))
        yield Attempt(rung, rows, figures, tuple(missed(figures, tier)))


def _enough(sessions: pd.DataFrame, fewest: int) -> pd.DataFrame:
    return sessions[sessions.groupby("subject")["subject"].transform("size") >= fewest]


def _leave_out(sessions: pd.DataFrame, dice: np.random.Generator) -> pd.DataFrame:
    """Without a random few; subjects are put in an order that follows from what they did alone, so
    that pseudonyms change nothing."""
    subjects = canonical_order(sessions)
    count = len(subjects) - left_out(len(subjects))
    chosen = dice.permutation(len(subjects))[:count]
    number = pd.Series(range(count), index=[subjects[i] for i in sorted(chosen)], dtype="int64")
    kept = sessions[sessions["subject"].isin(number.index)]
    kept = kept.assign(number=kept["subject"].map(number).astype("int64"))
    return kept.sort_values(["number", "digest"], kind="stable") if count else kept


def canonical_order(sessions: pd.DataFrame) -> list[str]:
    """The subjects by a digest of what they did; adds each session's to the frame."""
    columns = [name for name in bands.SESSION_COLUMNS if name != "subject"]
    sessions["digest"] = pd.util.hash_pandas_object(sessions[columns], index=False)
    by = sessions.groupby("subject")["digest"].sum()
    return list(by.sort_values(kind="stable").index)
