"""What is forecast for a session: a quiet line under the timer's fields, or under a running clock.

The timer never waits for it: it is drawn last, and what goes wrong here is told here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from focus_core.domain import forecast_words as words
from focus_core.domain.actor import Actor
from focus_core.domain.errors import DatabaseUnavailable, FocusError
from pages._ui.gate import require_actor
from pages._ui.text import plain, unbroken
from pages._ui.timer_moves import Known

logger = logging.getLogger(__name__)

KEPT_SECONDS = 600
KEPT_ENTRIES = 300
_LONGEST_CONTEXT = 120
_NOT_BETTER = {
    "no_better": "So far this has not clearly been better for you than plain answers",
    "mixed": "So far one plain answer has been about as good for you, or better",
}

Found = TypeVar("Found")


@dataclass(frozen=True)
class Forecast:
    """One session's forecasts; what there is nothing to say about is None."""

    session: Mapping[str, Any] | None
    task: Mapping[str, Any] | None
    probability: float | None
    baseline: float | None
    expected: float | None
    similar: list[dict[str, Any]] | None = None
    """Similar sessions, best first; None while nobody has looked for them."""


_NOTHING = Forecast(None, None, None, None, None)


def upcoming(known: Known, choice: Mapping[str, Any]) -> None:
    """The forecast for what the fields say now; `choice` is what `start_session` would take."""
    open_ended = choice["session_type"] == "flowtime" or known.timer["preferences"]["overtime"]

    def read(owner: UUID) -> Forecast:
        nothing_said = not (open_ended or choice.get("task_id") or choice.get("task"))
        if nothing_said and "beats" not in verdicts_of(owner).values():
            return _NOTHING
        return preview_of(owner, known.timer["version"], dict(choice))

    _show(known, read, choice)


def issued(known: Known, session: Mapping[str, Any]) -> None:
    """The forecast that is stored for the running session. It is issued here when it is not yet:
    after the clock has been drawn, so that no start waits for it."""
    names = ("session_type", "expected_duration", "task_id", "course_id", "overtime", "context")
    choice = {name: session[name] for name in names}
    _show(known, lambda owner: issued_of(owner, session["id"]), choice)


# The services bring numpy along: imported where the first forecast is asked for, not before.


@st.cache_data(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def preview_of(user_id: UUID, data_version: int, choice: dict[str, Any]) -> Forecast:
    from focus_core.services import forecasts

    found, similar = forecasts.preview_with_similar(user_id, **choice)
    completion, rating = found["completion"] or {}, found["focus_score"] or {}
    return Forecast(
        found["session"],
        found["task"],
        completion.get("probability"),
        completion.get("baseline"),
        rating.get("expected"),
        similar,
    )


@st.cache_data(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def issued_of(user_id: UUID, session_id: str) -> Forecast:
    from focus_core.services import forecasts

    rows = {row["target"]: row for row in forecasts.issue(user_id, session_id)}
    completion = rows.get("completion", {})
    shares = rows.get("focus_score", {}).get("score_probabilities")
    return Forecast(
        rows.get("session_minutes"),
        rows.get("task_minutes"),
        completion.get("probability"),
        completion.get("baseline"),
        shares and sum(rating * share for rating, share in enumerate(shares, start=1)),
    )


@st.cache_data(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def similar_of(user_id: UUID, data_version: int, choice: dict[str, Any]) -> list[dict[str, Any]]:
    from focus_core.services import forecasts

    return forecasts.similar_sessions(user_id, **choice)


@st.cache_data(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def verdicts_of(user_id: UUID) -> dict[str, str]:
    from focus_core.services import scorecard

    return scorecard.verdicts(user_id)


def _show(known: Known, read: Callable[[UUID], Forecast], choice: Mapping[str, Any]) -> None:
    if known.offline:  # the clock says so
        return
    found = _quietly(lambda: _read(read))
    if found is None or found[1] is _NOTHING:
        return
    actor, forecast, verdicts = found
    with st.container(key="forecast", gap="small"):
        _durations(forecast, verdicts)
        _others(forecast, verdicts)
        if any(found and found["similar_count"] for found in (forecast.session, forecast.task)):
            _similar(forecast, actor, known.timer["version"], dict(choice))


def _read(read: Callable[[UUID], Forecast]) -> tuple[Actor, Forecast, dict[str, str]]:
    actor = require_actor()
    return actor, read(actor.user_id), verdicts_of(actor.user_id)


def _quietly(read: Callable[[], Found]) -> Found | None:
    """None when there is no forecast now, whatever the reason: the timer goes on without."""
    try:
        return read()
    except DatabaseUnavailable:
        st.caption("No forecast right now: the database can't be reached.")
    except FocusError:  # something in the fields that Start refuses in so many words
        pass
    except Exception:
        logger.exception("A forecast failed")
        st.caption("No forecast right now. The timer works as ever.")
    return None


def _durations(forecast: Forecast, verdicts: Mapping[str, str]) -> None:
    both = {"session_minutes": forecast.session, "task_minutes": forecast.task}
    shown = {target: found for target, found in both.items() if found is not None}
    for target, found in shown.items():
        st.markdown(unbroken(_in_a_line(found, whole_task=target == "task_minutes")))
    if not shown:
        return
    first = next(iter(shown.values()))
    told = [words.rests_on(first["known_count"], first["similar_count"])]
    measured = [
        (found["estimate_minutes"], found["minutes"])
        for found in forecast.similar or ()
        if found["estimate_minutes"] and not found["at_least"]
    ]
    # Over an estimate: without one, nobody could say over what.
    if first["estimate_minutes"] and (tendency := words.tendency(measured)):
        told.append(tendency)
    st.caption(unbroken(f"{'; '.join(told)}."))
    labels = {_NOT_BETTER[verdicts[name]] for name in shown if verdicts[name] in _NOT_BETTER}
    for label in sorted(labels):
        st.caption(f"{label}: see Scorecard.")


def _in_a_line(found: Mapping[str, Any], *, whole_task: bool) -> str:
    usual = words.usually(
        *(found[f"{name}_minutes"] for name in ("p50", "low80", "high80")),
        guessing=found["known_count"] < words.GUESSING_BELOW,
    )
    parts = [f"**{usual[0].upper()}{usual[1:]}**"]
    if found["estimate_minutes"]:
        you = "you" if whole_task else "You"
        parts.insert(0, f"{you} say {words.exactly(found['estimate_minutes'])}.")
    if whole_task:
        parts.insert(0, "The whole task:")
        if (found["spent_minutes"] or 0) >= 1:
            parts.append(f"({words.in_words(found['spent_minutes'])} of it done)")
    return " ".join(parts)


def _others(forecast: Forecast, verdicts: Mapping[str, str]) -> None:
    """Shown only where they have beaten the plain answer for this person."""
    if forecast.probability is not None and verdicts["completion"] == "beats":
        st.markdown(unbroken(words.chance(forecast.probability, forecast.baseline)))
    if forecast.expected is not None and verdicts["focus_score"] == "beats":
        st.markdown(words.expected_rating(forecast.expected))


def _similar(forecast: Forecast, actor: Actor, version: int, choice: dict[str, Any]) -> None:
    """Read and sent only once it is opened."""
    behind = st.popover(
        "Similar sessions",
        type="tertiary",
        icon=":material/manage_search:",
        key="similar_sessions",
        on_change="rerun",
    )
    if not behind.open:
        return
    with behind:
        similar = forecast.similar
        if similar is None:
            similar = _quietly(lambda: similar_of(actor.user_id, version, choice)) or []
        lines = [_entry(found, actor.timezone) for found in similar]
        st.markdown("\n".join(lines) or "None any more.")
        st.caption("The most similar ones first. How good forecasts have been: see Scorecard.")


def _entry(found: Mapping[str, Any], zone: ZoneInfo) -> str:
    day = f"{found['start_time'].astimezone(zone):%a %-d %b %Y}"
    said = [part for part in (found["title"], found["context"]) if part]
    name = " – ".join(said)
    if len(name) > _LONGEST_CONTEXT:
        name = f"{name[: _LONGEST_CONTEXT - 1]}…"
    took = f"took {'at least ' if found['at_least'] else ''}{words.exactly(found['minutes'])}"
    if found["estimate_minutes"]:
        took = f"estimated {words.exactly(found['estimate_minutes'])}, {took}"
    if found["session_id"] is None:
        took += " altogether"
    return f"- {day}{f': {plain(name)}' if name else ''}  \n  {took}"
