"""What is held about a person: take it away, decide about research, see who used it, erase it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from focus_core.domain.consent import WORDINGS, Purpose
from focus_core.services import consents, erasure, my_data, sharing
from pages._ui import errors
from pages._ui.gate import require_actor
from pages._ui.sign_out import leave
from pages._ui.text import plain

PURPOSES = {
    Purpose.COACH_AGGREGATES: "group figures for a coach",
    Purpose.COACH_NAMED: "profile and trend by name for a coach",
    Purpose.PEERS: "comparison with a group",
    Purpose.RESEARCH: "research",
}
LOOKS = {"group": "figures of your group", "list": "your weeks", "profile": "your profile"}

actor = require_actor()


def take_away() -> None:
    st.write(
        "Everything Focus holds about you in one archive: a JSON file for programs, a CSV file of"
        " each kind for spreadsheets, and a list of what they are."
    )
    st.download_button(
        "Download my data",
        lambda: my_data.archive(actor.user_id),
        "my-focus-data.zip",
        "application/zip",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def take_part() -> None:
    taking_part = my_data.takes_part_in_research(actor.user_id)
    with st.container(border=True):
        if taking_part:
            st.markdown(":material/check_circle: **You take part in research.**")
        else:
            st.markdown("**You don't take part in research.** Nothing of yours is in any new data.")
        st.markdown(plain(my_data.research_wording()))
        label = "Withdraw" if taking_part else "I agree and take part"
        if st.button(label, key="research_consent"):
            with errors.told():
                my_data.take_part_in_research(actor.user_id, granted=not taking_part)
                st.toast("Noted. It holds from this moment.", icon=":material/check:")
                st.rerun()


def releases() -> None:
    found = my_data.releases(actor.user_id)
    if not found:
        st.caption("Your data were in no research release.")
    for one in found:
        made = one["created_at"].astimezone(actor.timezone)
        last = one["period_end"] - timedelta(days=1)
        rows = "one row" if one["tier"] == "A" else "up to 40 rows"
        withdrawn = ""
        if one["withdrawn_at"]:
            at = one["withdrawn_at"].astimezone(actor.timezone)
            withdrawn = f"; withdrawn {at:%-d %b %Y}, nobody can download it here any more"
        st.markdown(
            f"- Released {made:%-d %b %Y}: sessions from {one['period_start']:%-d %b %Y} to"
            f" {last:%-d %b %Y}, {rows} among {one['subjects']:,} people{withdrawn}"
        )


def decisions() -> None:
    found = consents.history(actor.user_id)
    if not found:
        st.caption("You have agreed to nothing yet.")
    for one in found:
        at = one["at"].astimezone(actor.timezone)
        purpose = Purpose(one["purpose"])
        verb = "Agreed to" if one["granted"] else "Withdrew from"
        if one["by_coach"]:
            verb = "Your coach ended"
        with st.expander(f"{at:%-d %b %Y, %H:%M}: {verb} {PURPOSES[purpose]}"):
            words = WORDINGS.get((purpose, one["wording_version"]), "")
            st.markdown(f"> {plain(words)}")
            st.caption(f"Wording of {plain(one['wording_version'])}")


def looks() -> None:
    found = sharing.list_looks(actor.user_id)
    if not found:
        st.caption("Nobody has looked.")
    for one in found[:50]:
        at = one["at"].astimezone(actor.timezone)
        who = plain(one["looker"] or "somebody whose account is gone")
        st.markdown(f"- {at:%-d %b %Y, %H:%M}: {who} looked at {LOOKS[one['what']]}")
    if len(found) > 50:
        st.caption("The rest is in the archive.")


def erase() -> None:
    due = erasure.due_at(actor.user_id)
    must_stay = erasure.must_stay(actor.user_id)
    if must_stay:
        st.info(erasure.MUST_STAY, icon=":material/supervisor_account:")
    if due is not None:
        waiting(f"{due.astimezone(actor.timezone):%-d %b %Y, %H:%M}")
    st.write(
        "This erases your account and everything in it: sessions, tasks, profile, tokens, consents."
        f" It happens after {erasure.cool_off().days} days, in which you can change your mind, or"
        " at once if you say so. Then it can't be undone. What researchers took away before stays"
        " with them, under a pseudonym whose key is gone. Notes you wrote as a coach stay with"
        " whom you wrote them to, without your name. Backups made earlier, and what"
        " a restore kept aside, hold your data until somebody deletes them; when one is restored,"
        " you are erased from it again."
    )
    if must_stay:
        return
    with st.form("erase", clear_on_submit=True, border=False):
        proof = st.text_input(
            "Your password", type="password", autocomplete="current-password", key="erase_proof"
        )
        at_once = st.checkbox("Don't wait: erase everything now", key="erase_now")
        pressed = st.form_submit_button("Erase my account", icon=":material/delete_forever:")
    if pressed:
        with errors.told():
            if at_once:
                erasure.erase_now(actor.user_id, proof)
                leave()
            erasure.ask(actor.user_id, proof)
            st.rerun()


def waiting(when: str) -> None:
    with st.container(border=True):
        st.warning(f"Your account will be erased on {when}.", icon=":material/schedule:")
        if st.button("Keep my account", type="primary"):
            erasure.keep(actor.user_id)
            st.toast("Your account stays.", icon=":material/check:")
            st.rerun()


st.title("My data")
take_away()
st.subheader("Research")
take_part()
releases()
st.subheader("What you agreed to")
decisions()
st.subheader("Who looked")
looks()
st.subheader("Erase my account")
erase()
