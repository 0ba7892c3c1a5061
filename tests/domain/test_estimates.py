"""What estimates are said to be worth, and when nothing is said of them."""

from __future__ import annotations

from datetime import date, timedelta
from math import log
from typing import Any

import pytest

from focus_core.domain.estimates import measured, rests_on, sentence, what_counts


def rows(ratios: list[float], days: int = 10) -> list[dict[str, Any]]:
    """One session a row, spread over so many days."""
    logs = [log(ratio) for ratio in ratios]
    return [
        {
            "day": date(2026, 3, 1) + timedelta(days=n % days),
            "estimated_n": 1,
            "log_ratio": value,
            "log_ratio_squares": value * value,
        }
        for n, value in enumerate(logs)
    ]


@pytest.mark.parametrize(
    ("ratios", "words"),
    [
        ([], "Too few estimates to say how long things really take you"),
        ([2.0] * 9, "Too few estimates to say how long things really take you"),
        ([1.3, 1.34] * 20, "Your sessions take 32 % longer than you estimate"),
        ([0.8] * 20, "Your sessions take 20 % shorter than you estimate"),
        ([0.98, 1.02] * 50, "Your sessions take about as long as you estimate"),
        ([1.001] * 40, "Your sessions take about as long as you estimate"),
        (
            [0.5, 2.0, 1.1, 0.9] * 5,
            "Whether your sessions take longer or shorter than you estimate is not sure yet",
        ),
    ],
)
def test_the_sentence_says_no_more_than_the_sessions(ratios: list[float], words: str) -> None:
    assert sentence(measured(rows(ratios))) == words


def test_half_as_long_and_twice_as_long_cancel_out() -> None:
    said = rests_on(measured(rows([0.5, 2.0] * 10)))
    assert said.startswith(
        "Over 20 completed sessions of the last 90 days that no timer cut off: typically"
        " 0 % longer; the 95 % interval runs from "
    )


def test_too_few_say_what_is_missing() -> None:
    said = rests_on(measured(rows([1.5] * 12, days=1)))
    assert said.endswith("There are 12, on 1 day.")


def test_what_is_in_the_plain_mean_is_counted() -> None:
    said = what_counts(768, 520, 1)
    assert "all 768 sessions with an estimate" in said
    assert "520 of them ended by their timer, on the minute, and count as exact" in said
    assert "1 stopped early" in said
