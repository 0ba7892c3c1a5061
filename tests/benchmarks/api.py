"""Start and end of sessions through the REST API, beside what the database alone takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import insert

from db import engine
from db.models import users
from db.session import open_for_sign_in
from focus_core.services import personal_tokens
from tests.benchmarks.bench import ROOT, UNLIMITED, Bench, Row
from tests.benchmarks.pgbench import Pgbench, client_ids

LIMIT_SECONDS = 100
CLIENTS = 16
FASTEST_RIVAL = 125
"""Pairs a second of TimeTagger with 16 clients, as documented in docs/benchmarks.md."""


def measure(bench: Bench) -> list[Row]:
    rounds, duration = bench.size((3, 4), (1, 1))
    with bench.database() as admin:
        tokens = [_token(user_id) for user_id in client_ids(CLIENTS)]
        urls = engine.restricted_urls(admin, engine.role_passwords(bench.state_dir))
        floor = Pgbench(urls.app, bench.state_dir, bench.scratch)
        with bench.app(admin, UNLIMITED) as app:
            works: dict[str, Callable[[], float]] = {
                "ours": lambda: _ours(app.port, duration, tokens),
                "ours alone": lambda: _ours(app.port, duration, tokens[:1]),
            }
            if floor.missing is None:
                works |= {
                    "floor": lambda: floor.pairs_a_second(CLIENTS, duration),
                    "floor alone": lambda: floor.pairs_a_second(1, duration),
                }
            _ours(app.port, 1, tokens)  # warm
            found: dict[str, list[float]] = {name: [] for name in works}
            for _ in range(rounds):
                for name, work in works.items():
                    found[name].append(work())
    return _rows({name: statistics.median(values) for name, values in found.items()}, floor)


def _rows(pairs: dict[str, float], floor: Pgbench) -> list[Row]:
    ours = pairs["ours"]
    rows = [
        Row(
            f"start + end pairs through the API, {CLIENTS} clients, beside the fastest rival's"
            f" documented {FASTEST_RIVAL} /s",
            "≥ 3 ×",
            f"{ours / FASTEST_RIVAL:.2f} × ({ours:,.0f} /s)",
            ours >= 3 * FASTEST_RIVAL,
        )
    ]
    what = "the same beside pgbench's pair, policies on"
    if floor.missing:
        return [*rows, Row(what, "≥ 0.2 ×", f"not measured: {floor.missing}")]
    share = ours / pairs["floor"]
    figure = f"{share:.2f} × ({ours:,.0f} against {pairs['floor']:,.0f} /s)"
    alone = f"{pairs['ours alone']:,.0f} /s (pgbench {pairs['floor alone']:,.0f} /s)"
    return [
        *rows,
        Row(what, "≥ 0.2 ×", figure, share >= 0.2),
        Row("the same with one client", "", alone),
    ]


def _token(user_id: UUID) -> str:
    values = {
        "id": user_id,
        "username": f"client-{user_id.int}",
        "display_name": "A program",
        "timezone": "Europe/Berlin",
    }
    with open_for_sign_in() as transaction:
        transaction.execute(insert(users).values(values))
    token, _ = personal_tokens.make_token(user_id, "benchmark", ["read", "write"], 1)
    return token


def _ours(port: int, duration: float, tokens: list[str]) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.api_clients", str(port), str(duration), *tokens],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)
