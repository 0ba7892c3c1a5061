"""What every measure means, in one place: the pages' explanations and docs/definitions.md."""

from __future__ import annotations

MINIMUM_SESSIONS = 3
"""Eligible sessions a profile needs; also what an hour or weekday needs to be called a peak."""

PSEUDO_SESSIONS = 5
"""How many sessions of the person's overall mean are mixed into each hour and weekday."""

PEAK_COUNT = 3
