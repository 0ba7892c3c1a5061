"""Found when it is there, and not found when it is not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import log
from typing import Any
from uuid import uuid4

import pytest

from focus_core.domain.current_insights import Found, LeftLying, current_insights
from focus_core.domain.evidence import between, points
from focus_core.domain.statistics import Interval

TODAY = date(2026, 3, 2)
PARTS = ("morning", "afternoon", "evening", "night")


def row(day: date, part: str, completed: bool, **more: Any) -> dict[str, Any]:
    """One session as a row of sums."""
    score, log_ratio = more.get("score"), more.get("log_ratio")
    return {
        "day": day,
        "part": part,
        "course_id": more.get("course"),
        "course": more.get("course"),
        "length": more.get("length"),
        "interruptions": more.get("interruptions", 0),
        "n": 1,
        "completed": int(completed),
        "rated_n": int(score is not None),
        "score": score or 0,
        "score_squares": (score or 0) ** 2,
        "estimated_n": int(log_ratio is not None),
        "log_ratio": log_ratio or 0,
        "log_ratio_squares": (log_ratio or 0) ** 2,
    }


def rest(day: date, *, longer: bool, success: float) -> dict[str, Any]:
    """What came after one break as a row of sums."""
    return {
        "day": day,
        "longer": longer,
        "up_to": 6,
        "typical_minutes": 15 if longer else 5,
        "n": 1,
        "success": success,
    }


def days(number: int, make: Callable[[int, date], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [made for i in range(number) for made in make(i, TODAY - timedelta(days=number - 1 - i))]


def found(rows: list[dict[str, Any]], breaks: list[dict[str, Any]] | None = None) -> Found:
    return current_insights(rows, breaks or [], TODAY, 0, None)


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [insight.key for insight in found(rows).insights]


def test_the_better_time_of_day_is_told_with_all_it_rests_on() -> None:
    rows = days(60, lambda i, d: [row(d, "morning", i % 10 != 0), row(d, "evening", i % 2 == 0)])
    (insight,) = [i for i in found(rows).insights if i.key == "part_of_day"]
    assert insight.message == (
        "Mornings go best: you completed 90 % of your sessions then, 50 % at other times."
    )
    assert (insight.n, insight.window) == (60, "the last 90 days")
    assert insight.compared_with == "60 sessions begun at other times of day"
    assert insight.sure.endswith("95 % sure, with all 2 comparisons counted in")
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


def test_of_two_courses_the_better_one_is_told_once() -> None:
    rows = days(
        40,
        lambda i, d: [
            row(d, "morning", i % 3 == 0, course="Art"),
            row(d, "morning", i % 10 != 0, course="Biology"),
            row(d, "morning", False),  # of no course
        ],
    )
    (insight,) = found(rows).insights
    assert insight.message == (
        "“Biology” goes better: you completed 90 % of its sessions, 35 % of those in your other"
        " courses."
    )
    assert (insight.n, insight.compared_with) == (40, "40 sessions in your other courses")
    assert insight.sure.endswith("points more, 95 % sure, with all 2 comparisons counted in")


def test_the_course_that_falls_behind() -> None:
    rows = days(
        40,
        lambda i, d: (
            [row(d, "morning", i % 8 != 0, course=course) for course in "ABC"]
            + [row(d, "morning", i % 3 == 0, course="Statistics")]
        ),
    )
    (insight,) = found(rows).insights
    assert insight.message.startswith("“Statistics” goes worse: you completed 35 % of its sessions")
    assert " points less, " in insight.sure
    assert insight.type == "attention"


def test_a_seventh_course_widens_nothing() -> None:
    def looked_at(courses: int) -> int:
        rows = days(12, lambda i, d: [row(d, "morning", True, course=c) for c in range(courses)])
        return found(rows).comparisons

    assert [looked_at(number) for number in (1, 2, 3, 6, 9)] == [0, 1, 3, 6, 6]


def test_planned_lengths() -> None:
    rows = days(
        40,
        lambda i, d: [
            row(d, "morning", i % 8 != 0, length=1),
            row(d, "morning", i % 8 != 1, length=2),
            row(d, "morning", i % 3 == 0, length=3),
            row(d, "morning", False, length=None),
        ],
    )
    (insight,) = found(rows).insights
    assert insight.message == (
        "Sessions planned for more than an hour get done less often: you completed 35 % of them,"
        " 88 % of those of another length."
    )
    assert insight.suggestion == "Plan another length where the work allows it."


def test_two_interruptions_against_one() -> None:
    chance = random.Random(3)

    def make(i: int, d: date) -> list[dict[str, Any]]:
        return [
            row(d, "morning", True, score=chance.choice([3, 4, 5]), interruptions=1),
            row(d, "morning", True, score=chance.choice([1, 2, 3]), interruptions=2),
            row(d, "morning", True, score=5, interruptions=None),  # nobody counted
        ]

    (insight,) = found(days(30, make)).insights
    assert insight.key == "several_interruptions"
    assert insight.message.startswith("You rate sessions with two or more interruptions lower: ")
    assert (insight.n, insight.compared_with) == (30, "30 rated sessions with one interruption")


def test_breaks_have_their_own_share_of_the_doubt() -> None:
    breaks = days(
        30,
        lambda i, d: [
            rest(d, longer=True, success=1 - 0.25 * (i % 2)),
            rest(d, longer=False, success=0.25 * (i % 2)),
        ],
    )
    rows = days(30, lambda i, d: [row(d, "morning", True), row(d, "evening", i % 2 == 0)])
    breaks_told, part = found(rows, breaks).insights
    assert breaks_told.message == (
        "Your sessions go better after longer breaks: 88 % success after more than 6 min, 13 %"
        " after up to 6 min."
    )
    assert breaks_told.suggestion == "Take about 15 min."
    assert part.key == "part_of_day"
    alone = found(rows).insights[0].sure
    assert part.sure.endswith("95 % sure, with all 2 comparisons counted in")
    assert alone.endswith("points more, 95 % sure")


def test_ratings_that_never_vary() -> None:
    rows = days(
        10,
        lambda i, d: [
            row(d, "morning", True, score=5),
            row(d, "morning", True, score=3, interruptions=1),
        ],
    )
    assert keys(rows) == ["interruptions"]
    assert "0 lower" not in found(rows).insights[0].sure


def test_rounding_hides_no_interval_that_leaves_zero_out() -> None:
    assert points(Interval(0.003, 0.23)) == "more than 0 and up to 23 points"
    assert points(Interval(-0.231, -0.05)) == "5 to 23 points"
    assert between("0.0", "0.9") == "more than 0 and up to 0.9"
    assert between("0 %", "12 % longer") == "more than 0 and up to 12 % longer"
    assert between("10 %", "12 % longer") == "10 % to 12 % longer"


def test_estimates_that_are_always_wrong_by_the_same() -> None:
    rows = days(12, lambda i, d: [row(d, "morning", True, log_ratio=log(2))])
    assert keys(rows) == ["estimates"]


def test_interruptions_that_cost_rating() -> None:
    chance = random.Random(3)

    def make(i: int, d: date) -> list[dict[str, Any]]:
        return [
            row(d, "morning", True, score=chance.choice([3, 4, 5])),
            row(d, "morning", True, score=chance.choice([1, 2, 3]), interruptions=1),
        ]

    (insight,) = [i for i in found(days(30, make)).insights if i.key == "interruptions"]
    assert insight.n == 30
    assert insight.message.startswith("You rate sessions with interruptions lower: 2.")


def test_interruptions_that_do_not_hurt_are_no_news() -> None:
    rows = days(
        30,
        lambda i, d: [
            row(d, "morning", True, score=2 + i % 2),
            row(d, "morning", True, score=4 + i % 2, interruptions=1),
        ],
    )
    assert "interruptions" not in keys(rows)


@pytest.mark.parametrize(
    ("ratio", "message", "suggestion"),
    [
        (1.25, "Your sessions take 25 % longer than you estimate.", "plan about 75."),
        (0.8, "Your sessions take 20 % shorter than you estimate.", "plan about 50."),
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
        "You complete more of what you start: 100 % of your sessions in the last 4 weeks,"
        " 36 % in the 4 before."
    )
    assert insight.n == 28
    assert insight.compared_with == "28 sessions in the 4 weeks before"
    worse = days(56, lambda i, d: [row(d, "morning", i < 28 or i % 3 == 0)])
    (insight,) = [i for i in found(worse).insights if i.key == "months"]
    assert (insight.type, insight.message[:17]) == ("attention", "You complete less")


def test_what_is_counted_needs_no_evidence() -> None:
    lying = LeftLying(uuid4(), "Thesis", 6, 192, 21)
    told = current_insights([], [], TODAY, 2, lying)
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
            row(d, "evening", False, score=chance.choice([1, 2]), interruptions=1, log_ratio=0.4),
        ]

    told = current_insights(days(56, make), [], TODAY, 1, LeftLying(uuid4(), "T", 3, 60, 20))
    assert [insight.key for insight in told.insights[:1]] == ["forgotten"]
    assert len(told.insights) == 5


def test_people_with_nothing_to_find_are_seldom_told_anything() -> None:
    """Three hundred people whose days have moods and a course of their own, and whose sessions know
    nothing of the hour, the course, the length, the break before them or their interruptions."""
    told = sum(bool(found(*nobody_special(chance)).insights) for chance in seeds(300))
    assert told / 300 <= 0.05


def seeds(number: int) -> Iterator[random.Random]:
    return (random.Random(f"2026-{i}") for i in range(number))


def nobody_special(chance: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Ninety days of somebody of whom there is nothing to tell."""
    share, breaks = chance.uniform(0.4, 0.9), []
    courses, usual_length = "ABCDEFG"[: chance.randint(1, 7)], chance.randrange(4)

    def make(_: int, d: date) -> list[dict[str, Any]]:
        mood, course = chance.gauss(0, 0.15), chance.choice(courses)
        rows = []
        for nth in range(chance.choice([0, 1, 2, 3, 5])):
            completed = chance.random() < share + mood
            score = min(5, max(1, round(chance.gauss(3.5 + 3 * mood, 1))))
            rows.append(
                row(
                    d,
                    chance.choice(PARTS),
                    completed,
                    score=score,
                    course=course if chance.random() < 0.7 else chance.choice(courses),
                    length=usual_length if chance.random() < 0.5 else chance.randrange(4),
                    interruptions=chance.choice([0, 0, 0, 1, 1, 2]),
                    log_ratio=chance.gauss(mood, 0.4),
                )
            )
            if nth:
                success = (completed + (score - 1) / 4) / 2
                breaks.append(rest(d, longer=chance.random() < 0.4, success=success))
        return rows

    return days(90, make), breaks
