"""The ways to coarsen, finest first. The first rung that meets every bar is the one released."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from focus_core.research import bands
from focus_core.research.bands import Scale


class Tier(StrEnum):
    SUBJECTS = "A"
    """One row a subject."""
    SESSIONS = "B"
    """At most 40 rows a subject."""


@dataclass(frozen=True)
class Rung:
    says: str
    """What it is, in words a researcher reads."""
    area: bool = True
    activity: Scale | None = None
    slot: Scale | None = None
    weeks: int | None = 1
    """How many weeks one step of time is; None: the whole period. Tier B only."""
    measures: int = 5
    """How many of the measures are told, in their order."""


_SUBJECTS = (
    Rung("area, three bands of activity, 6-hour slot", True, bands.ACTIVITY, bands.SLOTS),
    Rung("area, three bands of activity, half of the day", True, bands.ACTIVITY, bands.HALVES),
    Rung("no area, three bands of activity, half of the day", False, bands.ACTIVITY, bands.HALVES),
    Rung(
        "no area, two bands of activity, half of the day; four measures",
        False,
        bands.ACTIVITY_COARSE,
        bands.HALVES,
        measures=4,
    ),
    Rung(
        "no area, two bands of activity, no slot; four measures",
        False,
        bands.ACTIVITY_COARSE,
        measures=4,
    ),
    Rung(
        "no area, two bands of activity, no slot; three measures",
        False,
        bands.ACTIVITY_COARSE,
        measures=3,
    ),
    Rung("nothing but three measures", False, measures=3),
)

_SESSIONS = (
    Rung("area, week, 6-hour slot", True, slot=bands.SLOTS),
    Rung("no area, week, 6-hour slot", False, slot=bands.SLOTS),
    Rung("no area, two weeks, 6-hour slot", False, slot=bands.SLOTS, weeks=2),
    Rung("no area, four weeks, 6-hour slot", False, slot=bands.SLOTS, weeks=4),
    Rung("no area, four weeks, half of the day", False, slot=bands.HALVES, weeks=4),
    Rung("no area, four weeks, no slot", False, weeks=4),
    Rung("no area, the whole period, 6-hour slot", False, slot=bands.SLOTS, weeks=None),
    Rung("no area, the whole period, no slot", False, weeks=None),
)

LADDERS = {Tier.SUBJECTS: _SUBJECTS, Tier.SESSIONS: _SESSIONS}
