"""Against published values, and by simulation where there are none."""

from __future__ import annotations

import random

import pytest

from focus_core.domain.statistics import (
    Interval,
    Tally,
    difference_by_days,
    difference_of_means,
    difference_of_proportions,
    joined,
    mean_by_days,
    mean_interval,
    shared_level,
    student_quantile,
    wilson,
)


def tally(*values: float) -> Tally:
    return Tally(len(values), sum(values), sum(value * value for value in values))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [  # Newcombe, Stat. Med. 17 (1998) 857, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_wilson_stays_within_bounds_and_knows_nothing_of_nothing() -> None:
    assert wilson(0, 0) == Interval(0, 1)
    assert wilson(7, 7).high == pytest.approx(1)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [  # Newcombe, Stat. Med. 17 (1998) 873, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_difference_of_proportions(
    a: tuple[int, int], b: tuple[int, int], low: float, high: float
) -> None:
    groups = [Tally(n, successes, successes) for successes, n in (a, b)]
    found = difference_of_proportions(*groups)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(
    ("freedom", "level", "quantile"),
    [(5, 0.95, 2.571), (10, 0.95, 2.228), (10, 0.99, 3.169), (30, 0.95, 2.042), (60, 0.99, 2.660)],
)
def test_student_quantile(freedom: float, level: float, quantile: float) -> None:
    assert student_quantile(freedom, level) == pytest.approx(quantile, rel=0.01)


def test_difference_of_means() -> None:
    # By hand: -6.5, standard error sqrt(3.5 / 6 + 18.67 / 7) = 1.803, 8.43 degrees of freedom,
    # for which Student's quantile is 2.286.
    found = difference_of_means(tally(1, 2, 3, 4, 5, 6), tally(4, 6, 8, 10, 12, 14, 16))
    assert (found.low, found.high) == pytest.approx((-10.62, -2.38), abs=0.01)
    same = difference_of_means(tally(3, 3), tally(3, 3))
    assert not same.excludes(0)


def test_days_that_are_one_value_each_are_ordinary_values() -> None:
    values = [3.0, 4.0, 6.0, 7.0, 9.0, 12.0, 5.0, 8.0]
    by_day = mean_by_days({day: tally(value) for day, value in enumerate(values)})
    plain = mean_interval(tally(*values))
    assert (by_day.low, by_day.high) == pytest.approx((plain.low, plain.high))


def test_sessions_of_a_day_that_resemble_each_other_count_for_less() -> None:
    """Twenty days of five identical values hold twenty observations, not a hundred."""
    chance = random.Random(7)
    days = {day: tally(*[chance.gauss(0, 1)] * 5) for day in range(20)}
    careless = mean_interval(joined(days.values()))
    honest = mean_by_days(days)
    assert honest.high - honest.low > 2 * (careless.high - careless.low)


def test_difference_by_days_covers_what_it_says() -> None:
    """Sessions share their day's mood; the true difference is nought."""
    chance = random.Random(11)
    covered = 0
    for _ in range(400):
        a, b = {}, {}
        for day in range(30):
            mood = chance.gauss(0, 1)
            a[day] = tally(*(mood + chance.gauss(0, 1) for _ in range(3)))
            if day % 2:
                b[day] = tally(*(mood + chance.gauss(0, 1) for _ in range(3)))
        covered += not difference_by_days(a, b).excludes(0)
    assert 0.92 <= covered / 400 <= 0.98


def test_looking_more_often_asks_for_more() -> None:
    assert shared_level(1) == pytest.approx(0.95)
    assert shared_level(5) == pytest.approx(0.99)
    assert shared_level(0) == pytest.approx(0.95)


def test_spanning() -> None:
    assert Interval(0, 2).spanning(Interval(-1, 1)) == Interval(-1, 2)
