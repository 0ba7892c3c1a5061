"""The clock: what it shows, as data for the component that draws it in the browser.

The component gets moments by the server's clock and computes the rest, so no run of the page is
needed while time passes. What a person typed reaches the browser as text and stays text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from pages._ui.sound import CHIME

_PARTS = Path(__file__).with_name("clock")
_SCRIPTS = ("signals.js", "typed.js", "keys.js", "seen.js", "clock.js")

_mount = st.components.v2.component(
    "focus_clock",
    html=(_PARTS / "clock.html").read_text(),
    css=(_PARTS / "clock.css").read_text(),
    js="\n".join([CHIME, *((_PARTS / name).read_text() for name in _SCRIPTS)]),
)

KINDS = {"pomodoro": "Pomodoro", "flowtime": "Flowtime", "custom": "Custom"}
_WORDS = {
    "lost": "Focus or its database can't be reached right now. Your session goes on and nothing"
    " is lost; this page catches up by itself.",
    "silent": "Click anywhere once, so that the end can be heard.",
}


def show(face: Mapping[str, Any], on: Callable[[str], Callable[[], None]]) -> None:
    """Draw the clock. `on(word)` is called back when it says `due`, `alive` or `sync`."""
    words = ("due", "alive", "sync")
    # In a list: in what a dictionary holds, Streamlit looks for data frames, and loads pandas to.
    _mount(key="clock", data=[dict(face)], **{f"on_{word}_change": on(word) for word in words})


def face(
    timer: Mapping[str, Any], now: datetime, *, idle: Mapping[str, Any], offline: bool
) -> dict[str, Any]:
    """What the clock shows of `services.timer.get_timer()`'s answer at `now`.

    `idle`: what to show while nothing runs: `finished`, the session whose break is due, or else
    `label`, `minutes` (None counts up) and whether `cycles` are counted.
    """
    preferences = timer["preferences"]
    shared = {
        "version": timer["version"],
        "server_now_ms": _ms(now),
        "offline": offline,
        "sound": preferences["sound"],
        "volume": preferences["sound_volume_pct"],
        "notifications": preferences["notifications"],
        "words": _WORDS,
    }
    if timer["session"]:
        return {**_BLANK, **shared, **_of_session(timer["session"], timer)}
    if timer["break"]:
        return {**_BLANK, **shared, **_of_break(timer["break"], timer)}
    return {**_BLANK, **shared, **_of_nothing(idle, timer)}


_BLANK: dict[str, Any] = {
    "id": "",
    "subject": "",
    "title": None,
    "cycle": None,
    "deadline_ms": None,
    "since_ms": None,
    "frozen_s": None,
    "part": None,
    "plan_ms": None,
    "goes_on": False,
    "overtime": None,
    "open_ended": False,
    "spoken": "",
    "bell": None,
}


def _of_session(session: Mapping[str, Any], timer: Mapping[str, Any]) -> dict[str, Any]:
    counts_up = session["session_type"] == "flowtime" or session["expected_duration"] is None
    plan_s = (session["expected_duration"] or 0) * 60
    left_s = plan_s - session["focused_seconds"]
    shown = {
        "id": session["id"],
        "state": "running",
        "label": _label(session),
        "subject": subject(session),
        "plan_ms": plan_s * 1000 or None,
        "goes_on": session["overtime"],
        "bell": {"title": "Time's up", "body": subject(session) or "Your session is over."},
    }
    if session["session_type"] == "pomodoro":
        shown["cycle"] = _cycle_ahead(timer, now=True)
    name = subject(session) or "Session"
    if session["is_paused"]:
        return shown | {
            "state": "paused",
            "label": f"❚❚ Paused · {_label(session)}",
            "frozen_s": session["focused_seconds"] if counts_up else left_s,
            "part": _part(session),
            "title": f"❚❚ {{}} · {name} – Focus",
            "spoken": "Paused.",
        }
    shown |= {"title": f"{{}} · {name} – Focus", "spoken": "The session is running."}
    if counts_up:
        # Whole seconds, as the frozen clock counts them.
        start = _ms(session["start_time"]) + session["paused_seconds"] * 1000
        return shown | {"since_ms": start, "open_ended": True}
    return shown | {
        "deadline_ms": _ms(session["deadline"]),
        "open_ended": session["overtime"],
        "overtime": {
            "label": f"Overtime · {_label(session)}",
            "spoken": "The plan is reached. The session goes on as overtime.",
        },
    }


def _of_break(resting: Mapping[str, Any], timer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"break {resting['session_id']}",
        "state": "break",
        "label": "Break",
        "title": "{} · Break – Focus",
        "cycle": _cycle_behind(timer),
        "deadline_ms": _ms(resting["deadline"]),
        "plan_ms": resting["planned_minutes"] * 60_000,
        "spoken": "The break is running.",
        "bell": {"title": "Break over", "body": "Ready for the next session?"},
    }


def _of_nothing(idle: Mapping[str, Any], timer: Mapping[str, Any]) -> dict[str, Any]:
    finished = idle.get("finished")
    if finished:
        return {
            "state": "done",
            "label": "Done" if finished["was_completed"] else "Ended early",
            "subject": subject(finished),
            "cycle": _cycle_behind(timer),
            "frozen_s": finished["focused_seconds"],
            "part": _part(finished),
            "spoken": "The session is over. Time for a break?",
        }
    return {
        "state": "idle",
        "label": idle["label"],
        "cycle": _cycle_ahead(timer, now=False) if idle["cycles"] else None,
        "frozen_s": (idle["minutes"] or 0) * 60,
        "part": 0 if idle["minutes"] else None,
    }


def subject(session: Mapping[str, Any]) -> str:
    """What a session is spent on: its course and task, as typed."""
    named = [session["course_name"], session["task_title"]]
    return " – ".join(name for name in named if name)


def in_minutes(number: int) -> str:
    return "1 minute" if number == 1 else f"{number} minutes"


def _part(session: Mapping[str, Any]) -> float | None:
    """How much of what was planned is done, from 0 to 1."""
    percentage = session["completion_percentage"]
    return None if percentage is None else min(1.0, percentage / 100)


def _label(session: Mapping[str, Any]) -> str:
    kind = KINDS[session["session_type"]]
    expected = session["expected_duration"]
    if session["session_type"] == "flowtime":
        return f"{kind}, about {in_minutes(expected)}" if expected else kind
    return kind if session["session_type"] == "pomodoro" else in_minutes(expected)


def _cycle_ahead(timer: Mapping[str, Any], *, now: bool) -> dict[str, Any]:
    number, every = timer["cycle"], timer["preferences"]["long_break_every"]
    return {"words": f"Cycle {number} of {every}", "done": number - 1, "now": now, "of": every}


def _cycle_behind(timer: Mapping[str, Any]) -> dict[str, Any] | None:
    completed, every = timer["completed_today"], timer["preferences"]["long_break_every"]
    if not completed:
        return None
    done = (completed - 1) % every + 1
    return {"words": f"{done} of {every} done", "done": done, "now": False, "of": every}


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
