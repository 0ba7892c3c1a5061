"""What the numbers on a screen mean, one click away."""

from __future__ import annotations

import streamlit as st

from focus_core.domain.definitions import DEFINITIONS, title


def explain(key: str, *measures: str, label: str = "What this means") -> None:
    """The definitions of what a section shows."""
    with st.popover(label, icon=":material/help:", type="tertiary", key=key):
        # One element for all: nobody has opened it yet, and each costs every run.
        texts = [f"**{title(measure)}**  \n{DEFINITIONS[measure].text}" for measure in measures]
        st.markdown("\n\n".join(texts))
