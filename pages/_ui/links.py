"""Links between screens."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_PAGES = Path(__file__).parents[1]


def link(screen: str, label: str, icon: str) -> None:
    """To `pages/<screen>.py`. By its full path: Streamlit reads others relative to the shell."""
    st.page_link(_PAGES / f"{screen}.py", label=label, icon=icon)
