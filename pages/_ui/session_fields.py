"""The fields of a finished session, to correct one or to add one, and what they say.

Every field keeps what was typed until it is saved or given up, also while the page can't be drawn
(the database is away): hence `persist_state`, and keys that are new with every opening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from focus_core.domain.calendar import moments
from focus_core.domain.errors import InvalidInput
from pages._ui.clock import KINDS
from pages._ui.moments import clock
from pages._ui.numbers import LEAST, MOST

SCALE = {1: "1 · scattered", 2: "2", 3: "3", 4: "4", 5: "5 · absorbed"}

Beside = Callable[[str], None]
"""Shows what is wrong with a field, right below it."""


@dataclass(frozen=True)
class Choices:
    """What tasks and courses can be picked; others can be typed."""

    tasks: list[dict[str, Any]]
    courses: list[dict[str, Any]]

    def labels(self) -> dict[str, dict[str, Any]]:
        """Tasks by what the list shows: the title, with the course where there is one."""
        labels: dict[str, dict[str, Any]] = {}
        for task in self.tasks:
            course = task["course_name"]
            labels.setdefault(f"{task['title']} ({course})" if course else task["title"], task)
        return labels


@dataclass(frozen=True)
class Fields:
    """The fields of one session (None: a new one), in one person's zone."""

    session: Mapping[str, Any] | None
    zone: ZoneInfo
    choices: Choices
    opening: int

    def key(self, field: str) -> str:
        return f"session_{field}_{self.opening}"

    def widget(self, field: str) -> dict[str, Any]:
        return {"key": self.key(field), "persist_state": "page"}

    def value(self, field: str) -> Any:
        return st.session_state.get(self.key(field))

    def before(self, field: str, default: Any = None) -> Any:
        return self.session[field] if self.session else default


def times(fields: Fields, today: date, beside: Beside) -> None:
    """Date, start and end on the local clock."""
    start, end = (_local(fields, name) for name in ("start_time", "end_time"))
    first, second, third = st.columns(3)
    with first:
        st.date_input(
            "Date",
            start.date() if start else today,
            min_value=date(2000, 1, 1),
            max_value=today,
            format="YYYY-MM-DD",
            **fields.widget("date"),
        )
    with second:
        st.time_input("Start", start and start.time(), step=60, **fields.widget("start"))
        _which(fields, "start", 0)
        beside("start_time")
    with third:
        st.time_input("End", end and end.time(), step=60, **fields.widget("end"))
        _which(fields, "end", _days_later(fields))
        if fields.session is None:
            st.number_input("or minutes", LEAST, MOST, None, **fields.widget("minutes"))
        beside("end_time")
    st.checkbox("Ended on the next day", _overnight(fields), **fields.widget("overnight"))


def subject(fields: Fields, beside: Beside) -> None:
    """What it was spent on: task, course and the note made at the start."""
    left, right = st.columns(2)
    task, course = _task_label(fields), fields.before("course_name")
    options = list(fields.choices.labels())
    courses = [found["name"] for found in fields.choices.courses]
    with left:
        options = options if task in (None, *options) else [task, *options]
        st.selectbox(
            "Task",
            options,
            index=options.index(task) if task else None,
            placeholder="Pick a task or type a new one",
            accept_new_options=True,
            **fields.widget("task"),
        )
        beside("task")
    with right:
        courses = courses if course in (None, *courses) else [course, *courses]
        st.selectbox(
            "Course",
            courses,
            index=courses.index(course) if course else None,
            placeholder="Pick or type",
            accept_new_options=True,
            **fields.widget("course"),
        )
        beside("course")
    st.text_area("Context", fields.before("context") or "", height=68, **fields.widget("context"))
    beside("context")


def outcome(fields: Fields, beside: Beside) -> None:
    """How it went."""
    first, second, third = st.columns(3)
    kinds = list(KINDS)
    kind = fields.before("session_type", "custom")
    with first:
        st.selectbox(
            "Kind",
            kinds,
            index=kinds.index(kind),
            format_func=KINDS.__getitem__,
            **fields.widget("session_type"),
        )
    with second:
        expected = fields.before("expected_duration")
        st.number_input(
            "Planned, minutes", LEAST, MOST, expected, **fields.widget("expected_duration")
        )
        beside("expected_duration")
    with third:
        count = fields.before("interruption_count", 0)
        st.number_input("Interruptions", LEAST, MOST, count, **fields.widget("interruption_count"))
    with first:
        rest = fields.before("break_minutes", 0)
        st.number_input("Break after, minutes", LEAST, MOST, rest, **fields.widget("break_minutes"))
    with second.container(height="stretch", vertical_alignment="center"):
        st.toggle(
            "Completed", fields.before("was_completed", True), **fields.widget("was_completed")
        )
    st.segmented_control(
        "How focused, from 1 to 5",
        list(SCALE),
        default=fields.before("focus_score"),
        format_func=SCALE.__getitem__,
        **fields.widget("focus_score"),
    )
    st.text_area(
        "Notes", fields.before("session_notes") or "", height=100, **fields.widget("session_notes")
    )
    beside("session_notes")


def said(fields: Fields) -> dict[str, Any]:
    """What the fields say, as `add_session` and `update_session` take it; of a session that is
    there only what was changed. Raises InvalidInput for times that can't be meant."""
    plain = {
        name: fields.value(name)
        for name in (
            "session_type",
            "expected_duration",
            "interruption_count",
            "break_minutes",
            "was_completed",
            "focus_score",
        )
    }
    plain |= {name: fields.value(name) or None for name in ("context", "session_notes")}
    start, end = _start_and_end(fields)
    if fields.session is None:
        return {**plain, "start_time": start, "end_time": end, **_subject(fields)}
    changed = {name: value for name, value in plain.items() if value != fields.session[name]}
    # Named even when they stay, so that an automatically closed session counts from now on.
    return {**changed, "start_time": start, "end_time": end, **_subject(fields)}


def _subject(fields: Fields) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    task, course = fields.value("task"), fields.value("course")
    if task != _task_label(fields):
        picked = fields.choices.labels().get(task or "")
        changed |= {"task_id": picked["id"]} if picked else {"task": task}
    if course != fields.before("course_name"):
        changed["course"] = course
    return changed


def _task_label(fields: Fields) -> str | None:
    if not fields.before("task_id"):
        return None
    for label, task in fields.choices.labels().items():
        if task["id"] == fields.before("task_id"):
            return label
    return str(fields.before("task_title"))


def _start_and_end(fields: Fields) -> tuple[datetime, datetime]:
    start = _moment(fields, "start", 0)
    minutes = fields.value("minutes")
    if minutes is None:
        return start, _moment(fields, "end", _days_later(fields))
    if fields.value("end") is not None:
        raise InvalidInput("end_time", "Give the end or the minutes, not both.")
    return start, start + timedelta(minutes=minutes)


def _moment(fields: Fields, edge: str, days_later: int) -> datetime:
    day, wall = fields.value("date"), fields.value(edge)
    if wall is None:
        what = "Say when it started." if edge == "start" else "Give the end or the minutes."
        raise InvalidInput(f"{edge}_time", what)
    if day is None:
        raise InvalidInput("start_time", "Choose the date.")
    day += timedelta(days=days_later)
    found = moments(day, wall, fields.zone)
    if not found:
        raise InvalidInput(
            f"{edge}_time",
            f"{wall:%H:%M} never came on {day.day} {day:%B %Y}: the clocks went forward then."
            " Choose an earlier or a later time.",
        )
    chosen = fields.value(f"{edge}_which") if len(found) > 1 else 0
    if chosen is None:
        raise InvalidInput(
            f"{edge}_time",
            f"{wall:%H:%M} came twice on {day.day} {day:%B %Y}: the clocks went back then."
            " Say which one you mean.",
        )
    return _with_seconds(fields, edge, found[chosen])


def _with_seconds(fields: Fields, edge: str, moment: datetime) -> datetime:
    """The fields show minutes; a time that was not touched keeps its seconds."""
    before = fields.before(f"{edge}_time")
    if before is not None and before.replace(second=0, microsecond=0) == moment:
        return before  # type: ignore[no-any-return]
    return moment


def _which(fields: Fields, edge: str, days_later: int) -> None:
    """Asks which of two is meant, in the hour that the clocks repeat."""
    local = _local(fields, f"{edge}_time")
    key = fields.key(edge)
    wall: time | None = st.session_state[key]
    day: date | None = fields.value("date")
    if wall is None or day is None:
        return
    found = moments(day + timedelta(days=days_later), wall, fields.zone)
    if len(found) < 2:
        return
    st.radio(
        f"Which {wall:%H:%M}?",
        range(len(found)),
        index=local.fold if local else None,
        format_func=lambda i: f"the {('first', 'second')[i]}, {clock(found[i], fields.zone)}",
        **fields.widget(f"{edge}_which"),
        horizontal=True,
    )


def _days_later(fields: Fields) -> int:
    ticked = fields.value("overnight")
    return int(_overnight(fields) if ticked is None else ticked)


def _overnight(fields: Fields) -> bool:
    start, end = (_local(fields, name) for name in ("start_time", "end_time"))
    return bool(start and end and end.date() > start.date())


def _local(fields: Fields, name: str) -> datetime | None:
    moment = fields.before(name)
    return moment.astimezone(fields.zone) if moment else None
