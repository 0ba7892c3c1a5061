"""Found when it is there, and not found when it is not."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from math import log
from typing import Any
from uuid import uuid4

import pytest

from focus_core.domain.current_insights import Found, LeftLying, current_insights

TODAY = date(2026, 3, 2)
PARTS = ("morning", "afternoon", "evening", "night")


def row(day: date, part: str, completed: bool, **more: Any) -> dict[str, Any]:
    """One session as a row of sums."""
    score, log_ratio = more.get("score"), more.get("log_ratio")
    return {
        "day": day,
        "part": part,
        "interrupted": more.get("interrupted", False),
        "n": 1,
        "completed": int(completed),
        "rated_n": int(score is not None),
        "score": score or 0,
        "score_squares": (score or 0) ** 2,
        "estimated_n": int(log_ratio is not None),
        "log_ratio": log_ratio or 0,
        "log_ratio_squares": (log_ratio or 0) ** 2,
    }


def days(number: int, make: Callable[[int, date], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [made for i in range(number) for made in make(i, TODAY - timedelta(days=number - 1 - i))]


def found(rows: list[dict[str, Any]]) -> Found:
    return current_insights(rows, TODAY, 0, None)


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [insight.key for insight in found(rows).insights]


def test_the_better_time_of_day_is_told_with_all_it_rests_on() -> None:
    rows = days(60, lambda i, d: [row(d, "morning", i % 10 != 0), row(d, "evening", i % 2 == 0)])
    (insight,) = [i for i in found(rows).insights if i.key == "part_of_day"]
    assert insight.message == (
        "Mornings go best: you completed 90% of your sessions then, 50% at other times."
    )
    assert (insight.n, insight.window) == (60, "the last 90 days")
    assert insight.compared_with == "60 sessions begun at other times of day"
    assert insight.sure.endswith("95% sure, with all 3 comparisons counted in")
    assert insight.suggestion == "Put what matters most between 05:00 and 12:00."


def test_a_few_full_days_are_not_enough() -> None:
    rows = days(
        4,
        lambda i, d: [row(d, "morning", True)] * 20 + [row(d, "evening", False)] * 20,
    )
    assert found(rows) == Found([], 0)


def test_all_of_ten_is_not_always() -> None:
    """No spread at all between days must not pass for certainty."""
    rows = days(10, lambda i, d: [row(d, "morning", True), row(d, "evening", i not in (3, 7))])
    assert keys(rows) == []


def test_interruptions_that_cost_rating() -> None:
    chance = random.Random(3)

    def make(i: int, d: date) -> list[dict[str, Any]]:
        return [
            row(d, "morning", True, score=chance.choice([3, 4, 5])),
            row(d, "morning", True, score=chance.choice([1, 2, 3]), interrupted=True),
        ]

    (insight,) = [i for i in found(days(30, make)).insights if i.key == "interruptions"]
    assert insight.n == 30
    assert insight.message.startswith("You rate sessions with interruptions lower: 2.")


def test_interruptions_that_do_not_hurt_are_no_news() -> None:
    rows = days(
        30,
        lambda i, d: [
            row(d, "morning", True, score=2 + i % 2),
            row(d, "morning", True, score=4 + i % 2, interrupted=True),
        ],
    )
    assert "interruptions" not in keys(rows)


@pytest.mark.parametrize(
    ("ratio", "message", "suggestion"),
    [
        (1.25, "Your sessions take 25% longer than you estimate.", "plan about 75."),
        (0.8, "Your sessions take 20% shorter than you estimate.", "plan about 50."),
    ],
)
def test_estimates_run_over(ratio: float, message: str, suggestion: str) -> None:
    rows = days(
        24, lambda i, d: [row(d, "morning", True, log_ratio=log(ratio) + (-0.1, 0.1)[i % 2])]
    )
    (insight,) = [i for i in found(rows).insights if i.key == "estimates"]
    assert insight.message == message
    assert insight.suggestion.endswith(suggestion)


def test_estimates_that_are_sure_but_close_are_good_enough() -> None:
    rows = days(24, lambda i, d: [row(d, "morning", True, log_ratio=0.05 + (-0.01, 0.01)[i % 2])])
    assert "estimates" not in keys(rows)


def test_completion_of_two_months() -> None:
    rows = days(56, lambda i, d: [row(d, "morning", i >= 28 or i % 3 == 0, score=None)])
    (insight,) = [i for i in found(rows).insights if i.key == "months"]
    assert insight.message == (
        "You complete more of what you start: 100% of your sessions in the last 4 weeks,"
        " 36% in the 4 before."
    )
    assert insight.n == 28
    assert insight.compared_with == "28 sessions in the 4 weeks before"
    worse = days(56, lambda i, d: [row(d, "morning", i < 28 or i % 3 == 0)])
    (insight,) = [i for i in found(worse).insights if i.key == "months"]
    assert (insight.type, insight.message[:17]) == ("attention", "You complete less")


def test_what_is_counted_needs_no_evidence() -> None:
    lying = LeftLying(uuid4(), "Thesis", 6, 192, 21)
    told = current_insights([], TODAY, 2, lying)
    assert [insight.key for insight in told.insights] == ["forgotten", "left_lying"]
    assert told.insights[0].message.startswith("2 sessions were forgotten")
    assert told.insights[1].message == (
        "“Thesis” has had 6 sessions (3 hours of focus) and none for 21 days."
    )
    assert told.insights[1].task_id == lying.task_id
    assert told.comparisons == 0


def test_at_most_five() -> None:
    chance = random.Random(5)

    def make(i: int, d: date) -> list[dict[str, Any]]:
        good = i >= 28
        return [
            row(d, "morning", good or i % 3 == 0, score=chance.choice([4, 5]), log_ratio=0.5),
            row(d, "evening", False, score=chance.choice([1, 2]), interrupted=True, log_ratio=0.4),
        ]

    told = current_insights(days(56, make), TODAY, 1, LeftLying(uuid4(), "T", 3, 60, 20))
    assert [insight.key for insight in told.insights[:1]] == ["forgotten"]
    assert len(told.insights) == 5


def test_people_with_nothing_to_find_are_seldom_told_anything() -> None:
    """Three hundred people whose days have moods and whose sessions know nothing of the hour."""
    chance = random.Random(2026)

    def somebody() -> list[dict[str, Any]]:
        share = chance.uniform(0.4, 0.9)

        def make(_: int, d: date) -> list[dict[str, Any]]:
            mood = chance.gauss(0, 0.15)
            return [
                row(
                    d,
                    chance.choice(PARTS),
                    chance.random() < share + mood,
                    score=min(5, max(1, round(chance.gauss(3.5 + 3 * mood, 1)))),
                    interrupted=chance.random() < 0.4,
                    log_ratio=chance.gauss(mood, 0.4),
                )
                for _ in range(chance.choice([0, 1, 2, 3, 5]))
            ]

        return days(90, make)

    told = sum(bool(found(somebody()).insights) for _ in range(300))
    assert told / 300 <= 0.05
