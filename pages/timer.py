"""The first screen: the clock, what it is for, and one button that moves on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from focus_core.domain.errors import DatabaseUnavailable
from pages._ui import break_line, clock, errors, forecast_line, plan_panel, timer_forms
from pages._ui.gate import require_actor
from pages._ui.timer_moves import Known, ask, catch_up, screen, wants

WIDTH = 240


@st.fragment
def timer() -> None:
    known = catch_up()
    timer_forms.recall(known)
    main, beside = plan_panel.columns(known)
    with main:
        work(known)
    with beside:
        plan_panel.show(known)


def work(known: Known) -> None:
    """The clock and what belongs to it."""
    nothing_runs = not known.timer["session"] and not known.timer["break"]
    finished = screen().finished if nothing_runs else None
    idle = {"finished": finished} if finished or not nothing_runs else timer_forms.at_rest(known)
    # Drawn after its buttons, so that a key presses what belongs to what it shows; its place is
    # kept until then.
    with st.container(key="clock_place"):
        (place,) = st.columns(1)  # which is there while it is empty, as a container is not
    if known.timer["session"]:
        running(known.timer["session"], unexplained=known.timer["unexplained"])
    elif known.timer["break"]:
        resting(known)
    elif finished:
        over(finished)
        break_line.show(known, finished["id"])
        look_back(known)
    else:
        timer_forms.choose_kind(known)
        primary("Start", lambda: timer_forms.start(known), ":material/play_arrow:")
        told()
        timer_forms.choose(known)
    line = st.container()  # filled last: it takes longest
    if nothing_runs and not finished:
        look_back(known)
    with place:
        clock.show(clock.face(known.timer, known.now, idle=idle, offline=known.offline), wants)
    with line:
        if known.timer["session"]:
            forecast_line.issued(known, known.timer["session"])
        elif not finished:
            forecast_line.upcoming(known, timer_forms.choice(known))


def primary(label: str, on_click: Callable[[], None], icon: str) -> None:
    """The one button that the space bar presses."""
    with st.container(horizontal=True, horizontal_alignment="center", key="clock_main"):
        st.button(
            label,
            type="primary",
            key=f"main_{label}",
            on_click=on_click,
            icon=icon,
            width=WIDTH,
        )


def resting(known: Known) -> None:
    primary("Start next session", lambda: timer_forms.start(known), ":material/play_arrow:")
    with aside():
        st.button("End the break", type="tertiary", on_click=wants("end_break"))
    break_line.show(known, known.timer["break"]["session_id"])
    told()
    look_back(known)
    timer_forms.choose_kind(known)
    timer_forms.choose(known)


def running(session: Mapping[str, Any], *, unexplained: bool) -> None:
    this = {"session": session["id"]}
    if session["is_paused"]:
        primary("Resume", wants("resume", **this), ":material/play_arrow:")
    else:
        primary("Pause", wants("pause", **this), ":material/pause:")
    # No tooltips here: one lies over the next button and takes its click. "?" explains the keys.
    with aside():
        st.button(
            "Interruption",
            key="clock_interruption",
            icon=":material/notifications_active:",
            on_click=wants("interrupt", **this),
        )
        st.button(
            "Finish", icon=":material/check:", on_click=wants("finish", **this), key="clock_finish"
        )
        timer_forms.abandon(session)
    timer_forms.interruption(session, unexplained=unexplained)
    told()


def over(finished: Mapping[str, Any]) -> None:
    minutes = finished["break_minutes_due"]
    primary(
        f"Start {minutes} min break", wants("rest", session=finished["id"]), ":material/coffee:"
    )
    with aside():
        st.button("No break", type="tertiary", on_click=wants("skip_break", session=finished["id"]))
    told()


def look_back(known: Known) -> None:
    """The last session, as long as its owner has said nothing about it."""
    session = known.timer["unconfirmed"]
    if session is None:
        return
    if session["ended_by"] == "auto_close":
        timer_forms.forgotten(session, known.timer["preferences"]["timezone"])
    else:
        timer_forms.rate(session)


def aside() -> DeltaGenerator:
    return st.container(horizontal=True, horizontal_alignment="center")


def told() -> None:
    """What went wrong with the last thing asked for, where the person is looking."""
    error = screen().error
    if isinstance(error, DatabaseUnavailable):
        st.warning(f"{error} Then try that once more.", icon=":material/cloud_off:")
    elif error is not None:
        errors.tell(error)


require_actor()
screen().error = None
ask("sync")  # whoever opens the page sees what is true now
timer()
