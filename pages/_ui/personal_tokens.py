"""Personal tokens: making one for a script, seeing which there are, taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.services import personal_tokens
from pages._ui import errors
from pages._ui.text import plain

_LIFETIMES = {"30 days": 30, "90 days": 90, "a year": 365}
_MAY = {"Only read": ["read"], "Read and change": ["read", "write"]}
_MADE = "personal_token_made"


def show(actor: Actor, tokens: Sequence[dict[str, Any]]) -> None:
    """The whole part of the settings page; `tokens` as `list_tokens` gives them."""
    st.write(
        "A token lets a program of yours, such as a planner or a phone, use Focus in your name"
        " without your password. A new password ends all of them."
    )
    _made()
    _list(actor, tokens)
    _form(actor)


def _form(actor: Actor) -> None:
    with st.form("personal_token", clear_on_submit=True):
        name = st.text_input(
            "What is it for?",
            max_chars=personal_tokens.NAME_LENGTH,
            placeholder="My planner",
            key="token_name",
        )
        left, right = st.columns(2)
        may = left.selectbox("It may", list(_MAY), key="token_may")
        lifetime = right.selectbox("It lasts", list(_LIFETIMES), index=1, key="token_lifetime")
        pressed = st.form_submit_button("Make a token")
    if pressed:
        with errors.told():
            token, _ = personal_tokens.make_token(
                actor.user_id, name, _MAY[may], _LIFETIMES[lifetime]
            )
            st.session_state[_MADE] = token
            st.rerun()


def _made() -> None:
    """The new token, on the one run after it was made."""
    token = st.session_state.pop(_MADE, None)
    if token is not None:
        st.success("Your new token. Copy it now: it is shown only this once.")
        st.code(token, language=None)


def _list(actor: Actor, tokens: Sequence[dict[str, Any]]) -> None:
    for token in tokens:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"**{plain(token['name'])}**  \n{_described(token, actor)}")
            if st.button("Revoke", key=f"revoke_{token['id']}"):
                with errors.told():
                    personal_tokens.revoke_token(actor.user_id, token["id"])
                st.rerun()


def _described(token: dict[str, Any], actor: Actor) -> str:
    may = "reads and changes" if "write" in token["scopes"] else "reads"
    ends = token["expires_at"].astimezone(actor.timezone)
    used = token["last_used_at"]
    last = f"last used {used.astimezone(actor.timezone):%-d %b %Y, %H:%M}" if used else "never used"
    return f"{may} · until {ends:%-d %b %Y} · {last}"
