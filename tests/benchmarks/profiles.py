"""Everybody's profile at once, beside the barest count by local hour over the same rows."""

from __future__ import annotations

from pathlib import Path

import psutil
from sqlalchemy import text

from db import embedded
from db.session import open_for_scheduler
from focus_core.services import profiles
from tests.benchmarks.bench import Bench, Row, at_most, in_turns, medians
from tests.benchmarks.data import make_people
from tests.benchmarks.memory import MEGABYTE, Peak, family

LIMIT_SECONDS = 180
ROUNDS = 3
MOST_BYTES = 500 * MEGABYTE

_BY_LOCAL_HOUR = text(
    """
    select count(*) from (
      select s.user_id, extract(hour from s.start_time at time zone u.timezone), count(*)
        from focus_sessions s join users u on u.id = s.user_id group by 1, 2) as by_hour
    """
)


def measure(bench: Bench) -> list[Row]:
    people, each = bench.size((10_000, 100), (20, 100))
    with bench.database() as admin:
        ids = make_people(admin, people, each, guarded=False)

        def refresh() -> None:
            for first in range(0, people, profiles.BATCH):
                outcome = profiles.refresh(ids[first : first + profiles.BATCH])
                assert not outcome.failed, outcome.failed

        def count_by_hour() -> None:
            with open_for_scheduler() as transaction:
                transaction.execute(_BY_LOCAL_HOUR)

        server = _postmaster(bench.state_dir)
        with Peak(lambda: [*family(server), psutil.Process()]) as peak:
            took = medians(in_turns({"bare": count_by_hour, "ours": refresh}, ROUNDS))
    what = f"all profiles, {people * each:,} sessions of {people:,} people"
    return [
        at_most(f"{what}, beside the bare count by local hour", 6, took["ours"], took["bare"]),
        Row(
            "memory at its peak meanwhile, the server's processes and ours",
            "≤ 0.5 GB",
            f"{peak.bytes / MEGABYTE:,.0f} MB",
            peak.bytes <= MOST_BYTES,
        ),
    ]


def _postmaster(state_dir: Path) -> int:
    pid_file = embedded.data_directory(state_dir) / "postmaster.pid"
    return int(pid_file.read_text().split()[0])
