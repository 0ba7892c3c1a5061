"""For administrators: who may sign up, how the parts are doing, and what was done."""

from __future__ import annotations

from typing import Any

import streamlit as st

from focus_core.services import administration, installation, invitations, people
from pages._ui import errors
from pages._ui.gate import require_actor
from pages._ui.links import address
from pages._ui.moments import clock
from pages._ui.panels import show_table
from pages._ui.text import plain

MOST_SHOWN = 50
INVITED = "administration_invitation"
OPEN, BY_INVITATION = "Anybody who can reach this page", "Only who is invited"

actor = require_actor()


def sign_up() -> None:
    st.subheader("Who may make an account")
    is_open = installation.sign_up_is_open()
    modes = [OPEN, BY_INVITATION]
    chosen = st.radio(
        "Who may make an account",
        modes,
        index=0 if is_open else 1,
        label_visibility="collapsed",
        key="administration_sign_up",
    )
    if (chosen == OPEN) != is_open and st.button("Save", type="primary"):
        with errors.told():
            installation.set_sign_up(actor, anybody=chosen == OPEN)
            st.rerun()
    if st.button("Make an invitation", icon=":material/mail:"):
        with errors.told():
            st.session_state[INVITED], _ = invitations.make_invitation(actor)
    if token := st.session_state.pop(INVITED, None):
        st.success("Give this link to one person. It is shown only now and runs out in 14 days.")
        st.code(address(f"?invite={token}"), language=None, wrap_lines=True)
    unused()


def unused() -> None:
    found = invitations.list_invitations(actor)
    if not found:
        return
    with st.expander(f"Invitations that nobody has used yet: {len(found)}"):
        for invitation in found[:MOST_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", border=True):
                st.markdown(described(invitation), width="stretch")
                if st.button("Revoke", key=f"revoke_{invitation['id']}"):
                    with errors.told():
                        invitations.revoke_invitation(actor, invitation["id"])
                        st.rerun()
        if len(found) > MOST_SHOWN:
            st.caption(f"{len(found) - MOST_SHOWN:,} older ones run out before these.")


def described(invitation: dict[str, Any]) -> str:
    made, ends = (
        invitation[name].astimezone(actor.timezone) for name in ("created_at", "expires_at")
    )
    who = plain(invitation["created_by"] or "an account that is gone")
    return (
        f"Made {made:%-d %b %Y}, {clock(made, actor.timezone)}, by {who}  \n"
        f"runs out {ends:%-d %b %Y}"
    )


def health() -> None:
    found = installation.get_health(actor)
    st.subheader("How it is doing")
    size = found.database_bytes / 1024 / 1024
    seen = "it has never run"
    if found.scheduler_seen_at:
        local = found.scheduler_seen_at.astimezone(actor.timezone)
        seen = f"last sign of life {local:%-d %b %Y}, {clock(local, actor.timezone)}"
    runs = "runs" if found.scheduler_runs else "**does not run**"
    cached = "in Redis" if found.cache_is_shared else "in this process"
    if not found.cache_in_use:
        cached += ", not in use: it hears of no changes"
    st.markdown(
        f"- Database: answers; Postgres {found.database_version}, {size:,.0f} MB, tables at"
        f" revision {found.revision}\n- Scheduler: {runs}; {seen}\n- Profiles are cached"
        f" {cached}"
    )
    waiting = people.count_waiting_addresses(actor)
    if waiting:
        who = "One address" if waiting == 1 else f"{waiting:,} addresses"
        st.markdown(f"{who} tried too many passwords and must wait.")
        if st.button("Let them try again"):
            with errors.told():
                people.free_addresses(actor)
                st.rerun()


def log() -> None:
    st.subheader("What was done")
    entries = administration.list_log(actor)
    if not entries:
        st.markdown("Nothing yet.")
        return
    st.caption(
        "What administrators did, what commands on the host did, and releases that"
        f" researchers withdrew: the newest {administration.SHOWN_ENTRIES} entries. Nobody can"
        " change them."
    )
    show_table(
        {
            "When": [
                f"{entry['at'].astimezone(actor.timezone):%-d %b %Y},"
                f" {clock(entry['at'], actor.timezone)}"
                for entry in entries
            ],
            "Who": [plain(entry["actor"] or who_else(entry["detail"])) for entry in entries],
            "What": [f"{entry['action']} {entry['detail']}".strip() for entry in entries],
            "Whom": [plain(entry["subject"] or "") for entry in entries],
        }
    )


def who_else(detail: str) -> str:
    on_host = detail.startswith(administration.ON_HOST)
    return "whoever has the host" if on_host else "an account that is gone"


st.title("Administration")
with errors.told():
    health()  # refuses whoever does not administer, before anything is shown
    sign_up()
    log()
