"""Generated sessions whose truth is known, as rows of a file."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from focus_core.prediction.evaluate.records import Record, in_order

Rows = list[dict[str, str]]
BEGIN = datetime(2024, 1, 1, 8)
ESTIMATES = (15.0, 25.0, 30.0, 45.0, 60.0, 90.0, 120.0)


def duration_rows(
    people: int,
    each: int,
    log_ratio: Callable[[random.Random, int, int], float],
    seed: int = 1,
    estimates: tuple[float, ...] = ESTIMATES,
) -> Rows:
    """`log_ratio(random, person, nth)` is the truth: the log of actual ÷ estimate."""
    chance = random.Random(seed)
    rows = []
    for nth in range(each):
        for person in range(people):
            start = BEGIN + timedelta(hours=3 * nth, minutes=person % 60)
            estimate = chance.choice(estimates)
            actual = estimate * math.exp(log_ratio(chance, person, nth))
            rows.append(
                {
                    "user_id": f"p{person}",
                    "session_id": f"s{nth:05d}-{person:03d}",
                    "t_start": str(start),
                    "t_known": str(start + timedelta(hours=2)),
                    "expected_minutes": repr(estimate),
                    "actual_minutes": repr(actual),
                    "task_type": chance.choice(["reading", "essay"]),
                }
            )
    return rows


def records(rows: Rows) -> list[Record]:
    return in_order(rows)
