"""What an open page knows of today's plan, and what was asked of it.

As with the timer, buttons only note what is wanted; the next run carries it out before it draws.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.errors import DatabaseUnavailable, FocusError
from focus_core.services import plan
from pages._ui.gate import require_actor
from pages._ui.timer_moves import Known, ask

LOOK_AGAIN_SECONDS = 60
"""A plan that waits is done later, so its forecast is made anew this often."""


@dataclass
class Desk:
    """The plan as this page last saw it, and what the person is doing with it."""

    plan: Mapping[str, Any] | None = None
    """The list; what lies ahead of it is looked up later, once the clock has been drawn."""
    version: int | None = None
    ahead: Mapping[str, Any] | None = None
    """The list with its forecast."""
    ahead_of: int | None = None
    """Its version."""
    ahead_at: float = 0.0
    invited: bool = False
    """Whether the person wants to plan although nothing is on the list yet."""
    opened: str | None = None
    """The task whose details are open."""
    openings: int = 0
    """Grows with every task that was added or opened, so that the next one's fields are new."""
    error: FocusError | None = None

    def open(self, task_id: str) -> None:
        self.opened, self.error = task_id, None
        self.openings += 1

    def close(self) -> None:
        self.opened = self.error = None


def desk() -> Desk:
    found: Desk = st.session_state.setdefault("plan_desk", Desk())
    return found


def change(move: Callable[..., Any], **details: Any) -> None:
    """Note a change of the plan, a function of `services.plan`, for the run that follows."""
    ask("plan", carry_out=partial(_carry_out, desk(), move), **details)


def changes(move: Callable[..., Any], **details: Any) -> Callable[[], None]:
    """`change`, as a widget's callback."""
    return partial(change, move, **details)


def read(known: Known) -> None:
    """The list, again when anything has changed since; as it was while the database is away.

    Raises DatabaseUnavailable when nothing has been seen of it yet.
    """
    here, version = desk(), known.timer["version"]
    if here.plan is not None and (here.version == version or known.offline):
        return
    try:
        here.plan = plan.get_plan(require_actor().user_id, look_ahead=False)
        here.version = version
    except DatabaseUnavailable:
        if here.plan is None:
            raise


def look_ahead(owner: UUID, known: Known) -> Mapping[str, Any] | None:
    """The list with its forecast, again when anything has changed or a while has passed; as it
    was last seen while the database is away."""
    here, version = desk(), known.timer["version"]
    fresh = here.ahead_of == version and time.monotonic() - here.ahead_at < LOOK_AGAIN_SECONDS / 2
    if not fresh and not known.offline:
        try:
            here.ahead = plan.get_plan(owner)
            here.ahead_of, here.ahead_at = version, time.monotonic()
        except DatabaseUnavailable:
            return here.ahead
    return here.ahead


def _carry_out(here: Desk, move: Callable[..., Any], owner: UUID, **details: Any) -> None:
    """What goes wrong is told beside the plan."""
    here.error = None
    try:
        move(owner, **details)
    except DatabaseUnavailable:
        raise
    except FocusError as error:
        here.error = error
    else:
        here.openings += move is plan.add_task
