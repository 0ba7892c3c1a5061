"""For administrators: who has an account, and what can be done when somebody can't get in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
ROLE_MEANS = {
    Role.USER: "They keep their own sessions and lose what their role let them do.",
    Role.COACH: "They can make groups, and see there what people who join agree to share.",
    Role.RESEARCHER: "They can take away anonymised data of people who agreed to that.",
    Role.ADMIN: "They can do all that you can here, and lock you out or take your role.",
}
LOCKED_OUT = (
    "They are signed out everywhere at once and can't sign in until you let them in again. Their"
    " data stay."
)
ASKED = "people_asked"
DONE = "people_done"
MOST_SHOWN = 50

actor = require_actor()


@dataclass(frozen=True)
class Step:
    """What can be done with a person; asked about first where it says what it `means`."""

    label: str
    function: Callable[..., object]
    arguments: tuple[Any, ...] = ()
    means: str | None = None


def show_person(person: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"**{plain(person['display_name'])}**  \n{plain(facts(person))}", width="stretch"
        )
        if person["demo"] or person["id"] == actor.user_id:
            return
        # Another key after each step that was done: with it, it closes.
        with st.popover("Change", key=f"change_{person['id']}_{st.session_state.get(DONE, 0)}"):
            found = steps(person)
            who, label = st.session_state.get(ASKED, (None, None))
            asked = [step for step in found if who == person["id"] and step.label == label]
            for step in asked:
                ask(step, person)
            for step in () if asked else found:
                offer(step, person["id"])


def steps(person: dict[str, Any]) -> list[Step]:
    found = [Step("Link for a new password", make_link, (person["username"],))]
    found += [
        Step(f"Make {ROLE_NAMES[role]}", people.set_role, (role,), ROLE_MEANS[role])
        for role in Role
        if role != person["role"]
    ]
    if person["locked_until"]:
        found.append(Step("Let them try passwords again", people.lift_lock))
    if person["disabled_at"]:
        return [*found, Step("Let them in again", people.set_disabled, (False,))]
    return [*found, Step("Lock out now", people.set_disabled, (True,), LOCKED_OUT)]


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


def offer(step: Step, user_id: UUID) -> None:
    key = f"{step.label} {user_id}"
    if step.means:
        st.button(step.label, key=key, width="stretch", on_click=_ask, args=(user_id, step.label))
    elif st.button(step.label, key=key, width="stretch"):
        do(step, user_id)


def ask(step: Step, person: dict[str, Any]) -> None:
    st.markdown(f"**{step.label}: {plain(person['display_name'])}?** {step.means}")
    if st.button("Yes", key=f"Yes {step.label} {person['id']}", type="primary", width="stretch"):
        del st.session_state[ASKED]
        do(step, person["id"])
    st.button("Cancel", key=f"Cancel {person['id']}", width="stretch", on_click=_ask)


def do(step: Step, user_id: UUID) -> None:
    with errors.told():
        step.function(actor, user_id, *step.arguments)
        st.session_state[DONE] = st.session_state.get(DONE, 0) + 1
        st.rerun()


def _ask(*asked: Any) -> None:
    st.session_state[ASKED] = asked or (None, None)


def make_link(_: Any, user_id: UUID, username: str) -> None:
    token = password_reset.make_link(actor, user_id)
    st.session_state[MADE_LINK] = (username, address(f"?reset={token}"))


st.title("People")
with st.container():  # also when empty, or what was opened below it would close once it goes
    if made := st.session_state.pop(MADE_LINK, None):
        st.success(
            f"Give this link to {plain(made[0])}. It is shown only now, works once, and runs out"
            " in 24 hours."
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
    if all(person["demo"] or person["id"] == actor.user_id for person in everybody):
        st.info(
            "Others appear here once they have signed up; then you can make them a coach, a"
            " researcher or an administrator. An invitation for them is made under Administration."
            " Demonstration people can't be given a role, and"
            " nobody can change their own."
        )
    for person in found[:MOST_SHOWN]:
        show_person(person)
    if len(found) > MOST_SHOWN:
        st.caption(f"{len(found) - MOST_SHOWN:,} more. Search for a name to see them.")
