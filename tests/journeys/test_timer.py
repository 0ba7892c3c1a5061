"""The clock in a real browser: what it shows, says and hears, in one tab and in many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import create_engine, text

from tests.journeys.app_server import AppServer
from tests.journeys.steps import sign_in, sign_up
from tests.running import wait_until

pytestmark = pytest.mark.browser

NewContext = Callable[[], BrowserContext]

RECORDER = """
window.shown = []
window.Notification = class {
  constructor (title, { body }) { window.shown.push([title, body]) }
  static get permission () { return localStorage.allowed ? 'granted' : 'default' }
}
window.asked = 0
Notification.requestPermission = async () => {
  window.asked += navigator.userActivation.isActive ? 1 : 100
  return (localStorage.allowed = 'granted')
}
window.tones = 0
const create = AudioContext.prototype.createOscillator
AudioContext.prototype.createOscillator = function () {
  window.tones += 1
  return create.call(this)
}
"""
"""Stands in for the desktop, and counts tones."""

UNTOUCHED = """
window.touched = false
document.addEventListener('pointerdown', () => { window.touched = true }, true)
Object.defineProperty(UserActivation.prototype, 'hasBeenActive', { get: () => window.touched })
"""
"""What a person has not clicked on yet: looking on from a test counts as a gesture otherwise."""


@pytest.fixture
def database(app_server: AppServer) -> Iterator[Callable[..., Any]]:
    """Runs SQL past all policies, to let time pass."""
    pool = create_engine(app_server.admin, isolation_level="AUTOCOMMIT")

    def run(statement: str, **values: Any) -> None:
        with pool.connect() as connection:
            connection.execute(text(statement), values)

    yield run
    pool.dispose()


def digits(page: Page) -> Locator:
    return page.get_by_role("timer")


def state(page: Page) -> Locator:
    return page.locator("section.clock")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def expect_state(page: Page, name: str) -> None:
    expect(state(page)).to_have_attribute("data-state", name)


def start(page: Page) -> None:
    button(page, "Start").click()
    expect_state(page, "running")


def let_pass(database: Callable[..., Any], username: str, seconds: float) -> None:
    """Make the running session that much older."""
    database(
        "update focus_sessions set start_time = start_time - make_interval(secs => :seconds),"
        " actual_start_time = start_time - make_interval(secs => :seconds)"
        " where end_time is null and user_id = (select id from users where username = :name)",
        seconds=seconds,
        name=username,
    )


def test_first_visit_to_a_running_clock_with_one_click(page: Page) -> None:
    page.add_init_script(RECORDER)
    sign_up(page)
    expect(digits(page)).to_have_text("25:00")
    start(page)
    expect(digits(page)).to_have_text(re.compile(r"^24:5\d$"))
    expect(page).to_have_title(re.compile(r"^24:\d\d · Session – Focus$"))
    assert page.evaluate("window.asked") == 1, "asked within the click on Start"
    page.reload()
    expect(digits(page)).to_have_text(re.compile(r"^24:\d\d$"))


def test_keys(page: Page) -> None:
    sign_up(page)
    expect_state(page, "idle")
    page.keyboard.press("Space")
    expect_state(page, "running")
    page.keyboard.press("i")
    expect(page.get_by_text("1 interruption")).to_be_visible()
    page.keyboard.press("Space")
    expect_state(page, "paused")
    expect(page).to_have_title(re.compile("^❚❚ "))
    page.keyboard.press("Space")
    expect_state(page, "running")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect_state(page, "running")
    page.keyboard.press("f")
    expect_state(page, "done")


def test_space_presses_the_button_that_the_keyboard_reached(page: Page) -> None:
    sign_up(page)
    start(page)
    button(page, "Pause").focus()
    page.keyboard.press("Tab")
    expect(button(page, "Interruption")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 interruption")).to_be_visible()
    expect_state(page, "running")


def test_keys_are_letters_in_a_field(page: Page) -> None:
    sign_up(page)
    page.get_by_label("What are you working on?").click()
    page.keyboard.type("is it ok?")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What are you working on?")).to_have_value("is it ok?")
    expect_state(page, "idle")


def test_typed_words_need_no_enter_and_stay_text(page: Page) -> None:
    sign_up(page)
    page.get_by_label("What are you working on?").click()
    page.keyboard.type("<b>Read</b> *5*")
    page.get_by_label("Course").click()
    page.keyboard.type("Biology")
    where = page.locator(".st-key-clock_main").bounding_box()
    assert where is not None
    page.mouse.click(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
    expect_state(page, "running")
    expect(state(page)).to_contain_text("Biology – <b>Read</b> *5*")
    button(page, "Finish").click()
    expect(page.get_by_text("<b>Read</b> *5*, ")).to_be_visible()
    button(page, "No break").click()
    expect(page.get_by_label("What are you working on?")).to_have_value("<b>Read</b> *5*")


def test_two_tabs_and_another_device_agree(new_context: NewContext) -> None:
    here = new_context()
    first = here.new_page()
    username = sign_up(first)
    second = here.new_page()
    second.goto("/")
    expect_state(second, "idle")
    elsewhere = new_context().new_page()
    sign_in(elsewhere, username)
    expect_state(elsewhere, "idle")
    start(first)
    expect_state(second, "running")
    expect_state(elsewhere, "running")
    button(elsewhere, "Pause").click()
    for page in (elsewhere, first, second):
        expect_state(page, "paused")
    assert digits(first).text_content() == digits(elsewhere).text_content()
    button(second, "Finish").click()
    for page in (first, second, elsewhere):
        expect(page.get_by_text("How focused were you?")).to_be_visible()


def test_the_end_is_heard_once_and_the_break_begins(
    new_context: NewContext, database: Callable[..., Any]
) -> None:
    here = new_context()
    here.add_init_script(RECORDER)
    first = here.new_page()
    username = sign_up(first)
    start(first)
    second = here.new_page()
    second.goto("/")
    expect_state(second, "running")
    second.mouse.click(5, 300)  # so that this tab could be heard as well
    let_pass(database, username, 25 * 60 - 9)
    for page in (first, second):
        expect(digits(page)).to_have_text(re.compile("^00:0"))
    for page in (first, second):
        expect_state(page, "break")
        expect(digits(page)).to_have_text(re.compile("^04:5"))
    pages = (first, second)
    expect(first).to_have_title(re.compile(r"^04:\d\d · Break – Focus$"))
    ringing = "document.documentElement.dataset.focusRang !== undefined"
    assert [page.evaluate(ringing) for page in pages].count(True) == 1
    assert sum(page.evaluate("window.tones") for page in pages) == 3
    assert [note for page in pages for note in page.evaluate("window.shown")] == [
        ["Time's up", "Your session is over."]
    ]
    expect(first.get_by_text("How focused were you?")).to_be_visible()


def test_overtime_counts_on(page: Page, database: Callable[..., Any]) -> None:
    username = sign_up(page)
    database("update users set overtime = true where username = :name", name=username)
    page.reload()
    start(page)
    let_pass(database, username, 25 * 60 + 190)
    page.add_init_script(UNTOUCHED)
    page.reload()
    expect(digits(page)).to_have_text(re.compile(r"^\+03:\d\d$"))
    expect(page.get_by_text("so that the end can be heard")).to_have_count(0)
    expect(state(page)).to_contain_text("Overtime")
    expect(page).to_have_title(re.compile(r"^\+03:\d\d · "))
    page.wait_for_timeout(300)
    expect_state(page, "running")


def test_the_title_goes_with_the_person_to_other_screens(page: Page) -> None:
    sign_up(page)
    start(page)
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^24:\d\d · Session – Focus$"))
    page.get_by_role("link", name="Timer").click()
    button(page, "Finish").click()
    expect(page.get_by_text("How focused were you?")).to_be_visible()
    expect(page).not_to_have_title(re.compile(r"\d\d:\d\d"))


@contextmanager
def database_away(database: Callable[..., Any], app_server: AppServer) -> Iterator[None]:
    name = app_server.admin.database
    database("alter role focus_app connection limit 0")
    database(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where usename = 'focus_app' and datname = :name",
        name=name,
    )
    try:
        yield
    finally:
        database("alter role focus_app connection limit -1")


def test_with_the_database_away_the_clock_goes_on(
    page: Page, database: Callable[..., Any], app_server: AppServer
) -> None:
    sign_up(page)
    start(page)
    with database_away(database, app_server):
        expect(page.get_by_text("can't be reached right now")).to_be_visible()
        before = digits(page).text_content() or ""
        expect(digits(page)).not_to_have_text(before)
        button(page, "Pause").click()
        expect(page.get_by_text("this page comes back by itself")).to_be_visible()
        expect_state(page, "running")
    expect(page.get_by_text("can't be reached right now")).to_have_count(0)
    button(page, "Pause").click()
    expect_state(page, "paused")


def test_a_tab_out_of_sight_is_kept_with_the_session(
    page: Page, database: Callable[..., Any], app_server: AppServer
) -> None:
    username = sign_up(page)
    start(page)
    pool = create_engine(app_server.admin)

    def kept() -> list[str]:
        with pool.connect() as connection:
            found = connection.execute(
                text(
                    "select event_type from session_events"
                    " where user_id = (select id from users where username = :name) order by id"
                ),
                {"name": username},
            )
            return list(found.scalars())

    page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => window.away, configurable: true });"
        " window.turn = (away) => { window.away = away;"
        " document.dispatchEvent(new Event('visibilitychange')) }; turn(true); turn(false)"
    )
    page.evaluate("turn(true)")
    wait_until(lambda: kept() == ["hidden"])
    page.evaluate("turn(false)")
    wait_until(lambda: kept() == ["hidden", "shown"])
    page.reload()
    wait_until(lambda: kept() == ["hidden", "shown"] * 2)
    expect_state(page, "running")
    pool.dispose()


def test_narrow_screens_do_not_scroll_and_their_menu_closes(new_context: NewContext) -> None:
    page = new_context().new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_up(page)
    start(page)
    expect(button(page, "Finish")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    menu = page.get_by_test_id("stSidebar")
    expect(menu).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("heading", name="History", exact=True)).to_be_visible()
    expect(menu).not_to_be_in_viewport()


def test_a_page_is_told_of_a_change_elsewhere(new_context: NewContext) -> None:
    here = new_context()
    listening = here.new_page()
    sign_up(listening)
    listening.get_by_role("link", name="Settings", exact=True).click()
    expect(listening.get_by_role("heading", name="Settings")).to_be_visible()
    listening.evaluate(
        "new Promise((opened) => {"
        " window.told = new EventSource('/pulse/stream'); window.heard = [];"
        " told.onmessage = (event) => heard.push(event.data); told.onopen = opened })"
    )
    timer = here.new_page()
    timer.goto("/")
    start(timer)
    wait_until(lambda: listening.evaluate("heard.includes('changed')"))


def place_at_rest(page: Page, locator: Locator) -> dict[str, float]:
    """Where it is once the page has stopped arranging itself."""
    seen: list[Any] = [None]

    def settled() -> bool:
        page.wait_for_timeout(400)
        seen.append(locator.bounding_box())
        return seen[-1] is not None and seen[-1] == seen[-2]

    wait_until(settled)
    found: dict[str, float] = seen[-1]
    return found


@pytest.mark.parametrize("width", [1280, 320])
def test_the_first_click_after_a_reload_counts(page: Page, width: int) -> None:
    sign_up(page)
    start(page)
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(UNTOUCHED)
    page.reload()
    expect_state(page, "running")
    note = page.get_by_text("so that the end can be heard")
    expect(note).to_be_visible()
    where = place_at_rest(page, button(page, "Pause"))
    page.mouse.move(where["x"] + where["width"] / 2, where["y"] + where["height"] - 3)
    page.mouse.down()
    page.wait_for_timeout(150)  # a person's press takes that long
    page.mouse.up()
    expect_state(page, "paused")
    expect(note).to_have_count(0)


def test_a_note_that_was_not_saved_outlives_break_and_start(
    page: Page, app_server: AppServer
) -> None:
    username = sign_up(page)
    start(page)
    button(page, "Finish").click()
    page.get_by_role("radio", name="4", exact=True).click()
    note = page.get_by_label("Note", exact=True)
    note.fill("typed and not saved")
    button(page, "Start 5 min break").click()
    expect_state(page, "break")
    expect(note).to_have_value("typed and not saved")
    note.fill("changed and not saved")
    button(page, "Start next session").click()
    expect_state(page, "running")
    pool = create_engine(app_server.admin)
    with pool.connect() as connection:
        kept = connection.execute(
            text(
                "select focus_score, session_notes from focus_sessions where end_time is not null"
                " and user_id = (select id from users where username = :name)"
            ),
            {"name": username},
        ).one()
    pool.dispose()
    assert tuple(kept) == (4, "changed and not saved")


def test_a_click_on_the_page_being_left_does_not_leave_it_empty(page: Page) -> None:
    sign_up(page)
    start(page)
    expect_state(page, "running")
    for wait_ms in (0, 30, 60):
        away = page.get_by_role("link", name="History", exact=True).element_handle()
        late = button(page, "Interruption").element_handle()
        page.evaluate(
            "([away, late, wait]) => { away.click(); setTimeout(() => late.click(), wait) }",
            [away, late, wait_ms],
        )
        expect(page.get_by_role("heading", name="History", exact=True)).to_be_visible()
        expect(page.get_by_text("running", exact=True)).to_be_visible()
        expect(state(page)).to_be_hidden()
        page.get_by_test_id("stSidebar").get_by_role("link", name="Timer").click()
        expect_state(page, "running")
