"""When somebody focuses best, with how sure that is: in the same words for them and their coach."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from focus_core.domain.definitions import title
from focus_core.domain.findings import UNKNOWN, interval, percent, standing
from focus_core.domain.rates import Rate


def show(
    measure: str, peaks: Iterable[tuple[str, Rate | None]], overall: float, whose: str = "your"
) -> None:
    """The named peaks that are above the average, and those that may be; `overall` is the mean.

    What is surely below is neither, even if nothing better has enough sessions.
    """
    label = title(measure)
    sure, unsure = [], []
    for name, found in peaks:
        if found is None:
            continue
        line = (
            f"**{name}**: success {percent(found.mean)} in {found.n:,} sessions"
            f" (95 % interval {interval(found)}), {standing(found, overall, whose)}"
        )
        if not found.differs_from(overall):
            unsure.append(line)
        elif found.mean > overall:
            sure.append(line)
    if unsure:
        named = {label: sure, f"May be {label.lower()}": unsure}
    else:
        named = {label: sure or [f"{UNKNOWN} none yet; it takes three sessions at least"]}
    for heading, entries in named.items():
        if entries:
            st.markdown("\n".join([f"{heading}:", "", *(f"- {entry}" for entry in entries)]))
