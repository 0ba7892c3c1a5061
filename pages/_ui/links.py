"""Links between screens."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from focus_core.config import read_settings

_PAGES = Path(__file__).parents[1]


def link(screen: str, label: str, icon: str) -> None:
    """To `pages/<screen>.py`. By its full path: Streamlit reads others relative to the shell."""
    st.page_link(_PAGES / f"{screen}.py", label=label, icon=icon)


def address(path: str) -> str:
    """The whole address of `path` (with its query), as somebody else would type it."""
    here = urlsplit(st.context.url or "")
    base = read_settings().public_url or f"{here.scheme}://{here.netloc}"
    return f"{base.rstrip('/')}/{path}"
