"""Made-up people as a study would find them: most in Europe, few at night, some very busy."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

MONDAY = pd.Timestamp("2026-03-02")


def generate(people: int, *, weeks: int = 12, seed: int = 1) -> pd.DataFrame:
    """Sessions of that many people as `focus_core.research.bands` describes them."""
    return _generate(people, weeks, seed).copy()


@cache
def _generate(people: int, weeks: int, seed: int) -> pd.DataFrame:
    dice = np.random.default_rng(seed)
    everybody = [_person(f"{number:05d}", weeks, dice) for number in range(people)]
    columns = {name: np.concatenate([one[name] for one in everybody]) for name in everybody[0]}
    columns["week"] = MONDAY + pd.to_timedelta(columns["week"] * 7, unit="D")
    return pd.DataFrame(columns)


def _person(subject: str, weeks: int, dice: np.random.Generator) -> dict[str, Any]:
    rate = dice.lognormal(np.log(7), 0.7)  # sessions a week
    first = int(dice.integers(0, max(weeks // 2, 1))) if dice.random() < 0.3 else 0
    count = max(int(dice.poisson(rate * (weeks - first))), 1)
    usual = dice.choice([9.5, 15.0, 20.5], p=[0.45, 0.35, 0.20])
    planned = dice.choice([25, 25, 25, 45, 50], size=count).astype(float)
    planned[dice.random(count) < 0.15] = np.nan
    completed = dice.random(count) < dice.beta(7, 3)
    habit = dice.lognormal(np.log(1.02), 0.12)
    worked = np.where(completed, habit, dice.uniform(0.1, 0.95, count))
    minutes = np.where(np.isnan(planned), dice.lognormal(np.log(40), 0.4, count), planned)
    rating = np.clip(np.rint(dice.normal(dice.normal(3.5, 0.6), 0.9, count)), 1, 5)
    rating[dice.random(count) < 0.4] = np.nan
    week = dice.integers(first, weeks, count)
    hour = np.mod(np.rint(dice.normal(usual, 2.8, count)), 24).astype(int)
    area = dice.choice(
        ["Europe", "America", "Asia", "Pacific", "Etc"], p=[0.62, 0.25, 0.1, 0.02, 0.01]
    )
    return {
        "subject": np.full(count, subject, dtype=object),
        "week": week,
        "hour": hour,
        "area": np.full(count, str(area), dtype=object),
        "focused_minutes": np.maximum(minutes * worked, 1.0),
        "planned_minutes": planned,
        "completed": completed,
        "interruptions": dice.poisson(dice.gamma(1.5, 0.6), count),
        "rating": rating,
    }
