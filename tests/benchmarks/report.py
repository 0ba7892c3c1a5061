"""What was measured, as lines to read while it runs and as a page to keep."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from tests.benchmarks.bench import ROOT, Row

PAGE = ROOT / "docs" / "benchmarks.md"
_VERDICTS = {True: "met", False: "**missed**", None: ""}


@dataclass(frozen=True)
class Measured:
    part: str
    rows: list[Row]
    load: float
    """Of the machine over the minute before."""
    seconds: float


def lines(measured: Measured) -> Iterator[str]:
    for row in measured.rows:
        verdict = _VERDICTS[row.met].strip("*")
        yield f"{row.what}: {row.figure}" + (f"   [{row.goal}: {verdict}]" if row.goal else "")
    yield f"({measured.seconds:.0f} s, load average {measured.load:.1f} before)"


def write(found: Sequence[Measured], server: URL) -> Path:
    """The page of a whole run; returns where it is, from the root of the code."""
    table = [
        f"| {measured.part} | {row.what} | {row.goal} | {row.figure} | {_VERDICTS[row.met]} "
        f"| {measured.load:.1f} |"
        for measured in found
        for row in measured.rows
    ]
    goals = [row.met for measured in found for row in measured.rows if row.met is not None]
    PAGE.write_text(
        _PAGE.format(
            machine=_machine(server),
            minutes=sum(measured.seconds for measured in found) / 60,
            met=sum(goals),
            goals=len(goals),
            table="\n".join(table),
        )
    )
    return PAGE.relative_to(ROOT)


def _machine(server: URL) -> str:
    engine = create_engine(server)
    with engine.connect() as connection:
        postgres = connection.scalar(text("show server_version"))
    engine.dispose()
    return (
        f"{datetime.now(UTC):%-d %B %Y, %H:%M} UTC: {os.cpu_count()} cores, {platform.system()} on"
        f" {platform.machine()}, Python {platform.python_version()}, Postgres {postgres},"
        f" Streamlit {version('streamlit')}"
    )


_PAGE = """# Benchmarks

`make bench` measures every goal on data made up for it. It takes about ten minutes, needs no
network and writes this page. `make bench PARTS="history api"` measures some parts and only prints
them; `make bench PARTS="crowd --crowd-seconds 1800"` lets the crowd click for half an hour.

Ratios are what counts: both sides are measured in turns in one run, and told as medians. Seconds
are the machine's. *Load* is its load average in the minute before a part: a run leaves 1 to 3 of
its own behind, and where it is higher, others were at work and the figures are worse than they
need be.

What stands on the other side: pgbench starts and ends a session in two transactions as the app's
own role, with all policies, triggers and constraints, and does nothing else. Bare pages run on a
Streamlit of their own with our settings, frozen garbage collector and undelayed sockets. Pages are
driven over their WebSocket, from the click to the message that the run has finished.

{machine}. {met} of {goals} goals met; {minutes:.0f} minutes in all.

| part | what | goal | measured | | load |
|---|---|---|---|---|---|
{table}

## Others, not measured here

Documented figures of other programs on 2 cores, for scale: start + finish pairs a second with 1
and with 16 clients, and the last 50 of 1,000 / 10,000 / 100,000 records.

| | pairs/s, 1 / 16 clients | last 50, median in ms |
|---|---|---|
| TimeTagger 26.1 | 100 / 125 | 4 / 12 / 252 |
| ActivityWatch aw-server 0.12 | 93 / 83 | 8.5 / 8.1 / 8.4 |
| DRYTRIX TimeTracker 5.10 | 8 to 28 / 12 to 39 | 218 / 183 / – |
| a bare FastAPI, JWT and asyncpg with the same endpoints, tuned | 298 / 811 | 2.2 / 2.4 / 1.9 |
"""
