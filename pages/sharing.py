"""What a person shares with coaches and peers: join, choose, withdraw, and see who looked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.consent import NEVER_SHARED, SHARED, Purpose, Sharing, wording
from focus_core.domain.errors import NotFound
from focus_core.services import cohorts, peers, sharing, weekly_summaries
from focus_core.services.cohorts import Membership, Removal
from pages._ui import coach_panels, errors, member_panel, note_hint
from pages._ui.gate import require_actor
from pages._ui.links import link
from pages._ui.moments import clock
from pages._ui.panels import draw, show_table
from pages._ui.text import plain

CODE = "sharing_code"
CHOICES = {
    Sharing.AGGREGATES: "In the group's figures only",
    Sharing.NAMED: "In the group's figures, and by name with your profile and trend",
    Sharing.NOTHING: "Nothing",
}
LOOKS = {
    "group": "figures of the group you are in",
    "list": "your weeks, by name",
    "profile": "your profile, by name",
}
BANDS = {
    "lower": "in the lower quarter",
    "middle": "in the middle half",
    "upper": "in the upper quarter",
}

actor = require_actor()


def invitation() -> None:
    """Joining by code; a link brings the code with it."""
    if linked := st.query_params.get("join"):
        st.session_state.setdefault(CODE, linked[:40])
    with st.form("code", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        code = st.text_input("Code from your coach", key=CODE, max_chars=40)
        st.form_submit_button("Find the group")
    if not code.strip():
        return
    found = cohorts.look_up(actor.user_id, code)
    with st.container(border=True):
        st.markdown(f"### {plain(found.name)}")
        st.markdown(f"Coach: {plain(found.coach)}")
        if found.hindrance:
            st.info(found.hindrance)
            return
        chosen, compare = choice("join", Sharing.AGGREGATES, peers_now=False)
        if st.button("Join", type="primary", icon=":material/group_add:"):
            with errors.told():
                cohorts.join(actor.user_id, code, chosen, peers=compare)
                st.query_params.clear()
                del st.session_state[CODE]
                st.toast("You are in. You can change or withdraw this here at any time.")
                st.rerun()


def choice(key: str, now: Sharing, *, peers_now: bool) -> tuple[Sharing, bool]:
    options = list(CHOICES)
    chosen = st.radio(
        "What your coach sees",
        options,
        index=options.index(now),
        format_func=CHOICES.__getitem__,
        key=f"{key}_sharing",
    )
    for purpose in (Purpose.COACH_AGGREGATES, Purpose.COACH_NAMED):
        if purpose in chosen.purposes:
            agree_to(purpose)
    if chosen is Sharing.NOTHING:
        st.caption("Your coach sees only that one more person has joined.")
    compare = st.checkbox("Compare yourself with the group", value=peers_now, key=f"{key}_peers")
    if compare:
        agree_to(Purpose.PEERS)
    else:
        st.caption("You are not compared with anybody.")
    st.caption(NEVER_SHARED)
    return chosen, compare


def agree_to(purpose: Purpose) -> None:
    """In the words that are kept as the person's own; what they need explained comes after."""
    st.caption(f"You agree to: “{wording(purpose)}”")
    if purpose is Purpose.COACH_AGGREGATES:
        st.caption(
            "“Frozen once a week” is: worked out on the Tuesday after the week and then left as it"
            " is, so that no change tells of one person."
        )


def membership(member: Membership) -> None:
    with st.container(border=True):
        st.markdown(f"### {plain(member.name)}")
        joined = member.joined_at.astimezone(actor.timezone)
        st.caption(f"Coach: {plain(member.coach)}. You joined on {joined:%-d %b %Y}.")
        if member.outdated:
            st.info(
                "The words below are newer than those you agreed to. Yours hold (they stand under"
                " My data) until you save."
            )
        chosen, compare = choice(str(member.cohort_id), member.sharing, peers_now=member.peers)
        changed = member.outdated or (chosen, compare) != (member.sharing, member.peers)
        if changed and st.button("Save", type="primary", key=f"save_{member.cohort_id}"):
            with errors.told():
                cohorts.choose(actor.user_id, member.cohort_id, chosen, peers=compare)
                st.toast("Saved. It holds from now on.")
                st.rerun()
        if member.peers:
            position(member.cohort_id)
        with st.popover("Leave", icon=":material/logout:"):
            st.markdown("Your coach sees nothing of you from then on. Notes you got stay yours.")
            if st.button("Withdraw everything and leave", key=f"leave_{member.cohort_id}"):
                with errors.told():
                    cohorts.leave(actor.user_id, member.cohort_id)
                    st.rerun()


def removal(found: Removal) -> None:
    at = found.at.astimezone(actor.timezone)
    st.info(
        f"{plain(found.coach)} removed you from {plain(found.cohort)} on {at:%-d %b %Y}. Nothing of"
        " yours is shared there any more. Notes you got stay yours.",
        icon=":material/person_remove:",
    )
    link("insights", "Your notes from coaches", ":material/forum:")


def position(cohort_id: UUID) -> None:
    found = peers.get_position(actor.user_id, cohort_id)
    if found is None:
        st.markdown(
            "**No comparison yet.** It needs ten others who compare; you come in when the next"
            f" week is worked out, on {weekly_summaries.next_figures(datetime.now(UTC))}."
        )
        return
    st.markdown(
        f"**You are {BANDS[found.band]}** with {found.own_hours:.1f} hours of focus a week over the"
        " last four weeks that were worked out. The middle half lies between"
        f" {found.lower_hours:.0f} and {found.upper_hours:.0f} hours."
        " More is not better; it is only more."
    )


def preview() -> None:
    """Exactly what would be shared, from the functions that share it."""
    seen = sharing.preview(actor.user_id)
    with st.expander("See what would be shared", icon=":material/visibility:"):
        st.markdown(
            "**In the group's figures** goes one row a full week: the table below, with focused"
            " hours capped at 40, and your focus by three hours of the day. **By name**, your coach"
            " sees the whole of this."
        )
        for label, purpose in (
            ("In the group's figures", Purpose.COACH_AGGREGATES),
            ("By name", Purpose.COACH_NAMED),
        ):
            st.caption(f"{label}, one by one: {'; '.join(SHARED[purpose].values())}.")
        if not seen.weeks:
            st.markdown("You have no week yet.")
            return
        draw(coach_panels.trend_panel(seen.weeks, "preview", "by your own clock"))
        total = sum(seen.slot_minutes)
        if total:
            parts = [
                f"{name}: {coach_panels.share(minutes / total)}"
                for name, minutes in zip(coach_panels.SLOTS, seen.slot_minutes, strict=True)
                if minutes
            ]
            st.markdown(f"Your focus by hours of the day: {', '.join(parts)}.")
        member_panel.figures(sharing.profile(actor.user_id), "your")
        st.caption(NEVER_SHARED)


def looks(found: list[dict[str, Any]]) -> None:
    st.subheader("Who looked")
    if not found:
        st.markdown("Nobody has looked at anything of yours.")
        return
    st.caption("Looks of the same kind within an hour count as one.")
    show_table(
        {
            "When": [
                f"{look['at'].astimezone(actor.timezone):%-d %b %Y}, "
                f"{clock(look['at'], actor.timezone)}"
                for look in found
            ],
            "Who": [plain(look["looker"] or "an account that is gone") for look in found],
            "What": [LOOKS[look["what"]] for look in found],
            "Group": [plain(look["cohort"] or "one that is gone") for look in found],
        }
    )


st.title("Sharing")
with errors.told():
    note_hint.show(actor)
    joined = cohorts.memberships(actor.user_id)
    if not joined:
        st.markdown(
            "You share nothing. A coach can invite you to a group; you choose what they see, and"
            " you can withdraw it at any time."
        )
    for gone in cohorts.removals(actor.user_id):
        removal(gone)
    for member in joined:
        membership(member)
    try:
        invitation()
    except NotFound as error:
        errors.tell(error)
    preview()
    looks(sharing.list_looks(actor.user_id))
