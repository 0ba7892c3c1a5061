"""For researchers: what a release would cost, making it, and those that were made."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from focus_core.domain.actor import Role
from focus_core.domain.errors import ReleaseRefused
from focus_core.research import bars
from focus_core.research.files import Format
from focus_core.research.ladder import Tier
from focus_core.research.release import Attempt
from focus_core.services import research
from pages._ui import errors
from pages._ui.gate import require_actor

TIERS = {
    Tier.SUBJECTS: "A: one row a person",
    Tier.SESSIONS: "B: up to 40 rows a person, by week and time of day",
}
FORMATS = {Format.CSV: "CSV", Format.PARQUET: "Parquet"}
PREVIEW = "research_preview"

actor = require_actor()


def choose() -> tuple[Tier, research.Period | None]:
    today = datetime.now(UTC).astimezone(actor.timezone).date()
    monday = today - timedelta(days=today.weekday())
    tier = st.radio("What a row is", list(TIERS), format_func=TIERS.__getitem__, key="tier")
    left, right = st.columns(2)
    first = left.date_input("From", monday - timedelta(weeks=12), key="first", max_value=today)
    last = right.date_input("To", monday - timedelta(days=1), key="last", max_value=today)
    wanted = None
    with errors.told():
        wanted = research.period(_day(first), _day(last))
        st.caption(
            f"Whole weeks: {wanted.first:%-d %b %Y} to"
            f" {wanted.last - timedelta(days=1):%-d %b %Y}, {wanted.weeks} in all, each in the"
            " person's own time zone."
        )
    return tier, wanted


def _day(chosen: Any) -> date:
    return chosen if isinstance(chosen, date) else chosen[0]


def show_preview(tier: Tier, wanted: research.Period) -> None:
    choice = (tier, wanted)
    if st.button("Preview what it would cost", type="primary", icon=":material/search:"):
        with (
            errors.told(),
            st.spinner("Generalising, suppressing and measuring. This can take a minute…"),
        ):
            st.session_state[PREVIEW] = (choice, research.preview(actor, tier, wanted))
    kept = st.session_state.get(PREVIEW)
    if kept is None or kept[0] != choice:
        st.caption("Nothing is released by a preview, and nothing of it is kept.")
        return
    show(kept[1], tier)
    if not kept[1].reasons:
        make(tier, wanted, kept[1].seed)


def show(preview: research.Preview, tier: Tier) -> None:
    outcome = preview.outcome
    last = outcome.attempts[-1]
    st.markdown(
        f"**{outcome.population:,} people consent and have sessions in these weeks;"
        f" {outcome.eligible:,} have enough.** {last.figures.left_out_at_random:,} of them are left"
        " out at random, so that comparing releases shows nobody."
    )
    if preview.reasons:
        st.error("This can't be released.", icon=":material/block:")
        for reason in preview.reasons:
            st.markdown(f"- {reason}")
    else:
        st.success(f"It can be released with: {last.rung.says}.", icon=":material/check_circle:")
    if outcome.eligible - last.figures.left_out_at_random >= bars.FEWEST_SUBJECTS:
        figures(last, tier)
        steps(outcome.attempts)


def percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"


def figures(attempt: Attempt, tier: Tier) -> None:
    found, limits = attempt.figures, bars.as_dict(tier)
    kept = (
        f"{found.suppressed_subjects:,} people and {percent(found.suppressed_share, 1)} of values"
    )
    table = [
        ("People", f"{found.subjects:,}", f"at least {limits['subjects_at_least']:.0f}"),
        ("Rows", f"{found.rows:,}", "—"),
        ("k, the smallest class", _or_dash(found.k), f"at least {limits['k_at_least']:.0f}"),
        ("l, values in a class", _or_dash(found.l), f"at least {limits['l_at_least']:.0f}"),
        (
            "t, distance of a class from all",
            "—" if found.t is None else f"{found.t:.2f}",
            f"at most {limits['t_at_most']}",
        ),
        (
            "Singled out by four points that tell the most",
            percent(found.unicity, 1),
            f"at most {percent(limits['unicity_at_most'])}",
        ),
    ]
    if found.unicity_at_random is not None:
        table.append(
            (
                "Singled out by four sessions drawn at random",
                percent(found.unicity_at_random, 1),
                f"at most {percent(limits['unicity_at_most'])}",
            )
        )
    if found.unicity_knowing_values is not None:
        table.append(
            (
                "The same, knowing their values too",
                percent(found.unicity_knowing_values),
                "none; weigh it",
            )
        )
    table.append(
        ("Suppressed", kept, f"values: at most {percent(limits['suppressed_share_at_most'])}")
    )
    st.markdown("**What was measured**")
    st.table(pd.DataFrame(table, columns=["Figure", "Measured", "Bar"]).set_index("Figure"))


def _or_dash(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def steps(attempts: tuple[Attempt, ...]) -> None:
    with st.expander(f"Coarsening: {len(attempts)} tried, finest first"):
        for attempt in attempts:
            mark = ":material/close:" if attempt.reasons else ":material/check:"
            st.markdown(f"{mark} **{attempt.rung.says}**")
            st.caption(" ".join(attempt.reasons) or "Meets every bar.")


def make(tier: Tier, wanted: research.Period, seed: int) -> None:
    st.caption(
        "A release is recorded, and everybody who is in it can see that they are. A week can go"
        " out twice in a tier, no more."
    )
    if st.button("Release", icon=":material/publish:"):
        try:
            with st.spinner("Making the release…"):
                research.release(actor, tier, wanted, seed)
        except ReleaseRefused as error:
            errors.tell(error)
            return
        del st.session_state[PREVIEW]
        st.toast("Released. It is below, ready to download.", icon=":material/check:")
        st.rerun()


def releases() -> None:
    found = research.list_releases(actor)
    if not found:
        st.caption("None yet.")
    for one in found:
        with st.container(border=True):
            made = one["created_at"].astimezone(actor.timezone)
            last = one["period_end"] - timedelta(days=1)
            st.markdown(
                f"**Tier {one['tier']}, {one['period_start']:%-d %b %Y} to {last:%-d %b %Y}**  \n"
                f"{one['subjects']:,} people; made {made:%-d %b %Y, %H:%M}  \n"
                f"{one['manifest']['generalisation']}"
            )
            if one["withdrawn_at"]:
                at = one["withdrawn_at"].astimezone(actor.timezone)
                st.caption(f"Withdrawn {at:%-d %b %Y, %H:%M}. Its rows are gone from here.")
            else:
                with st.container(horizontal=True):
                    for form, label in FORMATS.items():
                        offer(one["id"], form, label)
                    withdraw(one["id"])
            with st.expander("Manifest and data dictionary"):
                st.table(pd.DataFrame(_columns(one["dictionary"])).set_index("column"))
                st.code(json.dumps(one["manifest"], indent=2), language="json")


def offer(release_id: UUID, form: Format, label: str) -> None:
    st.download_button(
        label,
        lambda: research.download(actor, release_id, form),
        f"focus-release-{str(release_id)[-8:]}-{form}.zip",
        "application/zip",
        key=f"{form} {release_id}",
        icon=":material/download:",
        on_click="ignore",
    )


def withdraw(release_id: UUID) -> None:
    with st.popover("Withdraw", icon=":material/delete:"):
        st.markdown(
            "Deletes the rows here, for good. That there was a release stays on record, with its"
            " manifest and for those who were in it. Copies that were downloaded can't be called"
            " back, so it still counts as one of the two that a week may have in a tier."
        )
        if st.button("Delete its rows", key=f"withdraw {release_id}"):
            with errors.told():
                research.withdraw(actor, release_id)
                st.toast("Withdrawn. Its rows are gone.", icon=":material/check:")
                st.rerun()


def _columns(dictionary: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "column": one["name"],
            "meaning": one["meaning"],
            "values": "; ".join(one["values"]) or one["type"],
        }
        for one in dictionary
    ]


st.title("Research")
if actor.role is Role.RESEARCHER:
    st.write(
        "Data to take away, of people who agreed to it, made to hide who is who; what risk remains"
        " is measured first. Nobody's sessions can be looked at here."
    )
    tier, wanted = choose()
    if wanted is not None:
        show_preview(tier, wanted)
    st.subheader("Releases")
    releases()
else:
    st.info("This page is for researchers. An administrator can make an account one.")
