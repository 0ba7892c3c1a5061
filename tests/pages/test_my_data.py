from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.domain.errors import NotFound
from focus_core.services import accounts, erasure, my_data
from tests.factories import Person
from tests.pages.screens import texts

PASSWORD = "seven purple otters juggle"


@pytest.fixture
def owner(database: object) -> Person:
    made = accounts.sign_up(
        f"p-{uuid4().hex[:12]}", "Ann", PASSWORD, "Europe/Berlin", address="", browser="b"
    )
    return Person(made.user_id, made.username)


def press(page: AppTest, label: str) -> AppTest:
    return next(found for found in page.button if found.label == label).click().run()


def test_taking_part_and_withdrawing_is_told_with_its_words(
    open_page: Callable[..., AppTest], owner: Person
) -> None:
    page = open_page("my_data", owner)
    assert not page.exception
    assert "take part in research" in texts(page)
    press(page, "I agree and take part")
    assert my_data.takes_part_in_research(owner.user_id)
    assert "You take part in research" in texts(page)
    press(page, "Withdraw")
    assert not my_data.takes_part_in_research(owner.user_id)
    labels = [found.label for found in page.expander]
    assert "Withdrew from research" in labels[0]
    assert "Agreed to research" in labels[1]


def test_erasing_waits_and_can_be_taken_back(
    open_page: Callable[..., AppTest], owner: Person
) -> None:
    page = open_page("my_data", owner)
    page.text_input(key="erase_proof").set_value("not my password")
    press(page, "Erase my account")
    assert "isn't your password" in texts(page)
    page.text_input(key="erase_proof").set_value(PASSWORD)
    press(page, "Erase my account")
    assert "will be erased on" in texts(page)
    press(page, "Keep my account")
    assert erasure.due_at(owner.user_id) is None


def test_erasing_at_once(open_page: Callable[..., AppTest], owner: Person) -> None:
    page = open_page("my_data", owner)
    page.text_input(key="erase_proof").set_value(PASSWORD)
    page.checkbox(key="erase_now").check()
    press(page, "Erase my account")
    with pytest.raises(NotFound):
        accounts.get_account(owner.user_id)
