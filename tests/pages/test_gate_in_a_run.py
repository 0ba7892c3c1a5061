"""Whoever asks in one run of a page gets one answer; the next run finds out anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from db.models import users
from db.session import open_for_sign_in
from focus_core.services import get_focus_session_service, web_sessions
from tests.factories import Person
from tests.pages.screens import open_screen, texts

Cookie = Callable[[Person | None], str | None]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each question to the database about a cookie."""
    tokens: list[str] = []
    ask = web_sessions.actor_for_cookie

    def count(token: str) -> object:
        tokens.append(token)
        return ask(token)

    monkeypatch.setattr(web_sessions, "actor_for_cookie", count)
    return tokens


@pytest.mark.parametrize("name", ["timer", "profile", "settings"])
def test_the_database_is_asked_once_in_every_run(
    cookie: Cookie, person: Person, asked: list[str], name: str
) -> None:
    cookie(person)
    page = open_screen(name)
    for _ in range(3):
        asked.clear()
        page.run()
        assert len(asked) == 1


def test_what_was_known_of_one_run_serves_no_other(cookie: Cookie, person: Person) -> None:
    def script() -> None:
        import streamlit as st

        from pages._ui.gate import require_actor

        assert require_actor() is require_actor()
        st.text(f"role {require_actor().role}")

    cookie(person)
    page = AppTest.from_function(script).run()
    assert [text.value for text in page.text] == ["role user"]
    with open_for_sign_in() as transaction:
        transaction.execute(
            update(users).where(users.c.id == person.user_id).values(role="researcher")
        )
    assert [text.value for text in page.run().text] == ["role researcher"]
    web_sessions.revoke_others(person.user_id, keep=None)
    assert not page.run().text


def test_a_page_draws_what_was_done_just_before_in_its_own_run(
    cookie: Cookie, person: Person
) -> None:
    cookie(person)
    page = open_screen("history")
    assert "running" not in texts(page)  # and is kept until the data change
    page.switch_page("../timer.py").run()
    page.session_state["timer_screen"].asked.append(("start", {"session_type": "flowtime"}))
    page.switch_page("../history.py").run()
    assert get_focus_session_service().get_active_session(person.user_id) is not None
    assert "running" in texts(page)
