"""A real browser, as the journeys use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from pages._ui.browser import SESSION_COOKIE
from tests.factories import Person
from tests.journeys.conftest import QUIET
from tests.programs import find
from tests.sign_ins import cookie_of


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find("chromium"), args=list(QUIET))
        yield opened
        opened.close()


def signed_in(opened: Browser, url: str, person: UUID) -> BrowserContext:
    """One that knows nothing but its sign-in: a cold cache, another device."""
    context = opened.new_context(base_url=url, timezone_id="Europe/Berlin")
    cookie = cookie_of(Person(person, "bench1"))
    context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": url}])
    return context
