"""What was asked of the timer, and what is known of it since.

Buttons and the clock only note what is wanted; the next run carries it out before it draws, so
that the screen shows what came of it. The database is asked when something was wanted or nothing
is known, not on every run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.errors import (
    DatabaseUnavailable,
    FocusError,
    NotFound,
    SessionAlreadyRunning,
)
from focus_core.services import tasks, timer
from focus_core.services.sessions import get_focus_session_service
from pages._ui.gate import ask_anew, require_actor
from pages._ui.text import plain

PRESENT_WITHIN = timedelta(minutes=2)
"""A break starts by itself only when the page saw the session end, not when it woke up later."""

OFFERED_FOR = timedelta(minutes=30)
"""How long after a session its break is still offered."""


@dataclass
class Known:
    """The timer as this page last saw it."""

    timer: Mapping[str, Any]
    tasks: list[dict[str, Any]]
    courses: list[dict[str, Any]]
    read_at: float = field(default_factory=time.monotonic)
    offline: bool = False

    @property
    def now(self) -> datetime:
        """The server's clock, now."""
        read: datetime = self.timer["server_time"]
        return read + timedelta(seconds=time.monotonic() - self.read_at)


@dataclass
class Screen:
    """What one open page remembers between its runs."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    known: Known | None = None
    behind: bool = False
    """Whether something was asked since what is known was read."""
    error: FocusError | None = None
    watched: str | None = None
    """The session that ran when this page last looked."""
    finished: Mapping[str, Any] | None = None
    """The session whose break is on offer."""


def screen() -> Screen:
    return st.session_state.setdefault("timer_screen", Screen())


def ask(move: str, **details: Any) -> None:
    """Note what is wanted, to be carried out by the run that follows."""
    screen().asked.append((move, details))


def wants(move: str, **details: Any) -> Callable[[], None]:
    """`ask`, as a widget's or the clock's callback."""
    return lambda: ask(move, **details)


def catch_up() -> Known:
    """Carry out what was asked and return what is known now.

    With the database away it is what was known before. Raises DatabaseUnavailable when nothing
    was.
    """
    page = screen()
    if page.known is not None and not page.asked and not page.behind:
        return page.known
    asked, page.behind = list(page.asked), True
    try:
        owner = require_actor().user_id
        # One by one: another run may take over from this one wherever Streamlit is asked for
        # something, and has to find what is left to do.
        while page.asked:
            move, details = page.asked.pop(0)
            if not _carry_out(page, owner, move, details):
                page.asked.clear()  # it rests on that one: a note first, then the next start
        page.known = _read(page, owner)
        page.behind = False
        if isinstance(page.error, DatabaseUnavailable):
            page.error = None
    except DatabaseUnavailable as error:
        page.asked.clear()
        if page.known is None:
            raise
        page.known.offline, page.behind = True, False
        if any(move not in _BY_ITSELF for move, _ in asked):
            page.error = error
    return page.known


def settle() -> None:
    """Carry out, on another page, what was asked of the timer just before it was left."""
    page: Screen | None = st.session_state.get("timer_screen")
    if page is None or page.known is None or not page.asked:
        return
    catch_up()
    ask_anew()  # the page that is drawn next keeps what it read until the data change
    if page.error is not None:
        st.toast(plain(str(page.error)), icon=":material/error:", duration="long")


def _carry_out(page: Screen, owner: UUID, move: str, details: dict[str, Any]) -> bool:
    """Whether it was done; else the person is told why not."""
    if move not in _BY_ITSELF:
        page.error = None
    try:
        _MOVES[move](page, owner, **details)
    except DatabaseUnavailable:
        raise
    except FocusError as error:
        page.error = error
        return False
    return True


def _read(page: Screen, owner: UUID) -> Known:
    before, state = page.known, timer.get_timer(owner)
    if _break_begins(page, state):
        with suppress(NotFound, SessionAlreadyRunning):  # another page was first
            timer.start_break(owner, state["unconfirmed"]["id"])
        state = timer.get_timer(owner)
    page.watched = state["session"]["id"] if state["session"] else None
    page.finished = _break_on_offer(page, state)
    if before and before.timer["version"] == state["version"]:
        return Known(state, before.tasks, before.courses)
    return Known(state, *tasks.list_choices(owner))


def _break_begins(page: Screen, state: Mapping[str, Any]) -> bool:
    """Whether the timer has just ended the session that the person watched, whoever noticed it
    first, and its break is to begin by itself."""
    ended = state["unconfirmed"]
    return (
        ended is not None
        and ended["id"] == page.watched
        and ended["ended_by"] == "timer"
        and ended["was_completed"]
        and state["preferences"]["auto_start_breaks"]
        and state["break"] is None
        and state["rested"] != ended["id"]
        and state["server_time"] - ended["end_time"] <= PRESENT_WITHIN
    )


def _break_on_offer(page: Screen, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if state["session"] or state["break"]:
        return None
    ended = state["unconfirmed"] or page.finished
    if ended is None or ended["ended_by"] == "auto_close":
        return None
    if ended["id"] == state["rested"] or ended["break_minutes"]:
        return None
    return ended if state["server_time"] - ended["end_time"] <= OFFERED_FOR else None


# What each word does. The session is the one that the person saw, whatever runs by now.


def _start(_page: Screen, owner: UUID, **choice: Any) -> None:
    get_focus_session_service().start_session(owner, **choice)


def _pause(_page: Screen, owner: UUID, session: str) -> None:
    get_focus_session_service().pause_session(owner, session)


def _resume(_page: Screen, owner: UUID, session: str) -> None:
    get_focus_session_service().resume_session(owner, session)


def _interrupt(_page: Screen, owner: UUID, session: str) -> None:
    get_focus_session_service().add_interruption(owner, session)


def _explain(
    _page: Screen, owner: UUID, session: str, reason: str | None, reason_kind: str | None
) -> None:
    get_focus_session_service().explain_interruption(owner, session, reason, reason_kind)


def _finish(page: Screen, owner: UUID, session: str) -> None:
    _ended(page, owner, get_focus_session_service().end_session(session, owner))


def _abandon(_page: Screen, owner: UUID, session: str) -> None:
    service = get_focus_session_service()
    service.end_session(session, owner, was_completed=False)
    service.update_session(owner, session)  # nothing is left to be asked about it


def _ended(page: Screen, owner: UUID, session: Mapping[str, Any]) -> None:
    preferences = page.known.timer["preferences"] if page.known else {}
    if preferences.get("auto_start_breaks") and session["was_completed"]:
        timer.start_break(owner, session["id"])


def _rest(_page: Screen, owner: UUID, session: str) -> None:
    timer.start_break(owner, session)


def _end_break(_page: Screen, owner: UUID) -> None:
    timer.end_break(owner)


def _skip_break(_page: Screen, owner: UUID, session: str) -> None:
    timer.skip_break(owner, session)


def _rate(_page: Screen, owner: UUID, session: str, **said: Any) -> None:
    get_focus_session_service().update_session(owner, session, **said)


def _alive(page: Screen, owner: UUID) -> None:
    session = page.known.timer["session"] if page.known else None
    if session is not None:
        get_focus_session_service().touch_session(owner, session["id"])


def _plan(_page: Screen, owner: UUID, carry_out: Callable[..., None], **details: Any) -> None:
    """The plan tells its own errors, where the person is looking."""
    carry_out(owner, **details)


def _nothing(_page: Screen, _owner: UUID) -> None:
    """Looking again is all."""


_MOVES: dict[str, Callable[..., None]] = {
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "interrupt": _interrupt,
    "explain": _explain,
    "finish": _finish,
    "abandon": _abandon,
    "due": _nothing,
    "rest": _rest,
    "end_break": _end_break,
    "skip_break": _skip_break,
    "rate": _rate,
    "alive": _alive,
    "plan": _plan,
    "sync": _nothing,
}
_BY_ITSELF = frozenset({"due", "alive", "sync"})
