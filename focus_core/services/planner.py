"""What a planner needs to know of a person to lay out a realistic day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from focus_core.services import get_focus_session_service


def get_planner_feed(user_id: UUID) -> dict[str, Any]:
    """From the person's profile: `typical_focus_duration` (minutes), `peak_hours` (local, the
    best first), `underestimation_factor` (what to multiply an estimate by), each None where
    unknown; `n` sessions that they rest on and when they were computed.

    Raises ProfileNotReady.
    """
    profile = get_focus_session_service().get_user_profile(user_id)
    return {
        "user_id": profile["user_id"],
        "typical_focus_duration": profile["avg_focus_duration_minutes"],
        "peak_hours": profile["peak_focus_hours"] or [],
        "underestimation_factor": underestimation_factor(profile["avg_underestimation_pct"]),
        "n": profile["sessions_analyzed_count"],
        "last_computed_at": profile["last_computed_at"],
    }


def underestimation_factor(avg_underestimation_pct: float | None) -> float | None:
    """1 − pct ÷ 100: −12.5, things taking 12.5 % longer than estimated, gives 1.125."""
    return None if avg_underestimation_pct is None else round(1 - avg_underestimation_pct / 100, 4)
