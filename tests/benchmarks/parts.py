"""Runs one part in a process of its own, and ends it when it takes too long."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from db import embedded
from focus_core import logs
from tests.benchmarks.bench import Bench, Row
from tests.benchmarks.report import Measured

PARTS = (
    "api",
    "history",
    "profiles",
    "fresh",
    "clicks",
    "first",
    "crowd",
    "start",
    "forecast",
    "devices",
)
GRACE_SECONDS = 30
"""To stop its servers and to leave."""


def measure(part: str, bench: Bench) -> Measured:
    limit = importlib.import_module(f"tests.benchmarks.{part}").LIMIT_SECONDS
    if part == "crowd":
        limit += bench.crowd_seconds
    load, began = os.getloadavg()[0], time.monotonic()
    spawning = multiprocessing.get_context("spawn")
    receiver, sender = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_run, args=(part, bench, sender))
    process.start()
    sender.close()
    try:
        rows = receiver.recv() if receiver.poll(limit) else [_failed(part, f"not in {limit} s")]
    except EOFError:
        rows = [_failed(part, "could not be measured")]
    finally:
        _end(process)
    return Measured(part, rows, load, time.monotonic() - began)


def _failed(part: str, why: str) -> Row:
    return Row(f"all of {part}", "measured", why, met=False)


def _end(process: BaseProcess) -> None:
    process.join(1)
    process.terminate()
    process.join(GRACE_SECONDS)
    process.kill()


def _run(part: str, bench: Bench, sender: Connection) -> None:
    embedded.install_signal_handlers()
    logs.configure("benchmark", "error")
    sender.send(importlib.import_module(f"tests.benchmarks.{part}").measure(bench))
