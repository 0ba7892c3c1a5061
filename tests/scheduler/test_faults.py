"""Kills at any moment: what was acknowledged stays, and what runs goes on running."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from db import engine
from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import get_focus_session_service
from tests import factories
from tests.running import RunningFocus, wait_until

pytestmark = pytest.mark.fault
service = get_focus_session_service()


@pytest.fixture(scope="module")
def focus() -> Iterator[RunningFocus]:
    with tempfile.TemporaryDirectory(prefix="focus-faults-") as directory:
        running = RunningFocus(Path(directory) / "state")
        running.start()
        yield running
        running.remove()


@pytest.fixture
def person(focus: RunningFocus, monkeypatch: pytest.MonkeyPatch) -> Iterator[factories.Person]:
    """Somebody of that installation, met through the services as the dashboard meets them."""
    for name in ("DATABASE_URL", "SCHEDULER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FOCUS_STATE_DIR", os.fspath(focus.state_dir))
    engine.app_engine.cache_clear()
    yield factories.make_person()
    engine.app_engine().dispose()
    engine.app_engine.cache_clear()


def test_a_killed_scheduler_is_started_again(focus: RunningFocus, person: factories.Person) -> None:
    running = service.start_session(person.user_id)
    killed = focus.child("focus_core.scheduler")
    assert killed is not None
    killed.kill()
    wait_until(lambda: is_another(focus.child("focus_core.scheduler"), killed), focus.output)
    assert the_clock(person) == (running["id"], running["deadline"])
    service.end_session(running["id"], person.user_id)


def test_a_killed_dashboard_is_started_again(focus: RunningFocus, person: factories.Person) -> None:
    running = service.start_session(person.user_id)
    killed = focus.child("streamlit")
    assert killed is not None
    killed.kill()
    wait_until(lambda: is_another(focus.child("streamlit"), killed), focus.output)
    wait_until(focus.answers, focus.output)
    assert the_clock(person) == (running["id"], running["deadline"])
    service.end_session(running["id"], person.user_id)


def test_a_killed_database_comes_back_with_the_running_session(
    focus: RunningFocus, person: factories.Person
) -> None:
    running = service.start_session(person.user_id)
    paused = service.pause_session(person.user_id, running["id"])
    killed = focus.postmaster()
    killed.kill()
    active = once_the_database_answers(person)
    assert (active["id"], active["paused_at"]) == (running["id"], paused["paused_at"])
    assert active["interruption_count"] == 1
    service.end_session(running["id"], person.user_id, was_completed=False)


def once_the_database_answers(person: factories.Person) -> dict[str, Any]:
    """A statement that was under way when the server died is refused; the next ones find it."""
    found: list[dict[str, Any] | None] = []

    def answers() -> bool:
        try:
            found.append(service.get_active_session(person.user_id))
        except DatabaseUnavailable:
            return False
        return True

    wait_until(answers)
    assert found[0] is not None
    return found[0]


@pytest.fixture(scope="module")
def alone() -> Iterator[RunningFocus]:
    """An installation that runs when it is started, to be stopped as a whole."""
    with tempfile.TemporaryDirectory(prefix="focus-stopped-") as directory:
        installed = RunningFocus(Path(directory) / "state")
        yield installed
        installed.remove()


def test_everything_stops_with_one_that_was_killed_itself(alone: RunningFocus) -> None:
    """kill −9 of the launcher: the children hear of it, and the last one stops the database."""
    family = start(alone)
    assert alone.process is not None
    os.kill(alone.process.pid, signal.SIGKILL)
    alone.process.wait()
    wait_until(lambda: not any(lives(process) for process in family), alone.output)


def test_sigterm_stops_everything(alone: RunningFocus) -> None:
    family = start(alone)
    alone.stop()
    assert alone.process is not None
    assert alone.process.returncode == 0
    assert not [process for process in family if lives(process)], alone.output()
    assert "everything is saved" in alone.output()


def start(alone: RunningFocus) -> list[psutil.Process]:
    """All that has to end with it."""
    alone.start()
    assert alone.process is not None
    return [alone.postmaster(), *psutil.Process(alone.process.pid).children()]


def the_clock(person: factories.Person) -> tuple[str, object] | None:
    active = service.get_active_session(person.user_id)
    return (active["id"], active["deadline"]) if active else None


def is_another(process: psutil.Process | None, than: psutil.Process) -> bool:
    return process is not None and process.pid != than.pid


def lives(process: psutil.Process) -> bool:
    """A zombie has ended; that nobody collected it is no matter of ours."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
