"""The bars that a release must meet, and what to do when it misses one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from focus_core.research.ladder import Tier

FEWEST_SUBJECTS = 100
SMALLEST_CLASS = 11
LEAST_DIVERSITY = 3
LARGEST_DISTANCE = 0.3
MOST_UNIQUE = {Tier.SUBJECTS: 0.01, Tier.SESSIONS: 0.05}
MOST_SUPPRESSED = 0.20

LEFT_OUT_SHARE = 0.10
FEWEST_LEFT_OUT = 22
"""Twice the smallest class, so that two releases differ by about as many at least."""


@dataclass(frozen=True)
class Figures:
    """What was measured of a release. Shares are of 1; None: nothing there to measure."""

    subjects: int
    rows: int
    k: int | None
    l: int | None  # noqa: E741 - its name since 2007
    t: float | None
    unicity: float
    """Share of subjects singled out by the four points that tell the most of them: columns of their
    row (tier A), or steps and slots in which they worked (tier B)."""
    unicity_at_random: float | None
    """Tier B: the same by four of their sessions drawn at random, as the literature has it."""
    unicity_knowing_values: float | None
    """Tier B: the same by somebody who also knows the bands of each of the four sessions. There is
    no bar for it; whoever decides about a release should know it."""
    suppressed_subjects: int
    suppressed_share: float
    """Share of the values that could have been told and were not."""
    left_out_at_random: int = 0

    def with_left_out(self, count: int) -> Figures:
        return replace(self, left_out_at_random=count)

    @property
    def too_few_people(self) -> bool:
        """Even with nobody suppressed."""
        return self.subjects + self.suppressed_subjects < FEWEST_SUBJECTS

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def as_dict(tier: Tier) -> dict[str, float]:
    """The bars as they stand in a manifest."""
    return {
        "subjects_at_least": FEWEST_SUBJECTS,
        "k_at_least": SMALLEST_CLASS,
        "l_at_least": LEAST_DIVERSITY,
        "t_at_most": LARGEST_DISTANCE,
        "unicity_at_most": MOST_UNIQUE[tier],
        "suppressed_share_at_most": MOST_SUPPRESSED,
    }


def missed(figures: Figures, tier: Tier) -> Iterator[str]:
    """Why this can't be released and what to do, in words a researcher reads."""
    if figures.too_few_people:
        yield (
            f"Only {figures.subjects + figures.suppressed_subjects} people would be in it, and a"
            f" release takes {FEWEST_SUBJECTS} after {figures.left_out_at_random} were left out at"
            " random. Choose a longer period, or wait until more people take part."
        )
        return
    if figures.subjects < FEWEST_SUBJECTS:
        yield (
            f"Only {figures.subjects} people are left after suppression; {FEWEST_SUBJECTS} are"
            " needed. Coarsen more, or choose a longer period."
        )
    if figures.k is not None and figures.k < SMALLEST_CLASS:
        yield (
            f"The smallest class has {figures.k} people; {SMALLEST_CLASS} are needed. Coarsen the"
            " area, activity or time of day."
        )
    if figures.l is None or figures.t is None:
        yield "No measure can be told without giving classes away. Coarsen the classes."
    elif figures.l < LEAST_DIVERSITY or figures.t > LARGEST_DISTANCE:
        yield (
            f"Belonging to a class tells too much: l {figures.l} (at least {LEAST_DIVERSITY}), t"
            f" {figures.t:.2f} (at most {LARGEST_DISTANCE}). Coarsen the classes or the measures."
        )
    unicity = max(figures.unicity, figures.unicity_at_random or 0.0)
    if unicity > MOST_UNIQUE[tier]:
        yield (
            f"Four known points single out {unicity:.1%} of the people; at most"
            f" {MOST_UNIQUE[tier]:.0%} may be. "
            + (
                "Coarsen columns or leave some out."
                if tier is Tier.SUBJECTS
                else "Coarsen weeks or time of day, or choose a shorter period."
            )
        )
    if figures.suppressed_share > MOST_SUPPRESSED:
        yield (
            f"{figures.suppressed_share:.0%} of the values would have to be suppressed; at most"
            f" {MOST_SUPPRESSED:.0%} may be. Coarsen more, so that less has to be hidden."
        )
