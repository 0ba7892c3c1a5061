from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL
from streamlit.testing.v1 import AppTest

from focus_core.domain.errors import TooManyAccounts
from focus_core.services import accounts, installation, invitations, web_sessions
from pages._ui.browser import BROWSER_COOKIE
from tests.cohort_people import actor_of
from tests.factories import Person, make_person

PAGES = sorted(path.stem for path in (Path(__file__).parents[2] / "pages").glob("[a-z]*.py"))

SIGN_IN_BUTTONS = {"Sign in", "Create an account", "Create account", "I have an account"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_its_own_shows_nothing_to_somebody_who_is_signed_out(
    open_page: Callable[..., AppTest], name: str
) -> None:
    page = open_page(name, None)
    assert [title.value for title in page.title] == ["Focus"]
    assert not page.exception
    assert {button.label for button in page.button} <= SIGN_IN_BUTTONS


@pytest.mark.parametrize("name", PAGES)
def test_a_page_notices_on_its_next_run_that_the_sign_in_has_ended(
    open_page: Callable[..., AppTest], database: URL, name: str
) -> None:
    admin = make_person(role="admin")
    page = open_page(name, admin)
    assert [title.value for title in page.title] != ["Focus"]
    web_sessions.revoke_others(admin.user_id, keep=None)
    page.run()
    assert [title.value for title in page.title] == ["Focus"]


@pytest.mark.parametrize("anybody", [False, True])
def test_the_first_account_is_not_asked_for_while_there_is_none(
    open_page: Callable[..., AppTest],
    database: URL,
    monkeypatch: pytest.MonkeyPatch,
    anybody: bool,
) -> None:
    monkeypatch.setattr(accounts, "is_empty", lambda: True)
    monkeypatch.setattr(accounts, "is_any", lambda: anybody)
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.cookies", {BROWSER_COOKIE: "b"})
    page = open_page("timer", None)
    labels = {button.label for button in page.button}
    assert "Create account" in labels
    assert ("I have an account" in labels) is anybody


def test_a_used_invitation_says_so_before_anything_is_typed(
    open_page: Callable[..., AppTest], database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = actor_of(make_person(role="admin"))
    monkeypatch.setattr(installation, "sign_up_is_open", lambda: False)
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.cookies", {BROWSER_COOKIE: "b"})
    token, listed = invitations.make_invitation(admin)
    monkeypatch.setattr("streamlit.query_params", {"invite": token})
    page = open_page("timer", None)
    assert "Create account" in {button.label for button in page.button}
    invitations.revoke_invitation(admin, listed["id"])
    page = open_page("timer", None)
    assert "was used or has run out" in page.info[0].value
    assert "Create account" not in {button.label for button in page.button}
    press(page, "I have an account")
    assert "Sign in" in {button.label for button in page.button}
    monkeypatch.setattr("streamlit.query_params", {})
    page = open_page("timer", None)
    assert "Create an account" not in {button.label for button in page.button}
    assert "by invitation" in page.caption[0].value


def test_who_has_to_wait_for_an_account_is_told_so(
    open_page: Callable[..., AppTest], database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(address: str) -> None:
        assert address == "192.0.2.30"
        raise TooManyAccounts(600)

    monkeypatch.setattr("focus_core.services.sign_up_limit.charge", wait)
    context = "streamlit.runtime.context.ContextProxy"
    monkeypatch.setattr(f"{context}.cookies", {BROWSER_COOKIE: "b"})
    monkeypatch.setattr(f"{context}.ip_address", "192.0.2.30")
    make_person()
    page = open_page("timer", None)
    press(page, "Create an account")
    name, password = page.text_input
    name.input(f"person-{uuid4().hex[:12]}")
    password.input("seven purple otters juggle")
    press(page, "Create account")
    assert "Try again in 10 minutes" in page.error[0].value


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()


def test_people_is_for_administrators(open_page: Callable[..., AppTest], person: Person) -> None:
    page = open_page("people", person)
    assert "may not do this" in page.error[0].value
    assert person.username not in str(page.markdown)
