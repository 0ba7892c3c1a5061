"""From exact values to bands. A code counts a scale's labels from 0; BLANK is "not told".

Sessions come as a frame with one row each: subject (text), week (the Monday of the local week),
hour (local, 0 to 23), area (first part of the IANA zone), focused_minutes, planned_minutes (or
NaN), completed (bool), interruptions (count), rating (1 to 5 or NaN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # imported where it is used, so that the dashboard starts without it
    import pandas as pd

BLANK = -1

Codes = NDArray[np.int64]

SESSION_COLUMNS = (
    "subject",
    "week",
    "hour",
    "area",
    "focused_minutes",
    "planned_minutes",
    "completed",
    "interruptions",
    "rating",
)


@dataclass(frozen=True)
class Scale:
    """Ordered bands. `edges` are the lower bounds of every band but the first."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    edges: tuple[float, ...] = ()

    def codes(self, values: pd.Series[Any]) -> Codes:
        """The band of each value; BLANK where there is none."""
        found = np.digitize(values.to_numpy(dtype=float), self.edges)
        return np.where(values.isna(), BLANK, found).astype(np.int64)

    def told(self, codes: Codes) -> NDArray[np.object_]:
        """The labels of codes; None for BLANK."""
        labels = np.array([*self.labels, None], dtype=object)
        return labels[codes]


AREAS = Scale(
    "area",
    "part of the world of the subject's time zone",
    ("Africa and Europe", "Americas", "Asia and Pacific", "elsewhere"),
)
_AREA_OF = {"Africa": 0, "Europe": 0, "America": 1, "US": 1, "Canada": 1, "Brazil": 1}
_AREA_OF |= {"Asia": 2, "Australia": 2, "Pacific": 2, "Indian": 2, "Japan": 2}

SLOTS = Scale(
    "slot",
    "local time of day, six hours wide",
    ("00:00 to 06:00", "06:00 to 12:00", "12:00 to 18:00", "18:00 to 24:00"),
    (6, 12, 18),
)
HALVES = Scale("slot", "half of the local day", ("00:00 to 12:00", "12:00 to 24:00"), (12,))

ACTIVITY = Scale(
    "activity",
    "sessions a week, from the subject's first to their last in the period",
    ("under 3", "3 to under 8", "8 or more"),
    (3, 8),
)
ACTIVITY_COARSE = Scale("activity", "sessions a week, in two bands", ("under 5", "5 or more"), (5,))

OF_SUBJECTS = (
    Scale(
        "focused",
        "median focused minutes of the subject's sessions",
        ("under 22", "22 to under 35", "35 or more"),
        (22, 35),
    ),
    Scale(
        "completion",
        "share of the subject's sessions that were completed, percent",
        ("under 60", "60 to under 80", "80 or more"),
        (0.60, 0.80),
    ),
    Scale(
        "interruptions",
        "mean interruptions a session",
        ("under 0.5", "0.5 to under 1.5", "1.5 or more"),
        (0.5, 1.5),
    ),
    Scale(
        "estimation",
        "mean of focused over planned time, percent; above 100 took longer than planned",
        ("under 95", "95 to under 110", "110 or more"),
        (0.95, 1.10),
    ),
    Scale(
        "rating",
        "mean of the subject's own ratings from 1 to 5; empty where nothing was rated",
        ("under 3", "3 to under 4", "4 or more"),
        (3, 4),
    ),
)
"""What is measured of a subject, the most telling for research first: coarsening drops the last."""

OF_SESSIONS = (
    Scale("focused", "focused minutes", ("under 22", "22 to under 35", "35 or more"), (22, 35)),
    Scale(
        "completion",
        "how much of the plan was done",
        ("under half", "half or more", "completed"),
        (0.5, 1.0),
    ),
    Scale("interruptions", "interruptions in the session", ("none", "one", "two or more"), (1, 2)),
    Scale(
        "estimation",
        "focused over planned time, percent; above 100 took longer than planned",
        ("under 95", "95 to under 110", "110 or more"),
        (0.95, 1.10),
    ),
    Scale("rating", "the subject's own rating", ("1 or 2", "3", "4 or 5"), (3, 4)),
)
"""The same of one session, in the same order."""


def areas(zones: pd.Series[Any]) -> Codes:
    """The area's code of each first part of a zone's name; what is unknown is "elsewhere"."""
    found: Codes = zones.map(_AREA_OF).fillna(3).to_numpy(dtype=np.int64)
    return found


def session_values(sessions: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """The exact values that OF_SESSIONS bands."""
    ratio = sessions["focused_minutes"] / sessions["planned_minutes"]
    done = ratio.clip(upper=0.999).fillna(0.0).where(~sessions["completed"], 1.0)
    return {
        "focused": sessions["focused_minutes"],
        "completion": done,
        "interruptions": sessions["interruptions"],
        "estimation": ratio,
        "rating": sessions["rating"],
    }


def subject_values(sessions: pd.DataFrame) -> pd.DataFrame:
    """One row a subject, by subject: the exact values that OF_SUBJECTS and the rest band."""
    import pandas as pd

    ratio = (sessions["focused_minutes"] / sessions["planned_minutes"]).clip(upper=10)
    by = sessions.assign(ratio=ratio).groupby("subject", sort=True)
    weeks = (by["week"].max() - by["week"].min()).dt.days / 7 + 1
    slots = SLOTS.codes(sessions["hour"])
    usual = (
        pd.crosstab(sessions["subject"], slots)
        .reindex(columns=range(len(SLOTS.labels)), fill_value=0)
        .sort_index()
        .to_numpy()
        .argmax(axis=1)
    )
    return pd.DataFrame(
        {
            "area": by["area"].agg("first"),
            "activity": by.size() / weeks,
            "hour": usual * 6,
            "focused": by["focused_minutes"].median(),
            "completion": by["completed"].mean(),
            "interruptions": by["interruptions"].mean(),
            "estimation": by["ratio"].mean(),
            "rating": by["rating"].mean(),
        }
    )
