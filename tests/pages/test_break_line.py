"""The timer says how long a break to take where it offers one, and stands without that line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import break_advice
from tests.factories import Person
from tests.pages.screens import texts

Open = Callable[..., AppTest]
LINE = "5 min is the technique's short break. There are no breaks of yours to learn from yet."


def finished(open_page: Open, person: Person) -> AppTest:
    page = open_page("timer", person)
    page.button(key="main_Start").click().run()
    return page.button(key="clock_finish").click().run()


def test_where_a_break_is_offered_and_while_it_runs(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    assert LINE not in texts(page)
    page = finished(open_page, person)
    assert LINE in texts(page)
    page.button(key="main_Start 5 min break").click().run()
    assert not page.exception
    assert LINE in texts(page)
    page.button(key="main_Start next session").click().run()
    assert LINE not in texts(page)


def test_the_break_is_there_without_it(
    open_page: Open, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(break_advice, "get_break_advice", away)
    page = finished(open_page, person)
    assert not page.exception
    assert page.button(key="main_Start 5 min break")
    assert LINE not in texts(page)
