from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import URL
from streamlit.testing.v1 import AppTest

from focus_core.services import installation
from tests.factories import Person, make_person
from tests.pages.screens import texts


@pytest.fixture
def admin(database: URL) -> Person:
    return make_person(role="admin")


def test_it_shows_health_and_the_log(open_page: Callable[..., AppTest], admin: Person) -> None:
    installation.beat()
    page = open_page("administration", admin)
    assert "Scheduler: runs" in texts(page)
    next(button for button in page.button if button.label == "Make an invitation").click().run()
    assert "/?invite=" in page.code[0].value
    assert "made an invitation" in list(page.table[0].value["What"])
    page.run()
    assert not page.code
    before = [box.label for box in page.expander]
    assert "Invitations that nobody has used yet" in before[0]
    next(button for button in page.button if button.label == "Revoke").click().run()
    assert [box.label for box in page.expander] != before
    assert "revoked an invitation" in list(page.table[0].value["What"])


def test_it_is_for_administrators(open_page: Callable[..., AppTest], person: Person) -> None:
    page = open_page("administration", person)
    assert "may not do this" in page.error[0].value
    assert not page.table
    assert not page.radio
