"""The first visit with nothing in the browser's cache, until the page can be used.

The first of each is left out: there the server, not the browser, knows nothing yet.
"""

from __future__ import annotations

import statistics
import time

from playwright.sync_api import BrowserContext

from tests.benchmarks.bench import EMPTY_PAGE, Bench, Row, at_most
from tests.benchmarks.browser import browser, signed_in
from tests.benchmarks.data import make_people

LIMIT_SECONDS = 120


def measure(bench: Bench) -> list[Row]:
    taken: dict[str, list[float]] = {"empty": [], "timer": []}
    with (
        bench.database() as admin,
        bench.app(admin) as app,
        bench.bare(EMPTY_PAGE) as bare,
        browser() as opened,
    ):
        (person,) = make_people(admin, 1, bench.size(10_000, 100))
        for _ in range(bench.size(8, 2)):
            empty, ours = opened.new_context(), signed_in(opened, app.url, person)
            taken["empty"].append(_until_usable(empty, bare.url, "again"))
            taken["timer"].append(_until_usable(ours, app.url, "Start"))
    took = {name: statistics.median(values[1:]) for name, values in taken.items()}
    what = "timer page with a cold browser cache, until Start can be pressed, beside an empty page"
    return [at_most(what, 1.3, took["timer"], took["empty"])]


def _until_usable(context: BrowserContext, url: str, button: str) -> float:
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.get_by_role("button", name=button, exact=True).click(trial=True)
    took = time.perf_counter() - began
    context.close()
    return took
