from __future__ import annotations

from collections.abc import Callable
from datetime import time
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.services import accounts, personal_tokens, sign_in, web_sessions
from tests.factories import Person
from tests.sign_ins import cookie_of

OLD, NEW = "seven purple otters juggle", "eleven grumpy comets whistle"


@pytest.fixture
def owner(database: object) -> Person:
    made = accounts.sign_up(
        f"p-{uuid4().hex[:12]}", "Ann", OLD, "Europe/Berlin", address="", browser="b"
    )
    return Person(made.user_id, made.username)


def test_calendar_is_saved(open_page: Callable[..., AppTest], owner: Person) -> None:
    page = open_page("settings", owner)
    assert not page.exception
    page.selectbox(key="zone").set_value("Asia/Tokyo")
    page.selectbox(key="week_start").set_value("Sunday")
    page.time_input(key="day_start").set_value(time(4))
    button(page, "Save").click().run()
    account = accounts.get_account(owner.user_id)
    assert not page.error
    assert (account["timezone"], account["week_start"], account["day_start"]) == (
        "Asia/Tokyo",
        7,
        time(4),
    )


def test_a_refused_value_says_what_to_do(open_page: Callable[..., AppTest], owner: Person) -> None:
    page = open_page("settings", owner)
    page.time_input(key="day_start").set_value(time(13))
    button(page, "Save").click().run()
    assert "A day starts between" in page.error[0].value
    assert accounts.get_account(owner.user_id)["day_start"] == time(0)


def test_timer_is_saved(open_page: Callable[..., AppTest], owner: Person) -> None:
    page = open_page("settings", owner)
    page.number_input(key="work_minutes").set_value(50)
    page.number_input(key="long_every").set_value(3)
    page.radio(key="overtime").set_value(True)
    button(page, "Save", 1).click().run()
    account = accounts.get_account(owner.user_id)
    assert (account["work_minutes"], account["long_break_every"], account["overtime"]) == (
        50,
        3,
        True,
    )


def test_sound_is_saved(open_page: Callable[..., AppTest], owner: Person) -> None:
    page = open_page("settings", owner)
    page.slider(key="volume").set_value(20)
    page.button(key="save_sounds").click().run()
    assert accounts.get_account(owner.user_id)["sound_volume_pct"] == 20


def test_changing_the_password_signs_other_devices_out(
    open_page: Callable[..., AppTest], owner: Person
) -> None:
    other = cookie_of(owner)
    page = open_page("settings", owner)
    page.text_input(key="current").set_value(OLD)
    page.text_input(key="new").set_value(NEW)
    button(page, "Change password").click().run()
    assert "is changed" in page.success[0].value
    assert web_sessions.actor_for_cookie(other) is None
    assert sign_in.sign_in(owner.username, NEW, address="", browser="b")


def test_another_device_is_signed_out(open_page: Callable[..., AppTest], owner: Person) -> None:
    other = cookie_of(owner)
    page = open_page("settings", owner)
    button(page, "Sign out").click().run()
    assert web_sessions.actor_for_cookie(other) is None
    assert len(web_sessions.list_devices(owner.user_id)) == 1


def test_a_program_is_given_a_token(open_page: Callable[..., AppTest], owner: Person) -> None:
    page = open_page("settings", owner)
    assert "Programs" in [tab.label for tab in page.tabs]
    page.text_input(key="token_name").set_value("My planner")
    button(page, "Make a token").click().run()
    assert not page.exception
    assert [token["name"] for token in personal_tokens.list_tokens(owner.user_id)] == ["My planner"]


def button(page: AppTest, label: str, index: int = 0) -> object:
    return [found for found in page.button if found.label == label][index]
