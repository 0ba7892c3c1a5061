"""What every part stands on: a place to measure in, and a row to tell what was measured."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import URL

from tests.conftest import clone, connected
from tests.journeys.app_server import AppServer, free_port, wait_until_answers

ROOT = Path(__file__).parents[2]
UNLIMITED = {
    "FOCUS_API_LIMIT_PER_PERSON": "1000000/second",
    "FOCUS_API_LIMIT_PER_ADDRESS": "1000000/second",
}
"""For programs that do nothing but ask."""

Size = TypeVar("Size")


@dataclass(frozen=True)
class Row:
    """A goal and its figure, in words. `met` is None where there is no goal."""

    what: str
    goal: str
    figure: str
    met: bool | None = None


@dataclass(frozen=True)
class Bench:
    """Where one part measures, in a process of its own over a server that all parts share."""

    server: URL
    """The administrator's address of a server with a migrated template database."""
    state_dir: Path
    scratch: Path
    """Empty, and of this part alone."""
    tiny: bool
    """To see that a part runs; its figures say nothing."""
    crowd_seconds: int

    def size(self, full: Size, tiny: Size) -> Size:
        return tiny if self.tiny else full

    @contextmanager
    def database(self) -> Iterator[URL]:
        """A database without people, which this process uses as the app does."""
        admin = clone(self.server, f"bench_{os.getpid()}")
        with pytest.MonkeyPatch.context() as patch, connected(admin, self.state_dir, patch):
            yield admin

    @contextmanager
    def app(self, admin: URL, environment: Mapping[str, str] | None = None) -> Iterator[AppServer]:
        """The dashboard and its API over that database."""
        app = AppServer(admin, self.state_dir, self.scratch / "app.log")
        app.environment |= environment or {}
        with app:
            yield app

    @contextmanager
    def bare(self, script: str) -> Iterator[BareServer]:
        """A Streamlit app of that one page, with our settings."""
        server = BareServer(self.scratch, script)
        try:
            server.start()
            yield server
        finally:
            server.stop()


class BareServer:
    """What Streamlit itself takes: one page under the settings, the event loop and the frozen
    garbage collector that ours has."""

    def __init__(self, scratch: Path, script: str) -> None:
        self.port = free_port()
        self.directory = scratch / f"bare-{self.port}"
        (self.directory / ".streamlit").mkdir(parents=True, exist_ok=True)
        config = (ROOT / ".streamlit" / "config.toml").read_text()
        (self.directory / ".streamlit" / "config.toml").write_text(config)
        (self.directory / "page.py").write_text(script)
        (self.directory / "app.py").write_text(_BARE_APP)
        self.url = f"http://localhost:{self.port}"
        self.log = scratch / "bare.log"
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"],
                cwd=self.directory,
                env=os.environ | {"PYTHONPATH": os.fspath(ROOT)},
                stdout=log,
                stderr=log,
            )
        return self.process

    def start(self) -> None:
        wait_until_answers(f"{self.url}/_stcore/health", self.launch(), self.log)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


# Ours sends small messages at once; without that the bare one would seem slower than it has to be.
_BARE_APP = """
import gc
from contextlib import asynccontextmanager

import streamlit as st

from pages._ui.sockets import send_without_waiting


@asynccontextmanager
async def lifespan(_app):
    send_without_waiting(st.get_option("server.port"))
    gc.collect()
    gc.freeze()
    yield


app = st.App("page.py", lifespan=lifespan)
"""

EMPTY_PAGE = """
import streamlit as st

st.button("again")
"""


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each, measured in turns, so that a busy moment of the machine meets all."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return taken


def medians(taken: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in taken.items()}


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def in_ms(value: float) -> str:
    milliseconds = value * 1000
    return f"{milliseconds:,.{2 if milliseconds < 1 else 1 if milliseconds < 100 else 0}f} ms"


def at_most(what: str, limit: float, value: float, base: float) -> Row:
    """A row for a goal that is a ratio of two medians, in seconds."""
    ratio = value / base
    figure = f"{ratio:.2f} × ({in_ms(value)} against {in_ms(base)})"
    return Row(what, f"≤ {limit:g} ×", figure, ratio <= limit)
