"""The first visit with nothing in the browser's cache, until the page can be used."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext

from tests.benchmarks.bench import EMPTY_PAGE, Bench, Row, at_most, in_turns, medians
from tests.benchmarks.browser import browser, signed_in
from tests.benchmarks.data import make_people

LIMIT_SECONDS = 120


def measure(bench: Bench) -> list[Row]:
    with (
        bench.database() as admin,
        bench.app(admin) as app,
        bench.bare(EMPTY_PAGE) as bare,
        browser() as opened,
    ):
        (person,) = make_people(admin, 1, bench.size(10_000, 100))
        works = {
            "empty": _visit(opened, bare.url, opened.new_context, "again"),
            "timer": _visit(opened, app.url, lambda: signed_in(opened, app.url, person), "Start"),
        }
        in_turns(works, 1)  # the servers' own first time
        took = medians(in_turns(works, bench.size(7, 1)))
    what = "timer page with a cold browser cache, until Start can be pressed, beside an empty page"
    return [at_most(what, 1.3, took["timer"], took["empty"])]


def _visit(
    opened: Browser, url: str, make: Callable[[], BrowserContext], button: str
) -> Callable[[], None]:
    def visit() -> None:
        context = make()
        page = context.new_page()
        page.goto(url, wait_until="commit")
        page.get_by_role("button", name=button, exact=True).click(trial=True)
        context.close()

    return visit
