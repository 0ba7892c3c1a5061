"""Use cases, one transaction each: what pages, the API and the scheduler call."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from focus_core.services.sessions import FocusSessionService, get_focus_session_service

__all__ = ["FocusSessionService", "get_focus_session_service"]


def __getattr__(name: str) -> Any:
    # Late, so that a module of services can be imported without all the others.
    if name in __all__:
        from focus_core.services import sessions

        return getattr(sessions, name)
    raise AttributeError(name)
