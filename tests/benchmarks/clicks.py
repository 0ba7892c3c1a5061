"""From a click to the finished run, for somebody with a long history, beside bare pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from uuid import UUID

from tests.benchmarks.bench import EMPTY_PAGE, Bench, Row, at_most, in_ms, in_turns, medians
from tests.benchmarks.data import make_people
from tests.benchmarks.visitor import Answer, Server, Visitor
from tests.factories import Person
from tests.sign_ins import cookie_of

LIMIT_SECONDS = 90
MOST_BYTES = 60_000
PAGES = {"timer": "", "history": "history", "settings": "settings", "insights": "insights"}

# The same charts from ready data: drawn anew on every run as a page would, or only sent.
_DRAWN = """
import json
import plotly.graph_objects as go
import streamlit as st


@st.cache_resource
def data():
    return [json.loads(spec) for spec in SPECS]


st.button("again")
for number, ready in enumerate(data()):
    figure = go.Figure(ready)
    st.plotly_chart(figure, key=str(number), config={"displayModeBar": False})
"""
_SENT = _DRAWN.replace("json.loads(spec)", "go.Figure(json.loads(spec))").replace(
    "figure = go.Figure(ready)", "figure = ready"
)
BARE = {"empty": EMPTY_PAGE, "drawn": _DRAWN, "sent": _SENT}


@dataclass
class Clicks:
    """Each kind of click by its name, and the most bytes that one of them was answered with."""

    works: dict[str, Callable[[], None]] = field(default_factory=dict)
    most: tuple[int, str] = (0, "")

    def add(self, name: str, click: Callable[[], Answer]) -> None:
        def counted() -> None:
            self.most = max(self.most, (click().bytes, name))

        self.works[name] = counted


def measure(bench: Bench) -> list[Row]:
    sessions = bench.size(10_000, 200)
    clicks, bare = Clicks(), Clicks()
    with bench.database() as admin, ExitStack() as opened:
        # What one of them changes must not empty the other's caches.
        reader, worker = make_people(admin, 2, sessions)
        app = opened.enter_context(bench.app(admin))
        _of_reader(clicks, opened, app, reader)
        _of_worker(clicks, opened, app, worker)
        profile = opened.enter_context(Visitor(app, "profile", _cookie(reader)))
        specs = profile.run().charts
        clicks.add("profile", profile.run)
        for name, script in BARE.items():
            server = opened.enter_context(bench.bare(script.replace("SPECS", repr(specs))))
            page = opened.enter_context(Visitor(server))
            page.run()
            bare.add(name, _by_turns(page, "again"))
        in_turns(clicks.works, 2)  # to fill caches
        took = medians(in_turns(bare.works | clicks.works, bench.size(60, 5)))
    return [*_rows(took, len(specs)), _size(clicks.most)]


def _rows(took: dict[str, float], charts: int) -> Iterator[Row]:
    for name in [name for name in took if name not in {*BARE, "profile"}]:
        yield at_most(f"{name}, beside an empty page's", 5, took[name], took["empty"])
    what = f"profile, beside a bare page that draws its {charts} charts from ready data"
    yield at_most(what, 1.5, took["profile"], took["drawn"])
    only_sent = f"{took['profile'] / took['sent']:.2f} × ({in_ms(took['sent'])})"
    yield Row("the same beside a page that only sends the finished figures", "", only_sent)


def _size(most: tuple[int, str]) -> Row:
    number, name = most
    figure = f"{number / 1000:.0f} kB ({name})"
    return Row("the most that a click is answered with", "≤ 60 kB", figure, number <= MOST_BYTES)


def _of_reader(clicks: Clicks, opened: ExitStack, app: Server, person: UUID) -> None:
    for name, address in PAGES.items():
        page = opened.enter_context(Visitor(app, address, _cookie(person)))
        page.run()
        clicks.add(f"{name}, the whole page", page.run)
        if name == "history":
            clicks.add("history, Older or Newer", _by_turns(page, "Older", "Newer"))


def _of_worker(clicks: Clicks, opened: ExitStack, app: Server, person: UUID) -> None:
    page = opened.enter_context(Visitor(app, "", _cookie(person)))
    page.run()
    page.click("Start")
    clicks.add("timer, Pause or Resume", _by_turns(page, "Pause", "Resume"))


def _by_turns(page: Visitor, *labels: str) -> Callable[[], Answer]:
    names: Iterator[str] = cycle(labels)
    return lambda: page.click(next(names))


def _cookie(person: UUID) -> str:
    return cookie_of(Person(person, "bench1"))
