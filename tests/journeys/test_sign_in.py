from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import create_engine, text
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pages._ui.browser import BROWSER_COOKIE, MARK_HEADER, SESSION_COOKIE, mark_of_session
from tests.journeys.app_server import AppServer
from tests.journeys.steps import (
    PASSWORD,
    expect_signed_in,
    expect_signed_out,
    sign_in,
    sign_out_button,
    sign_up,
)
from tests.journeys.stream import Stream

pytestmark = pytest.mark.browser

SIGNED_IN = "Signed in as"


def test_sign_up_reload_sign_out_sign_in(page: Page) -> None:
    username = sign_up(page)
    page.reload()
    expect_signed_in(page)
    sign_out_button(page).click()
    expect_signed_out(page)
    page.reload()
    expect_signed_out(page)
    sign_in(page, username)
    expect_signed_in(page)


@pytest.mark.parametrize("clicks", [2, 3])
def test_clicking_twice_makes_one_account_and_signs_in(page: Page, clicks: int) -> None:
    sign_up(page, clicks=clicks)
    expect(page.get_by_text("taken")).not_to_be_attached()


def test_a_taken_name_opens_for_its_own_password_only(
    page: Page, new_context: Callable[[], BrowserContext]
) -> None:
    username = sign_up(page)
    other = new_context().new_page()
    other.goto("/")
    other.get_by_role("button", name="Create an account").click()
    expect(other.get_by_role("button", name="Sign in", exact=True)).not_to_be_attached()
    expect(other.get_by_label("User name", exact=True)).to_have_count(1)  # the other form is gone
    other.get_by_label("User name", exact=True).fill(username)
    other.get_by_label("Password", exact=True).fill("nine sleepy walnuts argue")
    other.get_by_role("button", name="Create account").click()
    expect(other.get_by_text("This user name is taken")).to_be_visible()
    expect_signed_out(other)


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(page: Page) -> None:
    sign_up(page)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    for name in (SESSION_COOKIE, BROWSER_COOKIE):
        assert cookies[name]["httpOnly"]
        assert cookies[name]["sameSite"] == "Strict"
    assert SESSION_COOKIE not in page.evaluate("document.cookie")


def test_a_copied_cookie_is_refused_after_sign_out(
    page: Page, new_context: Callable[[], BrowserContext]
) -> None:
    sign_up(page)
    stolen = [c for c in page.context.cookies() if c["name"] == SESSION_COOKIE]
    thief = new_context()
    thief.add_cookies(stolen)  # type: ignore[arg-type]
    other = thief.new_page()
    other.goto("/settings")
    expect_signed_in(other)
    sign_out_button(page).click()
    expect_signed_out(page)
    other.get_by_role("link", name="Timer").click()
    expect_signed_out(other)
    expect(other.get_by_test_id("stSidebar")).not_to_be_attached()  # nor its empty place
    other.reload()
    expect_signed_out(other)


def test_signing_out_here_leaves_other_devices_signed_in(
    page: Page, new_context: Callable[[], BrowserContext]
) -> None:
    username = sign_up(page)
    phone = new_context().new_page()
    sign_in(phone, username)
    expect_signed_in(phone)
    sign_out_button(page).click()
    expect_signed_out(page)
    phone.reload()
    expect_signed_in(phone)


def test_a_streamlit_session_id_opens_nothing_without_its_cookie(
    page: Page, app_server: AppServer
) -> None:
    sign_up(page)
    cookies = cookies_of(page)
    with Stream(app_server, cookies=cookies) as own:
        assert SIGNED_IN in own.open()
        session_id = own.session_id
    with Stream(app_server, cookies=cookies, resume=session_id) as same_browser:
        assert SIGNED_IN in same_browser.open()
        assert same_browser.session_id == session_id
    forged = {MARK_HEADER: mark_of_session(cookies[SESSION_COOKIE])}
    for stranger in ({}, {SESSION_COOKIE: "guessed"}, {BROWSER_COOKIE: cookies[BROWSER_COOKIE]}):
        with Stream(app_server, cookies=stranger, resume=session_id, headers=forged) as replay:
            assert SIGNED_IN not in replay.open()
            assert replay.session_id != session_id
    sign_out_button(page).click()
    expect_signed_out(page)
    with Stream(app_server, cookies=cookies, resume=session_id) as late:
        assert SIGNED_IN not in late.open()
        assert late.session_id != session_id


@pytest.mark.parametrize("origin", ["http://localhost:1", "http://evil.example", "null"])
def test_another_origin_gets_no_connection(app_server: AppServer, origin: str) -> None:
    with pytest.raises(InvalidStatus), Stream(app_server, origin=origin):
        pass


def test_nobody_sends_more_than_a_page_ever_would(app_server: AppServer) -> None:
    with Stream(app_server) as anybody:
        _say(anybody, 10_000_000)
        with pytest.raises(ConnectionClosed):
            _say(anybody, 21_000_000)


def _say(stream: Stream, size: int) -> None:
    message = BackMsg()
    message.rerun_script.query_string = "x" * size
    stream.connection.send(message.SerializeToString())
    stream.open()


def test_a_locked_account_does_not_open_for_its_own_password(page: Page) -> None:
    username = sign_up(page)
    sign_out_button(page).click()
    expect_signed_out(page)
    page.get_by_label("User name", exact=True).fill(username)
    for guess in (*(f"wrong password {number}" for number in range(5)), PASSWORD):
        page.get_by_label("Password", exact=True).fill(guess)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("That name and password don't match")).to_be_visible()
        expect(page.get_by_test_id("stStatusWidget")).not_to_be_attached()
    expect_signed_out(page)


def test_a_forgotten_password_is_mended_by_a_link(
    page: Page, new_context: Callable[[], BrowserContext], app_server: AppServer
) -> None:
    username = sign_up(page, f"a-{uuid4().hex[:10]}")  # so that it is among the first listed
    admin = new_context().new_page()
    make_administrator(app_server, sign_up(admin))
    admin.goto("/people")
    admin.get_by_text(username, exact=True).locator("xpath=ancestor::*[.//button][1]").get_by_role(
        "button", name="Change"
    ).click()
    admin.get_by_role("button", name="Link for a new password").click()
    link = admin.get_by_test_id("stCode").inner_text().strip()
    row = admin.get_by_text(username, exact=True).locator("xpath=ancestor::*[.//button][1]")
    row.get_by_role("button", name="Change").click()
    admin.get_by_role("button", name="Make coach").click()
    expect(admin.get_by_role("button", name="Yes")).to_be_visible()  # though the link goes

    page.goto(link)
    page.get_by_label("New password", exact=True).fill("eleven grumpy comets whistle")
    page.get_by_role("button", name="Save password").click(click_count=2, delay=60)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    sign_in(page, username, "eleven grumpy comets whistle")
    expect_signed_in(page)
    page.goto(link)
    expect(page.get_by_text("has been used or has run out")).to_be_visible()


def test_the_policy_for_scripts_is_not_broken_by_our_own_pages(page: Page) -> None:
    broken: list[str] = []
    asked: list[str] = []
    page.on(
        "console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None
    )
    page.on("request", lambda request: asked.append(request.url))
    sign_up(page)
    for name in ("Settings", "History", "Profile", "Insights", "Timer"):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_test_id("stStatusWidget")).not_to_be_attached()
    assert broken == []
    assert {
        url for url in asked if "//localhost:" not in url and not url.startswith("data:")
    } == set()


def test_a_name_is_shown_as_it_was_typed(page: Page) -> None:
    typed = "[a](javascript:alert(1)) <img src=x> ![b](//e.example/c) https://d.example $e$ :red[f]"
    sign_up(page)
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Your name", exact=True).fill(typed[:80])
    page.get_by_role("button", name="Save").first.click()
    sidebar = page.get_by_test_id("stSidebarUserContent")
    expect(sidebar.get_by_text("Signed in as [a](javascript:alert(1)) <img src=x>")).to_be_visible()
    assert sidebar.locator("p a, p img").count() == 0


def cookies_of(page: Page) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


def make_administrator(app: AppServer, username: str) -> None:
    pool = create_engine(app.admin)
    with pool.begin() as connection:
        connection.execute(
            text("update users set role = 'admin' where username = :name"), {"name": username}
        )
    pool.dispose()
