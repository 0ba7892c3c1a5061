from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import URL, create_engine
from streamlit.testing.v1 import AppTest

from focus_core.research.ladder import Tier
from focus_core.services import research, web_sessions
from tests.factories import Person, make_person
from tests.pages.screens import texts
from tests.research.people import settle
from tests.sign_ins import cookie_of


def test_preview_release_and_list(database: URL, open_page: Callable[..., AppTest]) -> None:
    pool = create_engine(database)
    settle(pool, 160, weeks=4)  # of 140, one draw in sixty leaves out too many to be released
    pool.dispose()
    researcher = make_person(role="researcher")
    page = open_page("research", researcher, timeout=60)
    page.date_input(key="first").set_value(date(2026, 3, 2))
    page.date_input(key="last").set_value(date(2026, 3, 29)).run()
    assert "4 in all" in texts(page)
    page.radio(key="tier").set_value(Tier.SESSIONS).run()
    press(page, "Preview what it would cost")
    assert not page.exception
    assert "It can be released with" in page.success[0].value
    assert "Singled out" in str(page.table[0].value)
    press(page, "Release")
    assert "Tier B, 2 Mar 2026 to 29 Mar 2026" in texts(page)
    actor = web_sessions.actor_for_cookie(cookie_of(researcher))
    assert actor is not None
    made = research.list_releases(actor)[0]
    press(page, "Delete its rows")
    assert "Its rows are gone from here." in texts(page)
    assert research.list_releases(actor)[0]["withdrawn_at"]
    assert not any(button.key == f"withdraw {made['id']}" for button in page.button)


def test_too_few_are_refused_in_words(database: URL, open_page: Callable[..., AppTest]) -> None:
    page = open_page("research", make_person(role="researcher"))
    press(page, "Preview what it would cost")
    assert "This can't be released." in page.error[0].value
    assert "a release takes 100" in texts(page)


def test_others_are_told_whom_it_is_for(open_page: Callable[..., AppTest], person: Person) -> None:
    page = open_page("research", person)
    assert "for researchers" in texts(page)
    assert not page.button


def press(page: AppTest, label: str) -> AppTest:
    return next(found for found in page.button if found.label == label).click().run()
