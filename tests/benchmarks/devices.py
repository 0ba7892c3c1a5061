"""Two browsers of one person: how soon one shows what was pressed on the other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.benchmarks.bench import Bench, Row, in_ms
from tests.benchmarks.browser import browser, signed_in
from tests.benchmarks.data import make_people

LIMIT_SECONDS = 90
GOAL_SECONDS = 1


def measure(bench: Bench) -> list[Row]:
    moves = bench.size(20, 4)
    with bench.database() as admin, bench.app(admin) as app, browser() as opened:
        (person,) = make_people(admin, 1, bench.size(10_000, 100))
        here, there = (signed_in(opened, app.url, person).new_page() for _ in range(2))
        for page in (here, there):
            page.goto("/")
            _see(page, "Start")
        time.sleep(2)  # until both listen
        waits = list(_moves(here, there, moves))
    worst, middle = max(waits), statistics.median(waits)
    return [
        Row(
            f"from a click on one device until the other shows it, the worst of {moves} moves",
            f"≤ {GOAL_SECONDS} s",
            f"{in_ms(worst)} (median {in_ms(middle)})",
            worst <= GOAL_SECONDS,
        )
    ]


def _moves(here: Page, there: Page, number: int) -> Iterator[float]:
    """Start, then Pause and Resume by turns, each pressed on the device that waited before."""
    press, then = "Start", "Pause"
    for _ in range(number):
        button = here.get_by_role("button", name=press, exact=True)
        button.click(trial=True)
        began = time.perf_counter()
        button.click()
        _see(there, then)
        yield time.perf_counter() - began
        _see(here, then)
        time.sleep(0.7)  # nobody is quicker, and each is told apart
        press, then = then, "Resume" if then == "Pause" else "Pause"
        here, there = there, here


def _see(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).wait_for(state="visible", timeout=20_000)
