"""Signing out: ended in the database first, so that a cookie that stays is worth nothing."""

from __future__ import annotations

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.services import web_sessions
from pages._ui.cookie_exchange import drop_cookie
from pages._ui.gate import session_token
from pages._ui.text import plain


def control(actor: Actor) -> None:
    """Who is signed in, and the way out."""
    st.divider()
    st.caption(f"Signed in as {plain(actor.display_name)}")
    if st.button("Sign out", icon=":material/logout:"):
        leave()


def leave() -> None:
    """End this browser's sign-in; the run ends here and the page opens anew."""
    token = session_token()
    if token:
        web_sessions.sign_out(token)
    drop_cookie()
    st.stop()
