"""Fifty people at once, each clicking when they have thought for ten seconds."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from uuid import UUID

import psutil
from websockets.exceptions import WebSocketException

from tests.benchmarks.bench import Bench, Row, in_ms, percentile
from tests.benchmarks.data import make_people
from tests.benchmarks.memory import MEGABYTE, proportional_bytes
from tests.benchmarks.visitor import Server, Visitor
from tests.factories import Person
from tests.journeys.app_server import AppServer
from tests.sign_ins import cookie_of

LIMIT_SECONDS = 90
"""Beside the time that they click."""

PEOPLE = 50
THINK_SECONDS = 10
GOAL_SECONDS = 0.5
FLAT = 1.1
"""Memory may grow by a tenth: after everybody's first clicks not all caches are full."""

PAGES = ("", "", "history", "profile", "settings", "insights")
"""Where people are; each stays on one page."""


@dataclass
class Crowd:
    """What happened to all of them."""

    think: float
    over: threading.Event = field(default_factory=threading.Event)
    clicks: list[tuple[float, float]] = field(default_factory=list)
    """When, and how long until the page had finished."""
    dropped: int = 0


def measure(bench: Bench) -> list[Row]:
    number, lasts, think = bench.size((PEOPLE, bench.crowd_seconds, THINK_SECONDS), (6, 5, 1))
    crowd = Crowd(think)
    with bench.database() as admin, bench.app(admin) as app:
        people = make_people(admin, number, bench.size(200, 40))
        threads = [
            threading.Thread(target=_visit, args=(app, place, _cookie(person), crowd))
            for place, person in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        time.sleep(2.5 * think)  # everybody has come and clicked
        began, before = time.perf_counter(), _memory(app)
        time.sleep(lasts)
        after = _memory(app)
        crowd.over.set()
        for thread in threads:
            thread.join()
    waits = [took for moment, took in crowd.clicks if moment >= began]
    return [*_rows(crowd, waits, number, lasts), _flat(before, after)]


def _rows(crowd: Crowd, waits: list[float], people: int, lasts: int) -> Iterator[Row]:
    slow, middle = percentile(waits, 0.95), percentile(waits, 0.5)
    yield Row(
        f"{people} people who think for {crowd.think:g} s, for {lasts} s: 95 % of"
        f" {len(waits):,} clicks",
        f"< {GOAL_SECONDS} s",
        f"{in_ms(slow)} (median {in_ms(middle)})",
        slow < GOAL_SECONDS,
    )
    yield Row("connections dropped meanwhile", "0", str(crowd.dropped), crowd.dropped == 0)


def _flat(before: int, after: int) -> Row:
    figure = f"{after / before:.2f} × ({before / MEGABYTE:,.0f} MB, then {after / MEGABYTE:,.0f})"
    return Row("memory of the dashboard meanwhile", f"≤ {FLAT} ×", figure, after <= FLAT * before)


def _visit(app: Server, place: int, cookie: str, crowd: Crowd) -> None:
    dice = random.Random(place)
    address = PAGES[place % len(PAGES)]
    crowd.over.wait(dice.uniform(0, crowd.think))  # they don't come all at once
    try:
        with Visitor(app, address, cookie) as page:
            page.run()
            click = _habit(page)
            while not crowd.over.wait(crowd.think * dice.uniform(0.5, 1.5)):
                began = time.perf_counter()
                click()
                crowd.clicks.append((began, time.perf_counter() - began))
    except (OSError, WebSocketException):
        crowd.dropped += 1


def _habit(page: Visitor) -> Callable[[], object]:
    """What somebody on this page presses, again and again."""
    if page.page == "":
        page.click("Start")
        names = cycle(["Pause", "Resume"])
    elif page.page == "history":
        names = cycle(["Older", "Newer"])
    else:
        return page.run
    return lambda: page.click(next(names))


def _memory(app: AppServer) -> int:
    assert app.process is not None
    return proportional_bytes([psutil.Process(app.process.pid)])


def _cookie(person: UUID) -> str:
    return cookie_of(Person(person, ""))
