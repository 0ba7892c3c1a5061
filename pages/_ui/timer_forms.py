"""What a person tells the timer: what they will work on, why they stopped, how it went."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from focus_core.domain import limits
from pages._ui.clock import KINDS, in_minutes
from pages._ui.numbers import LEAST, MOST
from pages._ui.text import plain
from pages._ui.timer_moves import Known, ask, wants

DEFAULT_CUSTOM_MINUTES = 50
_HISTORY = Path(__file__).parents[1] / "history.py"
_CAUSES = {"internal": "From within", "external": "From outside"}


def choose(known: Known) -> None:
    """The fields of the next session. None needs to be filled."""
    left, right = st.columns([3, 2])
    left.selectbox(
        "What are you working on?",
        list(_task_labels(known)),
        index=None,
        placeholder="Pick a task or type a new one",
        accept_new_options=True,
        key="timer_task",
        persist_state="session",
    )
    right.selectbox(
        "Course",
        [course["name"] for course in known.courses],
        index=None,
        placeholder="Pick or type",
        accept_new_options=True,
        key="timer_course",
        persist_state="session",
    )
    noted = bool(st.session_state.get("timer_context"))
    with st.expander("Add a note on where and how", expanded=noted, icon=":material/edit_note:"):
        st.text_area(
            "Context",
            key="timer_context",
            height=80,
            placeholder="Library, chapter 5, with headphones",
            label_visibility="collapsed",
            on_change="ignore",
            persist_state="session",
        )


def choose_kind(known: Known) -> None:
    """Which kind of session comes next, and how long it is where one may say so."""
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        kind = st.segmented_control(
            "Kind of session",
            list(KINDS),
            format_func=KINDS.__getitem__,
            default=_first_kind(known),
            required=True,
            key="timer_kind",
            label_visibility="collapsed",
            persist_state="session",
        )
        if kind == "custom":
            st.number_input(
                "Minutes",
                LEAST,
                MOST,
                _custom_minutes(known),
                key="timer_minutes",
                width=150,
                label_visibility="collapsed",
                persist_state="session",
            )
        if kind == "flowtime":
            st.number_input(
                "Estimate, minutes",
                LEAST,
                MOST,
                None,
                key="timer_estimate",
                width=200,
                placeholder="Estimate, minutes",
                label_visibility="collapsed",
                persist_state="session",
            )


def at_rest(known: Known) -> dict[str, Any]:
    """What the clock shows of the session that the fields ask for, drawn or not yet."""
    chosen = choice(known)
    if chosen["session_type"] == "flowtime":
        return {"label": "Flowtime: counts up", "minutes": None, "cycles": False}
    if chosen["session_type"] == "custom":
        minutes, longest = chosen["expected_duration"], limits.LONGEST_SESSION_MINUTES
        if not 1 <= minutes <= longest:
            return {"label": f"From 1 to {longest:,} minutes", "minutes": None, "cycles": False}
        return {"label": in_minutes(minutes), "minutes": minutes, "cycles": False}
    minutes = known.timer["preferences"]["work_minutes"]
    return {"label": f"Pomodoro, {in_minutes(minutes)}", "minutes": minutes, "cycles": True}


def start(known: Known, task_id: str | None = None) -> None:
    """Ask for a session as the fields say, or of their kind on that task; what was said of the
    last one is kept with it."""
    said = st.session_state
    last = known.timer["unconfirmed"]
    if last and (said.get(f"score_{last['id']}") or said.get(f"notes_{last['id']}")):
        _rated(last["id"])
    if task_id:
        _pick(known, task_id, None)
    chosen = choice(known)
    if task_id:
        chosen |= {"task_id": task_id, "task": None, "course": None}
    ask("start", **chosen)


def recall(known: Known) -> None:
    """Begin with what is being or was just worked on, be it before a reload or on another device.

    Call it on every run; only the first counts, and what was typed since stays.
    """
    said, last = st.session_state, known.timer["last_subject"]
    if "timer_recalled" in said:
        return
    said["timer_recalled"] = True
    if last and not said.get("timer_task") and not said.get("timer_course"):
        _pick(known, last["task_id"], last["course_name"])


def _pick(known: Known, task_id: str | None, course: str | None) -> None:
    """Fill the fields with that task, or with the course alone where it isn't open (any more)."""
    labels = (label for label, task in _task_labels(known).items() if task["id"] == task_id)
    label = next(labels, None)
    st.session_state["timer_task"] = label
    st.session_state["timer_course"] = None if label else course


def choice(known: Known) -> dict[str, Any]:
    """The session that the fields ask for, as `start_session` takes it."""
    said = st.session_state
    kind = said.get("timer_kind") or _first_kind(known)
    custom = said.get("timer_minutes")
    length = {
        "custom": _custom_minutes(known) if custom is None else custom,
        "flowtime": said.get("timer_estimate"),
    }
    return {
        "session_type": kind,
        "expected_duration": length.get(kind),
        "context": said.get("timer_context"),
        **_subject(known, said.get("timer_task"), said.get("timer_course")),
    }


def _as_last_time(known: Known, what: str) -> Any:
    """What the last session was, as of the first look: a field's start value must not change."""
    return st.session_state.setdefault(f"timer_{what}", known.timer[what])


def _first_kind(known: Known) -> str:
    kind: str = _as_last_time(known, "last_kind") or "pomodoro"
    return kind


def _custom_minutes(known: Known) -> int:
    minutes = _as_last_time(known, "last_minutes")
    custom = _as_last_time(known, "last_kind") == "custom"
    return int(minutes) if custom and minutes else DEFAULT_CUSTOM_MINUTES


def _subject(known: Known, task: str | None, course: str | None) -> dict[str, str | None]:
    picked = _task_labels(known).get(task or "")
    if picked is not None and course in (None, picked["course_name"]):
        return {"task_id": picked["id"]}
    title = picked["title"] if picked is not None else task
    return {"task": title, "course": course}


def _task_labels(known: Known) -> dict[str, Mapping[str, Any]]:
    """The open tasks by what the list shows: the title, with the course where there is one."""
    labels: dict[str, Mapping[str, Any]] = {}
    for task in known.tasks:
        course = task["course_name"]
        labels.setdefault(f"{task['title']} ({course})" if course else task["title"], task)
    return labels


def interruption(session: Mapping[str, Any], *, unexplained: bool) -> None:
    """How many interruptions there were, and the latest one's reason for who wants to give it."""
    count = session["interruption_count"]
    if not count:
        return
    key = f"{session['id']}_{count}"
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        st.text(f"{count} interruption{'s' if count > 1 else ''}", width="content")
        if not unexplained:
            return
        with st.popover("Say why", type="tertiary"), st.form(f"why_{key}", border=False):
            st.segmented_control(
                "Where did it come from?",
                list(_CAUSES),
                format_func=_CAUSES.__getitem__,
                key=f"cause_{key}",
            )
            st.text_input(
                "In a few words",
                key=f"reason_{key}",
                placeholder="A phone call",
                max_chars=limits.REASON_LENGTH,
            )
            st.form_submit_button("Save", on_click=_explain, args=(session["id"], key))


def _explain(session: str, key: str) -> None:
    said = st.session_state
    ask(
        "explain",
        session=session,
        reason=said.get(f"reason_{key}"),
        reason_kind=said.get(f"cause_{key}"),
    )


def abandon(session: Mapping[str, Any]) -> None:
    """The way out before the end; asks first."""
    with st.popover("Abandon", type="tertiary", icon=":material/close:"):
        st.write("End this session now? It stays in your history as not completed.")
        st.button(
            "Abandon it",
            key="clock_abandon",
            on_click=wants("abandon", session=session["id"]),
        )


def rate(session: Mapping[str, Any]) -> None:
    """How the session went: one step, and none of it is needed."""
    key = session["id"]
    # No form: what stands here must be known when something else is pressed than Save.
    with st.container(border=True):
        st.markdown(f"**How focused were you?** {plain(_described(session))}")
        st.caption("From 1, scattered, to 5, absorbed")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.segmented_control(
                "Focus, from 1 to 5",
                [1, 2, 3, 4, 5],
                key=f"score_{key}",
                label_visibility="collapsed",
                persist_state="session",
            )
            st.toggle(
                "Completed",
                session["was_completed"],
                key=f"completed_{key}",
                persist_state="session",
            )
        st.text_area(
            "Note",
            key=f"notes_{key}",
            height=68,
            placeholder="A note: what helped, what got in the way?",
            label_visibility="collapsed",
            persist_state="session",
        )
        with st.container(horizontal=True):
            st.button("Save", on_click=_rated, args=(key,), key=f"save_{key}")
            st.button(
                "Skip", type="tertiary", on_click=wants("rate", session=key), key=f"skip_{key}"
            )


def forgotten(session: Mapping[str, Any], zone: str) -> None:
    """A session that nobody ended: what was made of it, and where to put it right."""
    start, end = (session[name].astimezone(ZoneInfo(zone)) for name in ("start_time", "end_time"))
    with st.container(border=True):
        st.markdown(
            f"**A session was left open.** It began {start:%A at %H:%M} and was closed at"
            f" {end:%H:%M}, the last sign of you. Until you correct it, it counts in no average."
        )
        with st.container(horizontal=True):
            st.page_link(_HISTORY, label="Correct it", icon=":material/edit:")
            st.button(
                "Leave it as it is",
                type="tertiary",
                on_click=wants("rate", session=session["id"]),
            )


def _rated(session: str) -> None:
    said = st.session_state
    ask(
        "rate",
        session=session,
        focus_score=said.get(f"score_{session}"),
        session_notes=said.get(f"notes_{session}"),
        was_completed=bool(said.get(f"completed_{session}")),
    )


def _described(session: Mapping[str, Any]) -> str:
    name = session["task_title"] or session["course_name"] or KINDS[session["session_type"]]
    seconds = session["focused_seconds"]
    spent = in_minutes(round(seconds / 60)) if seconds >= 60 else f"{seconds} seconds"
    return f"{name}, {spent}"
