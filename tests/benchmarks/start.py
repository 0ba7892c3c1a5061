"""The second start, from the command to the first finished page, beside an empty Streamlit app."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from sqlalchemy import make_url

from db import embedded
from db.engine import DATABASE
from tests.benchmarks.bench import EMPTY_PAGE, BareServer, Bench, Row, in_ms, seconds
from tests.benchmarks.data import make_people
from tests.benchmarks.visitor import Server, Visitor
from tests.conftest import connected
from tests.factories import Person
from tests.running import RunningFocus
from tests.sign_ins import cookie_of

LIMIT_SECONDS = 150


def measure(bench: Bench) -> list[Row]:
    focus, bare = RunningFocus(bench.scratch / "state"), BareServer(bench.scratch, EMPTY_PAGE)
    ours, empty = [], []
    try:
        focus.start()
        cookie = _somebody(focus.state_dir, bench.size(10_000, 100))
        focus.stop()
        for _ in range(bench.size(4, 1)):
            bare_start = seconds(bare.start)
            empty.append(bare_start + seconds(lambda: _open(bare)))
            bare.stop()
            our_start = seconds(focus.start)
            ours.append(our_start + seconds(lambda: _open(focus, cookie)))
            focus.stop()
    finally:
        focus.remove()
        bare.stop()
    took, floor = statistics.median(ours), statistics.median(empty)
    figure = f"{took / floor:.2f} × ({in_ms(took)} against {in_ms(floor)})"
    what = "second start to the first finished page, signed in, beside an empty Streamlit app"
    return [Row(what, "≤ 2 × + 1 s", figure, took <= 2 * floor + 1)]


def _open(server: Server, cookie: str | None = None) -> None:
    with Visitor(server, cookie=cookie) as page:
        page.run()


def _somebody(state_dir: Path, sessions: int) -> str:
    """The cookie of a person with a past; leaves the server to the one who started it."""
    admin = make_url(embedded.ensure_running(state_dir)).set(database=DATABASE)
    with pytest.MonkeyPatch.context() as patch, connected(admin, state_dir, patch):
        (person,) = make_people(admin, 1, sessions)
        cookie = cookie_of(Person(person, "bench1"))
    embedded.release()
    return cookie
