"""How soon a profile knows of a session that has just ended, asked for through the API."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from focus_core.services import personal_tokens
from tests.benchmarks.api_clients import Client
from tests.benchmarks.bench import ROOT, UNLIMITED, Bench, Row
from tests.benchmarks.data import make_people

LIMIT_SECONDS = 60
PATIENCE_SECONDS = 10
GOAL_SECONDS = 2


def measure(bench: Bench) -> list[Row]:
    with bench.database() as admin:
        (person,) = make_people(admin, 1, bench.size(10_000, 100))
        token, _ = personal_tokens.make_token(person, "benchmark", ["read", "write"], 1)
        with bench.app(admin, UNLIMITED) as app, _scheduler(bench, app.environment):
            client = Client(app.port, token)
            client.ask("GET", "/focus-sessions/profile")
            waits = [_wait(client) for _ in range(bench.size(10, 2))]
    worst, middle = max(waits), statistics.median(waits)
    return [
        Row(
            "a profile after its session ends, 10,000 sessions known, the worst of"
            f" {len(waits)} through the API",
            f"≤ {GOAL_SECONDS} s",
            f"{worst:.2f} s (median {middle:.2f} s)",
            worst <= GOAL_SECONDS,
        )
    ]


def _wait(client: Client) -> float:
    """Seconds from the answer to the end until the profile counts the session."""
    before = _counted(client)
    client.pair()
    began = time.perf_counter()
    while _counted(client) == before:
        assert time.perf_counter() - began < PATIENCE_SECONDS, "the profile stays as it was"
        time.sleep(0.02)
    return time.perf_counter() - began


def _counted(client: Client) -> int:
    profile: dict[str, Any] = client.ask("GET", "/focus-sessions/profile")
    return int(profile["total_sessions_count"])


@contextmanager
def _scheduler(bench: Bench, environment: Mapping[str, str]) -> Iterator[None]:
    with (bench.scratch / "scheduler.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "focus_core.scheduler"],
            cwd=ROOT,
            env=dict(environment),
            stdout=log,
            stderr=log,
        )
    try:
        # Its first turn does all its jobs; what is measured is what comes after.
        deadline = time.monotonic() + 30
        while "profiles_swept" not in (bench.scratch / "scheduler.log").read_text():
            assert process.poll() is None, "the scheduler did not start"
            assert time.monotonic() < deadline, "the scheduler is not up in 30 s"
            time.sleep(0.1)
        time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait(30)
