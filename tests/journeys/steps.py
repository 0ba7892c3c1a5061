"""What people do in the browser, in the words of the journeys."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

PASSWORD = "seven purple otters juggle"


def sign_up(
    page: Page,
    username: str | None = None,
    password: str = PASSWORD,
    clicks: int = 1,
    at: str = "/",
) -> str:
    """Create an account on the sign-up screen and wait for the page; returns the user name."""
    username = username or f"person-{uuid4().hex[:10]}"
    page.goto(at)
    create = page.get_by_role("button", name="Create account")
    switch = page.get_by_role("button", name="Create an account")
    expect(create.or_(switch)).to_be_visible()
    if switch.is_visible():
        switch.click()
    expect(create).to_be_visible()
    expect(page.get_by_role("button", name="Sign in", exact=True)).not_to_be_attached()
    expect(page.get_by_label("User name", exact=True)).to_have_count(1)  # not the other screen's
    page.get_by_label("User name", exact=True).fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    create.click(click_count=clicks, delay=60)  # so that the first run is under way
    expect_signed_in(page)
    return username


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in and send the sign-in form; what comes of it is the caller's to see."""
    page.goto("/")
    page.get_by_label("User name", exact=True).fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_signed_in(page: Page) -> None:
    expect(sign_out_button(page)).to_be_attached()


def expect_signed_out(page: Page) -> None:
    expect(
        page.get_by_role("button", name=re.compile("^(Sign in|Create account)$"))
    ).to_be_visible()
    expect(sign_out_button(page)).not_to_be_attached()


def sign_out_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Sign out", include_hidden=True)
