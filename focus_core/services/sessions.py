"""The public face for focus sessions: start, pause, end, look back, correct, learn.

Every method is one transaction as the person, by the database's clock. Sessions go out as
dictionaries with the columns of `focus_sessions` as keys, plus `task_title`, `course_name` and
`completion_percentage`; a running one also has `deadline`, `remaining_seconds`, `is_paused` and
`server_time`. Ids are text, times aware and in UTC, durations in the unit of their name
(`expected_duration` in minutes).
"""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from focus_core.domain import limits
from focus_core.services import insights, profiles
from focus_core.services.running_sessions import RunningSessions
from focus_core.services.session_history import SessionHistory


class FocusSessionService(RunningSessions, SessionHistory):
    """Holds no state: one serves any number of threads. See `get_focus_session_service()`."""

    def get_user_profile(self, user_id: UUID | str) -> dict[str, Any]:
        """The person's focus profile. Raises ProfileNotReady with the sessions still missing."""
        return profiles.get_user_profile(limits.identifier(user_id))

    def compute_user_profile(self, user_id: UUID | str) -> dict[str, Any]:
        """The same, recomputed now from the sessions."""
        return profiles.compute_user_profile(limits.identifier(user_id))

    def get_session_insights(self, user_id: UUID | str, session_id: UUID | str) -> dict[str, Any]:
        """What stands out about a session against the person's own past at that time.

        `insights` is a list of dictionaries with `type` (positive, neutral, attention),
        `message`, `n` and `window`. Raises NotFound.
        """
        return insights.get_session_insights(
            limits.identifier(user_id), limits.identifier(session_id)
        )


@cache
def get_focus_session_service() -> FocusSessionService:
    """The service that pages, the API and scripts share."""
    return FocusSessionService()
