"""Today's plan beside the clock: what is on it, when it will be done, what to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from focus_core.domain import plan_words
from focus_core.domain.definitions import DEFINITIONS, title
from focus_core.services import plan
from pages._ui import plan_dialog, timer_forms
from pages._ui.errors import tell
from pages._ui.forecast_line import KEPT_ENTRIES, KEPT_SECONDS
from pages._ui.gate import require_actor
from pages._ui.numbers import LEAST, MOST
from pages._ui.plan_desk import LOOK_AGAIN_SECONDS, change, changes, desk, look_ahead, read
from pages._ui.session_fields import Choices
from pages._ui.text import plain, unbroken
from pages._ui.timer_moves import Known, ask, screen

ALONE = 736
"""Width in pixels of the clock without a plan, and of the two together."""
TOGETHER = 1100
_MENU = {
    "edit": ":material/edit: Change",
    "up": ":material/arrow_upward: Move up",
    "down": ":material/arrow_downward: Move down",
    "remove": ":material/playlist_remove: Take off the list",
}
_MEASURES = ("plan_finish", "plan_leave_out", "plan_spent", "plan_order")
# Streamlit centres what wraps on a button; a list is read from the left.
_LEFT = "<style>.st-key-plan button p { text-align: left; }</style>"
Task = Mapping[str, Any]


def columns(known: Known) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the clock goes and where the plan: beside it, or below it while it is empty."""
    read(known)
    with st.container(horizontal=True, horizontal_alignment="center"):
        if not _wanted():
            with st.container(width=ALONE):
                (main,) = st.columns(1)  # as many containers deep, so that the clock stays
            return main, main
        with st.container(width=TOGETHER):
            main, beside = st.columns([5, 3], gap="medium")
        return main, beside


def show(known: Known) -> None:
    """The plan. Call it after the clock has been drawn, which need not wait for the forecast."""
    current = desk().plan
    if current is None:
        return
    if not _wanted():
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button(
                "Plan today",
                type="tertiary",
                icon=":material/checklist:",
                on_click=_invite,
                key="plan_invite",
            )
            _left_over(current)
        return
    waiting = [task for task in current["tasks"] if task["done_at"] is None]
    st.html(_LEFT)
    with st.container(border=True, key="plan"):
        ahead = st.container()  # drawn last: it takes longest
        with st.container(gap="xxsmall"):
            # Done ones in their place too: none comes under a pointer that clicks once more.
            for task in current["tasks"]:
                _row(known, task, waiting, current["day"])
        _left_over(current)
        _add(known, current)
        if current["tasks"]:
            _explain()
        with ahead:
            if current["tasks"]:
                _ahead(known)
            else:
                _head()
    plan_dialog.show(known, current)


def _wanted() -> bool:
    current = desk().plan
    return desk().invited or bool(current and current["tasks"])


def _invite() -> None:
    desk().invited = True


def _row(known: Known, task: Task, waiting: Sequence[Task], day: date) -> None:
    key, done = task["task_id"], task["done_at"] is not None
    # The truth, whatever this page's box showed: it may have been ticked elsewhere.
    st.session_state[f"plan_done_{key}"] = done
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.checkbox(
            f"Done: {task['title']}",
            key=f"plan_done_{key}",
            label_visibility="collapsed",
            on_change=changes(plan.set_done, task_id=key, done=not done),
        )
        with st.container():
            if done or known.timer["session"]:
                st.markdown(_label(task, day))
            else:
                st.button(
                    _label(task, day),
                    icon=":material/play_arrow:",
                    type="tertiary",
                    key=f"plan_start_{key}",
                    help="Start a session on this",
                    wrap=True,
                    on_click=partial(timer_forms.start, known, task_id=key),
                )
        st.menu_button(
            "",
            ["remove"] if done else list(_MENU),
            format_func=_MENU.__getitem__,
            icon=":material/edit:",  # which names it to who can't see it
            type="tertiary",
            key=f"plan_menu_{key}",
            on_click=partial(_choose, key, waiting),
        )


def _label(task: Task, day: date) -> str:
    running, done = task["running_minutes"] is not None, task["done_at"] is not None
    spent, estimate = task["spent_minutes"], task["estimate_minutes"]
    before = spent - (task["running_minutes"] or 0)
    details = []
    if not done or estimate or spent >= 1:
        details.append(plan_words.spent_words(before, estimate, running=running))
    if task["due_on"] and not done:
        due = plan_words.due_words(task["due_on"], day)
        details.append(due.replace(" ", "\N{NO-BREAK SPACE}"))
    details += [plain(part) for part in (task["course_name"], task["task_type"]) if part]
    name = plain(task["title"])
    if done:
        name = f"~~{name}~~"
    elif running:
        name = f":material/play_circle: **{name}**"
    known = unbroken(" · ".join(details))
    return f":small[{name} :gray[{known}]]" if known else f":small[{name}]"


def _choose(key: str, waiting: Sequence[Task]) -> None:
    choice = st.session_state.get(f"plan_menu_{key}")
    if choice == "edit":
        desk().open(key)
    elif choice == "remove":
        change(plan.remove_task, task_id=key)
    elif choice in ("up", "down"):
        order = [task["task_id"] for task in waiting]
        place = order.index(key)
        order.insert(max(place - 1, 0) if choice == "up" else place + 1, order.pop(place))
        change(plan.reorder, task_ids=order)


def _left_over(current: Mapping[str, Any]) -> None:
    left = current["left_over"]
    if left:
        st.button(
            plan_words.left_over_words([task["day"] for task in left], current["day"]),
            type="tertiary",
            icon=":material/redo:",
            key="plan_carry_over",
            on_click=changes(plan.carry_over),
        )


def _add(known: Known, current: Mapping[str, Any]) -> None:
    number, listed = desk().openings, {task["task_id"] for task in current["tasks"]}
    choices = Choices([task for task in known.tasks if task["id"] not in listed], known.courses)
    labels = choices.labels()
    with st.form("plan_form", border=False):
        st.selectbox(
            "Add a task",
            list(labels),
            index=None,
            placeholder="Add a task",
            accept_new_options=True,
            label_visibility="collapsed",
            key=f"plan_list_title_{number}",
        )
        with st.container(horizontal=True, gap="xsmall"):
            st.number_input(
                "Estimate, minutes",
                LEAST,
                MOST,
                None,
                placeholder="Minutes",
                label_visibility="collapsed",
                key=f"plan_estimate_{number}",
            )
            st.form_submit_button(
                "Add", icon=":material/add:", on_click=partial(_added, labels, number)
            )
    if desk().error and desk().opened is None:
        tell(desk().error)


def _added(labels: Mapping[str, Task], number: int) -> None:
    said = st.session_state
    title, estimate = said.get(f"plan_list_title_{number}"), said.get(f"plan_estimate_{number}")
    picked = labels.get(title or "")
    named = {"task_id": picked["id"]} if picked else {"title": title}
    change(plan.add_task, **named, estimate_minutes=estimate)


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
def _ahead(known: Known) -> None:
    if screen().asked:
        st.rerun()  # something was pressed here that the whole page must hear of
    owner = require_actor().user_id
    seen = look_ahead(owner, known)
    if seen is None:
        return
    if desk().plan and seen["day"] > desk().plan["day"]:  # a new day has begun meanwhile
        desk().plan = None
        ask("sync")
        st.rerun()
    if seen["forecast"] is None:  # nothing waits
        _head()
        if seen["tasks"]:
            spent = _sum(seen["tasks"], "spent_today_minutes")
            st.markdown(unbroken(plan_words.done_words(spent)))
        return
    _total(seen["tasks"])
    waiting = [task for task in seen["tasks"] if task["done_at"] is None]
    _finish(owner, seen, waiting)
    _suggestion(seen, {task["task_id"]: _named(task) for task in waiting})


def _total(tasks: Sequence[Task]) -> None:
    estimated = [task for task in tasks if task["estimate_minutes"] is not None]
    words = plan_words.total_words(
        _sum(estimated, "spent_minutes"),
        sum(task["estimate_minutes"] for task in estimated),
        len(tasks) - len(estimated),
        today=_sum(tasks, "spent_today_minutes"),
    )
    _head(words)


def _head(details: str = "") -> None:
    st.markdown(f"**Today** :small[:gray[{unbroken(details)}]]" if details else "**Today**")


@st.cache_data(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def earlier_plans_of(user_id: UUID) -> str | None:
    """What is to be said of how such forecasts turned out."""
    from focus_core.services import scorecard  # brings numpy along

    record = scorecard.plan_record(user_id)
    scores = record["scores"]
    return plan_words.record_words(record["verdict"], scores["n"], scores["coverage"])


def _finish(owner: UUID, seen: Mapping[str, Any], waiting: Sequence[Task]) -> None:
    forecast, now, zone = seen["forecast"], seen["server_time"], ZoneInfo(seen["timezone"])
    finish = plan_words.Finish(
        now=now,
        middle=forecast["finish_time"],
        low=forecast["low80_time"],
        high=forecast["high80_time"],
        day_ends=forecast["day_ends"],
    )
    told = [plan_words.finish_words(finish, zone, guessing=forecast["guessing"])]
    left_out = [_named(task) for task in waiting if task["task_id"] in forecast["leave_out"]]
    told.append(
        plan_words.drop_words(
            left_out, len(waiting), forecast["chance"], forecast["done_by"], finish, zone
        )
    )
    st.markdown(unbroken(" ".join(told)))
    # A guess has nothing to hold against anybody's estimates.
    comparable = not forecast["guessing"] and all(task["estimate_minutes"] for task in waiting)
    made_of = plan_words.made_of_words(
        forecast["focus_minutes"],
        forecast["break_minutes"],
        sum(_left(task) for task in waiting) if comparable else None,
    )
    if made_of:
        st.caption(unbroken(made_of))
    if earlier := earlier_plans_of(owner):
        st.caption(unbroken(earlier))
    st.session_state["plan_done_by"] = seen["done_by"]  # it may have been changed elsewhere
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption("To be done by", width="content")
        st.time_input(
            "To be done by",
            step=1800,
            key="plan_done_by",
            label_visibility="collapsed",
            width=110,
            on_change=_chose_done_by,
        )


def _chose_done_by() -> None:
    change(plan.set_done_by, done_by=st.session_state["plan_done_by"])


def _suggestion(seen: Mapping[str, Any], titles: Mapping[str, str]) -> None:
    found, zone = seen["suggestion"], ZoneInfo(seen["timezone"])
    if found is None:
        return
    place = found["order"].index(found["task_id"])
    words = plan_words.order_words(
        titles[found["task_id"]],
        (found["low80_minutes"], found["high80_minutes"]),
        (found["from_time"], found["to_time"]),
        titles[found["order"][place - 1]] if place else None,
        zone,
    )
    why = plan_words.best_hours_words(found["success"], found["sessions"], found["overall_success"])
    with st.container(gap=None, key="plan_suggestion"):
        st.markdown(unbroken(f":small[{words}]"))
        st.button(
            "Use this order",
            type="tertiary",
            icon=":material/swap_vert:",
            help=unbroken(why),
            key="plan_order",
            on_click=changes(plan.reorder, task_ids=found["order"]),
        )


def _left(task: Task) -> float:
    """Minutes left by the estimate, as its row shows it."""
    return max(task["estimate_minutes"] - _sum([task], "spent_minutes"), 0.0)


def _named(task: Task) -> str:
    return plain(plan_words.shortened(task["title"]))


def _explain() -> None:
    """The definitions of what the plan shows, one click away."""
    with st.popover("What this means", icon=":material/help:", type="tertiary", key="plan_help"):
        texts = [f"**{title(name)}**  \n{DEFINITIONS[name].text}" for name in _MEASURES]
        st.markdown("\n\n".join(texts))


def _sum(tasks: Sequence[Task], name: str) -> float:
    """Of what the rows show, so that the sum fits them: whole minutes, and none below one."""
    return sum(round(task[name]) for task in tasks if task[name] >= 1)
