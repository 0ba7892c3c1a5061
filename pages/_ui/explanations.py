"""What the numbers on a screen mean, one click away."""

from __future__ import annotations

import streamlit as st

from focus_core.domain.definitions import DEFINITIONS, title


def explain(key: str, *measures: str) -> None:
    """The definitions of what a section shows."""
    with st.popover("What this means", icon=":material/help:", type="tertiary", key=key):
        for measure in measures:
            st.markdown(f"**{title(measure)}**  \n{DEFINITIONS[measure].text}")
