"""Choosing a new password with a one-time link."""

from __future__ import annotations

import streamlit as st

from focus_core.domain.errors import FocusError, LinkExpired
from focus_core.services import password_reset
from pages._ui import errors


def show(token: str) -> None:
    used_here: set[str] = st.session_state.setdefault("reset_used_here", set())
    try:
        username = password_reset.owner_of(token)
    except LinkExpired as expired:
        if token in used_here:
            _sign_in_with_it()
        errors.tell(expired)
        st.button("Sign in", type="primary", on_click=st.query_params.clear)
        return
    with st.form("reset"):
        st.subheader("Choose a new password")
        st.text_input("User name", username, disabled=True, autocomplete="username")
        new = st.text_input("New password", type="password", autocomplete="new-password")
        pressed = st.form_submit_button("Save password", type="primary")
    if pressed:
        with errors.told():
            _reset(token, new, used_here)
            _sign_in_with_it()


def _reset(token: str, new: str, used_here: set[str]) -> None:
    """A second click starts a run beside the first and takes over from it: the link that it finds
    used is used by that one."""
    second = token in used_here
    used_here.add(token)
    try:
        password_reset.reset_password(token, new)
    except FocusError as error:
        if second and isinstance(error, LinkExpired):
            return
        used_here.discard(token)
        raise


def _sign_in_with_it() -> None:
    st.query_params.clear()
    st.toast("Your new password is set. Sign in with it.")
    st.rerun()
