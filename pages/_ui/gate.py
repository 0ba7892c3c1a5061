"""Who is at the page. Every page asks for itself, on every run, and so does every fragment.

Streamlit calls a widget's `on_click` and `on_change` before the script, so before this gate: what
is done for a person is done below it (`if st.button(…)`), and callbacks only arrange the screen.
"""

from __future__ import annotations

from contextvars import ContextVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from focus_core.domain.actor import Actor
from focus_core.services import web_sessions
from pages._ui.browser import SESSION_COOKIE, mark_of_session

_answer: ContextVar[tuple[object, Actor] | None] = ContextVar("_answer", default=None)
"""The last run in this thread that asked, and whom it found."""


def require_actor() -> Actor:
    """The signed-in person. Anybody else gets the sign-in screen, and the run ends there."""
    actor = current_actor()
    if actor is None:
        if in_fragment():
            st.rerun()  # the whole page, not only this part, becomes the sign-in screen
        from pages._ui import sign_in

        sign_in.show()
        st.stop()
    return actor


def current_actor() -> Actor | None:
    """The person whose cookie came with this page's connection, if it is still good now.

    The database is asked once in each run: the shell, the page and its parts, which all ask, get
    one answer. The next run, or a fragment that runs alone, finds out anew.
    """
    run, answer = _this_run(), _answer.get()
    if run is not None and answer is not None and answer[0] is run:
        return answer[1]
    token = session_token()
    actor = web_sessions.actor_for_cookie(token) if token else None
    _answer.set((run, actor) if actor else None)
    return actor


def ask_anew() -> None:
    """Let the rest of this run find out again: what it did has changed what the person has."""
    _answer.set(None)


def _this_run() -> object:
    """What Streamlit makes anew for each run and for nothing else; None outside of one."""
    context = get_script_run_ctx()
    return context.parallel_coordinator if context else None


def session_token() -> str | None:
    """The sign-in cookie of this page's connection; None unless the connection is marked by it."""
    token = st.context.cookies.get(SESSION_COOKIE)
    if token and st.user.get("browser") == mark_of_session(token):
        return token
    return None


def in_fragment() -> bool:
    """Whether only a fragment of the page runs, so that nobody has asked who is there yet."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)
