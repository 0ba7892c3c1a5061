"""The scorecard: how good forecasts have been, against what anybody could have said without."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from focus_core.domain import forecast_words as words
from focus_core.domain.actor import Actor
from focus_core.domain.calendar import local_day
from focus_core.domain.definitions import DEFINITIONS, title
from focus_core.domain.findings import UNKNOWN, percent
from pages._ui import scorecard_panels as drawn
from pages._ui.gate import in_fragment, require_actor
from pages._ui.kept_scorecard import panels_of, scorecard_of
from pages._ui.links import link
from pages._ui.panels import draw, show_table

WINDOWS = {"30 days": 30, "90 days": 90, "365 days": 365, "All": None}
FIRST_WINDOW = "90 days"

_ICONS = {
    "beats": ":green[:material/check_circle:]",
    "mixed": ":blue[:material/info:]",
    "no_better": ":orange[:material/remove_circle:]",
    "early": ":gray[:material/hourglass_empty:]",
}
_OPEN = {
    "session_minutes": "the session runs, was forgotten or had less than a minute of focus",
    "task_minutes": "the task is not done, or its sessions don't count",
    "plan_minutes": "not all was done that day, or something was added to the list later",
    "completion": "the session runs, was forgotten or had less than a minute of focus",
    "focus_score": "the session was not rated or doesn't count",
}
_MADE_FOR = {
    "session_minutes": "Made for flowtime and overtime; elsewhere the clock decides the length.",
    "task_minutes": "Made at a task's first session, if the task has an estimate.",
    "plan_minutes": "Made while Today's plan has something left to do; one a day is scored.",
    "completion": "Made for sessions with a planned or estimated length.",
    "focus_score": "Made for every session.",
}


def found_for(actor: Actor, days: int | None) -> dict[str, Any]:
    return scorecard_of(actor.user_id, actor.data_version, _today(actor), days)


def nothing_yet() -> None:
    st.markdown(
        "**No forecast has been made yet.** From your next session on, the timer says how long it"
        " will probably take, keeps what it said, and this page shows how good that was."
    )
    link("timer", "Go to the timer", ":material/timer:")


def verdicts(targets: Mapping[str, Any]) -> None:
    lines = []
    for target, name in drawn.NAMES.items():
        verdict = targets[target]["verdict"]
        said = words.verdict(target, verdict["scores"]["against"])
        lines.append(f"- {_ICONS[verdict['kind']]} **{name}**: {said}")
    st.markdown(f"Over the last {words.VERDICT_WINDOW_DAYS} days, whatever window is chosen below:")
    st.markdown("\n".join(lines))
    st.caption("What doesn't beat the plain answer for you is labelled so, or not shown at all.")


@st.fragment
def details(actor: Actor, first: str) -> None:
    """One kind of forecast at a time, `first` to begin with."""
    if in_fragment():
        actor = require_actor()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = drawn.NAMES
        target = st.segmented_control(
            "Forecast of",
            list(names),
            format_func=names.__getitem__,
            default=first,
            required=True,
            wrap=True,
            key="scorecard_target",
        )
        window = st.selectbox(
            "Window",
            list(WINDOWS),
            index=list(WINDOWS).index(FIRST_WINDOW),
            width=150,
            key="scorecard_window",
        )
    days = WINDOWS[window]
    card = found_for(actor, days)
    found = card["targets"][target]
    figures(target, card)
    if found["scores"]["n"] >= words.MINIMUM_SCORED:
        key = (actor.user_id, actor.data_version, _today(actor), days, target)
        for panel in panels_of(*key, actor.timezone.key, found):
            draw(panel)
    if found["scores"]["n"]:
        st.markdown("#### Against plain answers")
        show_table(drawn.comparisons(target, found["scores"]))
        st.markdown("#### By model version")
        show_table(drawn.by_version(target, found["versions"]))


def figures(target: str, card: Mapping[str, Any]) -> None:
    scores = card["targets"][target]["scores"]
    n = scores["n"]
    enough = n >= words.MINIMUM_SCORED
    shown = {"forecast_scored": (f"{n:,}", None)}
    shown |= _measures(target, scores if enough else None)
    missing = None if enough else drawn.needed(n)
    with st.container(horizontal=True, gap="medium"):
        for measure, (value, beside) in shown.items():
            st.metric(
                title(measure),
                value,
                beside if value != UNKNOWN else missing,
                delta_color="off",
                delta_arrow="off",
                width=170,
            )
    st.caption(_counted(target, card))
    explain(target, list(shown))


def _measures(target: str, scores: Mapping[str, Any] | None) -> dict[str, tuple[str, str | None]]:
    """Label, figure and what stands beside it; dashes without scores."""
    error = {drawn.error_name(target): (drawn.number(target, scores and scores["error"]), None)}
    if target == "focus_score":
        return dict(error)
    if target == "completion":
        calibration = UNKNOWN if scores is None else f"{scores['calibration_error']:.3f}"
        return {**error, "calibration_error": (calibration, None)}
    coverage = scores and scores["coverage"]
    sure = coverage and f"{percent(coverage['low'])[:-2]}–{percent(coverage['high'])}"
    return {
        **error,
        "forecast_coverage": (percent(coverage and coverage["share"]), sure or None),
        "forecast_width": (drawn.number(target, scores and scores["width_minutes"]), None),
        "forecast_width_factor": (drawn.factor(scores and scores["width_factor"]), None),
    }


def _counted(target: str, card: Mapping[str, Any]) -> str:
    """How many forecasts were issued, why some are not scored, and what is never scored."""
    found = card["targets"][target]
    n, issued = found["scores"]["n"], found["issued"]
    what = "days with a plan" if target == "plan_minutes" else "forecasts"
    if not issued:
        told = f"No such forecast in this window. {_MADE_FOR[target]}"
    elif n < issued:
        told = f"{n:,} of {issued:,} {what} scored; of the others {_OPEN[target]}."
    else:
        told = f"{n:,} of {issued:,} {what} scored."
    return f"{told} {_left_out(card, issued)}".rstrip() if target == "session_minutes" else told


def _left_out(card: Mapping[str, Any], issued: int) -> str:
    """The sessions that say nothing about lengths; with the forecasts they are all there are."""
    sessions, cut_off, stopped = card["sessions"], card["cut_off"], card["stopped"]
    parts = {
        "ended by the timer (they say only “at least this long”)": cut_off,
        "stopped by hand before time was up": stopped,
        "without a forecast (such as those added later or imported)": (
            sessions - issued - cut_off - stopped
        ),
    }
    told = ", ".join(f"{number:,} {what}" for what, number in parts.items() if number)
    return f"Left out of all sessions ({sessions:,}): {told}." if told else ""


def explain(target: str, shown: list[str]) -> None:
    measures = [*shown, "interval", "plain_answer", "plain_error", "forecast_against"]
    if target in words.DURATIONS:
        measures += ["forecast_factor", "plain_factor"]
    if target == "plan_minutes":
        measures.insert(0, "plans_scored")
    if target == "completion":
        measures += ["forecast_said", "forecast_happened"]
    with st.popover("What this means", icon=":material/help:", type="tertiary"):
        for measure in [*measures, "month", "model_version", "verdict"]:
            st.markdown(f"**{title(measure)}**  \n{DEFINITIONS[measure].text}")


def _today(actor: Actor) -> date:
    return local_day(datetime.now(UTC), actor.timezone, actor.day_start)


actor = require_actor()
st.title("Scorecard")
st.caption(
    "Every forecast is kept as it was made, and held here against what happened."
    f" Zone: {actor.timezone.key}."
)
window = st.session_state.get("scorecard_window", FIRST_WINDOW)
targets = found_for(actor, WINDOWS[window])["targets"]
if not any(found["issued"] for found in targets.values()):
    targets = found_for(actor, None)["targets"]
made = [target for target, found in targets.items() if found["issued"]]
if made:
    verdicts(targets)
    details(actor, made[0])
else:
    nothing_yet()
