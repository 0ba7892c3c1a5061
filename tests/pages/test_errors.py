from __future__ import annotations

import logging

import pytest
from sqlalchemy import URL
from streamlit.testing.v1 import AppTest

from focus_core.domain.errors import DatabaseUnavailable
from pages._ui.errors import told


def unexpected() -> None:
    from pages._ui.errors import on_script_error

    assert on_script_error(ValueError("the inside of things"))


def expected() -> None:
    from focus_core.domain.errors import InvalidInput
    from pages._ui.errors import told

    with told():
        raise InvalidInput("title", "Shorten [this](http://evil.example).")


def away() -> None:
    from focus_core.domain.errors import DatabaseUnavailable
    from pages._ui.errors import on_script_error

    assert on_script_error(DatabaseUnavailable())


def test_a_database_that_is_away_is_a_matter_of_the_whole_page() -> None:
    with pytest.raises(DatabaseUnavailable), told():
        raise DatabaseUnavailable


def test_what_nobody_expected_is_logged_under_a_reference_and_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, "pages._ui.errors"):
        page = AppTest.from_function(unexpected).run()
    assert not page.exception
    (shown,) = [error.value for error in page.error]
    assert "inside of things" not in shown
    (logged,) = [record for record in caplog.records if record.name == "pages._ui.errors"]
    assert logged.getMessage().rsplit(" ", 1)[1] in shown
    assert "inside of things" in str(logged.exc_info)


def test_what_a_person_can_mend_is_said_and_links_nowhere() -> None:
    page = AppTest.from_function(expected).run()
    assert "](" not in page.error[0].value
    assert "http:" not in page.error[0].value


def test_a_database_that_is_away_is_said_calmly(database: URL) -> None:
    page = AppTest.from_function(away).run()
    assert not page.exception
    assert "can't be reached" in page.warning[0].value
