"""What an error says beside its words."""

from __future__ import annotations

from typing import Any

from focus_core.api.session_models import Session, Span
from focus_core.domain.errors import (
    FocusError,
    ProfileNotReady,
    ReleaseRefused,
    SessionAlreadyEnded,
    SessionAlreadyRunning,
    SessionsOverlap,
)


def describe(error: FocusError) -> dict[str, Any]:
    """The extension members of an error's problem."""
    if isinstance(error, SessionAlreadyRunning | SessionAlreadyEnded):
        return {"session": _sent(error.session)}
    if isinstance(error, SessionsOverlap):
        start, end = error.trimmed or (None, None)
        return {
            "conflicts": [_sent(conflict) for conflict in error.conflicts],
            "trim": Span(start_time=start, end_time=end) if start and end else None,
        }
    if isinstance(error, ProfileNotReady):
        return {"missing": error.missing}
    if isinstance(error, ReleaseRefused):
        return {"reasons": error.reasons}
    return {}


def _sent(session: Any) -> Session:
    return Session.model_validate(session)
