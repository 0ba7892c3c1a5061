"""For coaches: their groups, what a group does, and the members who agreed to be named.

Nothing here is kept between runs: who withdraws is gone at the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.domain.consent import SMALLEST_GROUP
from focus_core.services import coaching, cohorts, weekly_summaries
from pages._ui import coach_panels, errors, member_panel
from pages._ui.gate import require_actor
from pages._ui.links import address
from pages._ui.panels import draw, show_table
from pages._ui.text import plain

CHOSEN = "coach_cohort"
OPENED = "coach_member"
GROUP = "group"
"""In the address, so that a reload keeps the group."""


def make_first(actor: Actor) -> None:
    st.markdown(
        "A group is people who let you see how they focus. Make one, give its code to the people,"
        " and each of them chooses what you see."
    )
    new_cohort(actor)


def new_cohort(actor: Actor) -> None:
    with st.form("new_cohort", clear_on_submit=True, border=False):
        name = st.text_input("Name of the new group", max_chars=cohorts.NAME_LENGTH)
        if st.form_submit_button("Make group", type="primary"):
            with errors.told():
                st.session_state[CHOSEN] = cohorts.create(actor, name)
                st.rerun()


def choose(actor: Actor, own: list[dict[str, Any]]) -> dict[str, Any]:
    by_id = {row["id"]: row for row in own}
    if st.session_state.get(CHOSEN) not in by_id:
        linked = [row["id"] for row in own if str(row["id"]) == st.query_params.get(GROUP)]
        st.session_state[CHOSEN] = linked[0] if linked else own[0]["id"]
    labels = group_labels(actor, own)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen: UUID = st.selectbox(
            "Group", list(by_id), format_func=labels.__getitem__, key=CHOSEN
        )
        with st.popover("New", icon=":material/add:"):
            new_cohort(actor)
    if st.query_params.get(GROUP) != str(chosen):
        st.query_params[GROUP] = str(chosen)
    return by_id[chosen]


def group_labels(actor: Actor, own: list[dict[str, Any]]) -> dict[UUID, str]:
    """Names; those that are the name of several, with the day the group was made."""
    return told_apart(
        {row["id"]: row["name"] for row in own},
        {
            row["id"]: f", made {row['created_at'].astimezone(actor.timezone):%-d %b %Y}"
            for row in own
        },
    )


def told_apart(names: Mapping[UUID, str], more: Mapping[UUID, str]) -> dict[UUID, str]:
    """Equal names with a number and `more`: a select box knows its options by labels alone."""
    often, seen = Counter(names.values()), Counter[str]()
    labels = {}
    for key, name in names.items():
        seen[name] += 1
        which = f"{seen[name]} of {often[name]}{more.get(key, '')}"
        labels[key] = f"{name} ({which})" if often[name] > 1 else name
    return labels


def invite(actor: Actor, cohort: dict[str, Any]) -> None:
    code = cohort["invite_code"]
    named, members = cohort["named"], cohort["members"]
    people = "1 person has joined" if members == 1 else f"{members} people have joined"
    st.caption(f"{people}; {named} of them share under their name.")
    with st.expander("Invite people", icon=":material/person_add:", expanded=members == 0):
        st.markdown("Give them this link, or the code to type in under **Sharing**:")
        st.code(address(f"sharing?join={code}"), language=None, wrap_lines=True)
        st.code("-".join(code[n : n + 4] for n in range(0, len(code), 4)), language=None)
        if st.button("New code", help="The old code and link stop working."):
            with errors.told():
                cohorts.renew_code(actor, cohort["id"])
                st.rerun()
    with st.expander("Close this group", icon=":material/close:"):
        st.markdown("Nobody can join any more, and you see nothing of it any more. For good.")
        if st.button("Close it", key=f"close_{cohort['id']}"):
            with errors.told():
                cohorts.close(actor, cohort["id"])
                st.rerun()


def view(actor: Actor, cohort: dict[str, Any]) -> None:
    """One thing at a time: who is not looked at is not told of a look."""
    views = {"The group": group, "Named members": members, "Newest full week": newest_week}
    chosen = st.segmented_control(
        "View", list(views), default="The group", required=True, label_visibility="collapsed"
    )
    views[chosen](actor, cohort)


def group(actor: Actor, cohort: dict[str, Any]) -> None:
    found = coaching.get_group(actor, cohort["id"])
    panels = coach_panels.group_panels(found)
    held = sum(week.state == "held" for week in found.weeks)
    if held:
        weeks = "1 week is" if held == 1 else f"{held} weeks are"
        st.info(
            f"{weeks} held back until {weekly_summaries.next_figures(datetime.now(UTC))}: somebody"
            " withdrew or shares otherwise since. What comes back is without them, and without"
            " some others chosen at random, so that the difference tells nothing about one person."
        )
    if panels:
        st.markdown(found.drops)
        st.caption(
            f"Every figure is over {SMALLEST_GROUP} people or more, rounded, worked out on the"
            " Tuesday after its week, and then left as it is. What fewer people are behind is left"
            " out, and so is what would give somebody away by subtracting the named members."
        )
    elif not held:
        st.markdown(
            f"**No figures yet.** They appear when {SMALLEST_GROUP} people share and have a full"
            " week behind them. People who share without their name are counted only once there are"
            f" {SMALLEST_GROUP} of them: with fewer, subtracting the named people from a total"
            " would give them away."
        )
    for panel in panels:
        draw(panel)


def members(actor: Actor, cohort: dict[str, Any]) -> None:
    found = coaching.list_members(actor, cohort["id"])
    if not found:
        st.markdown("Nobody shares under their name. That is theirs to choose.")
        return
    dropped = sum(member.dropped for member in found)
    active = sum(member.active for member in found)
    st.markdown(
        f"**{active} of {len(found)}** were active in the last two weeks; **{dropped}** dropped to"
        " less than two thirds of their own past."
    )
    show_table(coach_panels.members_table(found))
    st.caption("Hours of focus a week: now is the last four full weeks, before the eight before.")
    names = told_apart({member.user_id: " ".join(member.name.split()) for member in found}, {})
    if st.session_state.get(OPENED) not in names:
        st.session_state[OPENED] = None
    opened = st.selectbox(
        "Open a member",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=OPENED,
        placeholder="Choose or type a name",
    )
    if opened:
        member = next(member for member in found if member.user_id == opened)
        with st.container(border=True):
            member_panel.show(actor, cohort["id"], member)


def newest_week(actor: Actor, cohort: dict[str, Any]) -> None:
    written = weekly_summaries.write(actor, cohort["id"])
    st.markdown(f"**{plain(written.title)}**")
    for section in written.sections:
        lines = "\n".join(f"- {plain(line)}" for line in section.lines)
        st.markdown(f"{plain(section.heading)}\n\n{lines}")
    st.caption(
        "The newest week that is over in every time zone; the next comes on"
        f" {weekly_summaries.next_figures(datetime.now(UTC))}. Everybody in it is told that you"
        " looked."
    )
    with st.expander("Copy it as text", icon=":material/content_copy:"):
        st.code(written.text, language=None, wrap_lines=True)
    st.download_button(
        "Download",
        lambda: weekly_summaries.write(actor, cohort["id"]).text,
        f"weekly-summary-{written.week}.txt",
        "text/plain",
        icon=":material/download:",
        on_click="ignore",
    )


actor = require_actor()
st.title("Coach")
with errors.told():
    own = cohorts.list_own(actor)
    if own:
        cohort = choose(actor, own)
        st.header(plain(cohort["name"]))
        invite(actor, cohort)
        if cohort["members"]:
            view(actor, cohort)
    else:
        make_first(actor)
