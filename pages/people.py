"""For administrators: who has an account, and what can be done when somebody can't get in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.actor import Role
from focus_core.services import password_reset, people
from pages._ui import errors
from pages._ui.gate import require_actor
from pages._ui.links import address
from pages._ui.text import plain

MADE_LINK = "people_made_link"
ROLE_NAMES = {
    Role.USER: "plain user",
    Role.COACH: "coach",
    Role.RESEARCHER: "researcher",
    Role.ADMIN: "administrator",
}
MOST_SHOWN = 50

actor = require_actor()


def show_person(person: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"**{plain(person['display_name'])}**  \n{plain(facts(person))}", width="stretch"
        )
        if person["demo"] or person["id"] == actor.user_id:
            return
        with st.popover("Change"):
            act("Link for a new password", make_link, person["id"], person["username"])
            for role in Role:
                if role != person["role"]:
                    act(f"Make {ROLE_NAMES[role]}", people.set_role, person["id"], role)
            if person["locked_until"]:
                act("Let them try passwords again", people.lift_lock, person["id"])
            if person["disabled_at"]:
                act("Let them in again", people.set_disabled, person["id"], False)
            else:
                act("Lock out now", people.set_disabled, person["id"], True)


def facts(person: dict[str, Any]) -> str:
    since = person["created_at"].astimezone(actor.timezone)
    facts = [person["username"], person["role"], f"since {since:%-d %b %Y}"]
    if person["demo"]:
        facts.append("demonstration")
    if person["disabled_at"]:
        facts.append("locked out")
    if person["locked_until"]:
        facts.append("too many passwords tried")
    if person["id"] == actor.user_id:
        facts.append("you")
    return ", ".join(facts)


def act(label: str, function: Any, user_id: UUID, *arguments: Any) -> None:
    if st.button(label, key=f"{label} {user_id}", width="stretch"):
        with errors.told():
            function(actor, user_id, *arguments)
            st.rerun()


def make_link(_: Any, user_id: UUID, username: str) -> None:
    token = password_reset.make_link(actor, user_id)
    st.session_state[MADE_LINK] = (username, address(f"?reset={token}"))


st.title("People")
if made := st.session_state.pop(MADE_LINK, None):
    st.success(
        f"Give this link to {plain(made[0])}. It is shown only now, works once, and runs out in"
        " 24 hours."
    )
    st.code(made[1], language=None, wrap_lines=True)
with errors.told():
    everybody = people.list_people(actor)
    searched = ""
    if len(everybody) > MOST_SHOWN:
        searched = st.text_input("Search", placeholder="Name").strip().lower()
    found = [
        person
        for person in everybody
        if searched in person["username"] or searched in person["display_name"].lower()
    ]
    for person in found[:MOST_SHOWN]:
        show_person(person)
    if len(found) > MOST_SHOWN:
        st.caption(f"{len(found) - MOST_SHOWN:,} more. Search for a name to see them.")
