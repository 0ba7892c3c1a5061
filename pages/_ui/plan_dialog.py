"""A planned task's details: title, course, type, estimate and when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from focus_core.domain.errors import FocusError, InvalidInput
from focus_core.services import plan
from pages._ui.errors import tell
from pages._ui.gate import require_actor
from pages._ui.numbers import LEAST, MOST
from pages._ui.plan_desk import desk
from pages._ui.text import plain
from pages._ui.timer_moves import Known, ask

_FIELDS = ("title", "course", "task_type", "estimate_minutes", "due_on")
_YEARS_AHEAD = timedelta(days=3650)


def show(known: Known, current: Mapping[str, Any]) -> None:
    """The dialog, when a task is open."""
    task = next((each for each in current["tasks"] if each["task_id"] == desk().opened), None)
    if task is None:
        return

    @st.dialog("Change a task", dismissible=False)
    def dialog() -> None:
        _body(known, task, current["day"])

    dialog()


def _body(known: Known, task: Mapping[str, Any], today: date) -> None:
    owner = require_actor().user_id
    with st.form(f"plan_task_{desk().openings}", border=False, enter_to_submit=False):
        st.text_input("Title", task["title"], **_widget("title"))
        _beside("title")
        courses = [course["name"] for course in known.courses]
        _pick("Course", "course", courses, task["course_name"])
        types = sorted({each["task_type"] for each in known.tasks if each["task_type"]})
        _pick("Type", "task_type", types, task["task_type"])
        st.number_input(
            "Estimate, minutes",
            LEAST,
            MOST,
            task["estimate_minutes"],
            **_widget("estimate_minutes"),
        )
        _beside("estimate_minutes")
        _due(task["due_on"], today)
        with st.container(horizontal=True):
            save = st.form_submit_button("Save", type="primary", key=_key("save"))
            cancel = st.form_submit_button("Cancel", type="tertiary", key=_key("cancel"))
    error = desk().error
    if error and not (isinstance(error, InvalidInput) and error.field in _FIELDS):
        tell(error)
    if cancel:
        desk().close()
        st.rerun()
    if save:
        _save(owner, task)


def _save(owner: Any, task: Mapping[str, Any]) -> None:
    said = {name: st.session_state.get(_key(name)) for name in _FIELDS}
    before = {**task, "course": task["course_name"]}
    changed = {name: value for name, value in said.items() if value != before[name]}
    try:
        plan.change_task(owner, task["task_id"], **changed)
    except FocusError as error:
        desk().error = error
    else:
        desk().close()
        ask("sync")
    st.rerun()


def _pick(label: str, field: str, options: list[str], chosen: str | None) -> None:
    options = options if chosen in (None, *options) else [chosen, *options]
    st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen else None,
        placeholder="Pick or type",
        accept_new_options=True,
        **_widget(field),
    )
    _beside(field)


def _due(day: date | None, today: date) -> None:
    # A field that was made with a day has no button to empty it.
    st.session_state.setdefault(_key("due_on"), day)
    st.date_input(
        "Due",
        None,
        min_value=min(day or today, today),
        max_value=max(day or today, today + _YEARS_AHEAD),
        format="YYYY-MM-DD",
        **_widget("due_on"),
    )
    _beside("due_on")


def _beside(field: str) -> None:
    error = desk().error
    if isinstance(error, InvalidInput) and error.field == field:
        st.markdown(f":red[{plain(str(error))}]")


def _widget(field: str) -> dict[str, Any]:
    return {"key": _key(field), "persist_state": "page"}


def _key(field: str) -> str:
    return f"plan_list_{field}_of_{desk().openings}"
