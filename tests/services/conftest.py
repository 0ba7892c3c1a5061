from __future__ import annotations

import pytest

from focus_core.services import FocusSessionService, get_focus_session_service
from tests.factories import utc
from tests.time_travel import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands at a Monday, 2 March 2026, 09:00 UTC (10:00 in Berlin)."""
    stopped = Clock(monkeypatch)
    stopped.set(utc(2026, 3, 2, 9))
    return stopped


@pytest.fixture
def service() -> FocusSessionService:
    return get_focus_session_service()
