"""Choosing a new password with a one-time link."""

from __future__ import annotations

import streamlit as st

from focus_core.domain.errors import LinkExpired
from focus_core.services import password_reset
from pages._ui import errors


def show(token: str) -> None:
    try:
        username = password_reset.owner_of(token)
    except LinkExpired as expired:
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
            password_reset.reset_password(token, new)
            st.query_params.clear()
            st.toast("Your new password is set. Sign in with it.")
            st.rerun()
