from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import URL
from streamlit.testing.v1 import AppTest

from focus_core.domain.actor import Actor
from focus_core.services import accounts, password_reset, people, web_sessions
from tests.factories import Person, make_person
from tests.pages.screens import texts
from tests.sign_ins import cookie_of


@pytest.fixture
def admin(database: URL) -> Person:
    return make_person(role="admin")


def found(page: AppTest, person: Person) -> AppTest:
    """The page with this person on it, however many others there are."""
    if page.text_input:
        page.text_input[0].set_value(person.username).run()
    return page


def test_a_link_is_made_and_shown_once(
    open_page: Callable[..., AppTest], admin: Person, person: Person
) -> None:
    page = found(open_page("people", admin), person)
    page.button(key=f"Link for a new password {person.user_id}").click().run()
    token = page.code[0].value.split("/?reset=")[1]
    assert password_reset.owner_of(token) == person.username
    page.run()
    assert not page.code


def test_somebody_is_locked_out_and_let_in_again(
    open_page: Callable[..., AppTest], admin: Person, person: Person
) -> None:
    token = cookie_of(person)
    page = found(open_page("people", admin), person)
    page.button(key=f"Lock out now {person.user_id}").click().run()
    page.button(key=f"Cancel {person.user_id}").click().run()
    assert web_sessions.actor_for_cookie(token)
    page.button(key=f"Lock out now {person.user_id}").click().run()
    assert web_sessions.actor_for_cookie(token)
    page.button(key=f"Yes Lock out now {person.user_id}").click().run()
    assert web_sessions.actor_for_cookie(token) is None
    page.button(key=f"Let them in again {person.user_id}").click().run()
    assert web_sessions.actor_for_cookie(token) is None, "only with the password"
    assert web_sessions.actor_for_cookie(cookie_of(person))


def test_another_administrator_is_made(
    open_page: Callable[..., AppTest], admin: Person, person: Person
) -> None:
    page = found(open_page("people", admin), person)
    page.button(key=f"Make administrator {person.user_id}").click().run()
    assert "can do all that you can here" in texts(page)
    assert accounts.get_account(person.user_id)["role"] == "user"
    page.button(key=f"Yes Make administrator {person.user_id}").click().run()
    assert accounts.get_account(person.user_id)["role"] == "admin"


def test_an_administrator_who_is_none_any_more_can_do_nothing(
    open_page: Callable[..., AppTest], admin: Person, person: Person
) -> None:
    page = found(open_page("people", admin), person)
    by = web_sessions.actor_for_cookie(cookie_of(make_person(role="admin")))
    assert by is not None
    page.button(key=f"Lock out now {person.user_id}").click().run()
    people.set_disabled(by, admin.user_id, True)
    page.button(key=f"Yes Lock out now {person.user_id}").click().run()
    assert [title.value for title in page.title] == ["Focus"]
    assert accounts.get_account(person.user_id)["disabled_at"] is None


def test_a_lone_administrator_reads_why_there_is_nobody(
    open_page: Callable[..., AppTest],
    admin: Person,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "once they have signed up" not in texts(open_page("people", admin))
    everybody = people.list_people

    def alone(by: Actor) -> list[dict[str, Any]]:
        return [row for row in everybody(by) if row["id"] == admin.user_id]

    monkeypatch.setattr(people, "list_people", alone)
    assert "Others appear here once they have signed up" in texts(open_page("people", admin))


def test_of_many_people_the_searched_ones_are_shown(
    open_page: Callable[..., AppTest], admin: Person, person: Person
) -> None:
    for _ in range(55):
        make_person()
    page = open_page("people", admin)
    assert "more. Search for a name to see them." in page.caption[-1].value
    found(page, person)
    assert page.button(key=f"Make coach {person.user_id}")
