"""Which sessions the history shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.domain.calendar import day_begins
from pages._ui.clock import KINDS
from pages._ui.session_fields import Choices

TO_CORRECT = "To be corrected"
OUTCOMES: dict[str, dict[str, Any]] = {
    "Completed": {"was_completed": True},
    "Not completed": {"was_completed": False},
    TO_CORRECT: {"ended_by": "auto_close"},
}
OUTCOME = "history_outcome"
_NAMES = ("from", "to", "course", "task", "kind", "outcome", "search")


def chosen() -> int:
    """How many filters are set."""
    return sum(bool(st.session_state.get(f"history_{name}")) for name in _NAMES)


def clear() -> None:
    for name in _NAMES:
        st.session_state[f"history_{name}"] = None


def show(actor: Actor, choices: Choices, changed: Callable[[], None]) -> dict[str, Any]:
    """The fields; returns the filters as `get_user_sessions` takes them."""
    common: dict[str, Any] = {"on_change": changed, "persist_state": "page"}
    st.text_input(
        "Words in the task, context or notes",
        key="history_search",
        icon=":material/search:",
        value=None,
        **common,
    )
    left, right = st.columns(2)
    today = datetime.now(UTC).astimezone(actor.timezone).date()
    for place, label, name in ((left, "From day", "from"), (right, "To day", "to")):
        place.date_input(
            label,
            None,
            min_value=date(2000, 1, 1),
            max_value=today,
            format="YYYY-MM-DD",
            key=f"history_{name}",
            **common,
        )
    courses = {course["name"]: course["id"] for course in choices.courses}
    tasks = choices.labels()
    pick: dict[str, Any] = {"index": None, "placeholder": "Any", **common}
    left.selectbox("Course", list(courses), key="history_course", **pick)
    right.selectbox("Task", list(tasks), key="history_task", **pick)
    left.selectbox("Kind", list(KINDS), format_func=KINDS.get, key="history_kind", **pick)
    right.selectbox("Outcome", list(OUTCOMES), key=OUTCOME, **pick)
    if chosen():
        st.button("Clear the filters", icon=":material/close:", on_click=_cleared, args=(changed,))
    return _filters(actor, courses, tasks)


def _cleared(changed: Callable[[], None]) -> None:
    clear()
    changed()


def _filters(
    actor: Actor, courses: dict[str, Any], tasks: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    first, last, course, task, kind, outcome, search = (
        st.session_state.get(f"history_{name}") for name in _NAMES
    )
    filters = dict(OUTCOMES.get(outcome or "", {}))
    if first:
        filters["since"] = day_begins(first, actor.timezone, actor.day_start)
    if last:
        filters["until"] = day_begins(last + timedelta(days=1), actor.timezone, actor.day_start)
    if course in courses:
        filters["course_id"] = courses[course]
    if task in tasks:
        filters["task_id"] = tasks[task]["id"]
    if kind:
        filters["session_type"] = kind
    if search:
        filters["search"] = search
    return filters
