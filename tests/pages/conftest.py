"""Pages without a browser: Streamlit's AppTest, signed in through the real gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL
from streamlit.testing.v1 import AppTest

from db.session import open_for_sign_in
from focus_core.services import sign_in, web_sessions
from tests.factories import Person

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cookie(database: URL, monkeypatch: pytest.MonkeyPatch) -> Callable[[Person | None], str | None]:
    """Puts this person's cookie, or nobody's, in the browser whose pages are opened next.

    AppTest has no browser, so the one function that reads the connection is replaced; whose cookie
    it is, and whether it is still good, the gate finds out as ever.
    """

    def use(person: Person | None) -> str | None:
        token = token_of(person) if person else None
        monkeypatch.setattr("pages._ui.gate.session_token", lambda: token)
        return token

    return use


@pytest.fixture
def open_page(cookie: Callable[[Person | None], str | None]) -> Callable[..., AppTest]:
    """Opens `pages/<name>.py` as a person: `open_page("history", person)`."""

    def open_as(name: str, person: Person | None, timeout: float = 15) -> AppTest:
        cookie(person)
        return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=timeout).run()

    return open_as


def token_of(person: Person) -> str:
    """A sign-in of this person, as a browser with a fresh ticket gets it."""
    with open_for_sign_in() as transaction:
        ticket = sign_in.issue_ticket(transaction, person.user_id, "a browser")
    return web_sessions.begin(ticket, "a browser", user_agent="AppTest", address="")
