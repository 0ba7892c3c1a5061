"""Forecasts in words: no more digits than anybody can know, and no claim without its evidence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focus_core.domain import forecast_words as words


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (0.2, "1 min"), (1.4, "1 min"), (24.4, "24 min"), (29.4, "29 min"), (29.6, "30 min"),
        (32.4, "30 min"), (32.6, "35 min"), (88, "90 min"), (117, "115 min"), (118, "2 h"),
        (140, "2.5 h"), (160, "2.5 h"), (400, "6.5 h"), (610, "10 h"), (2_000, "33 h"),
        (120_000, "2,000 h"),
    ],
)  # fmt: skip
def test_minutes_are_rounded_as_people_would(minutes: float, told: str) -> None:
    assert words.in_words(minutes) == told


@pytest.mark.parametrize(
    ("p50", "low", "high", "told"),
    [
        (51, 34, 68, "usually 35 to 70 min, most likely about 50"),
        (80, 40, 150, "usually 40 to 150 min, most likely about 80"),
        (150, 60, 400, "usually 1 to 6.5 h, most likely about 2.5 h"),
        (130, 115, 540, "usually 2 to 9 h, most likely about 2 h"),
        (118, 110, 125, "usually about 2 h"),
        (40, 20, 300, "usually 0.5 to 5 h, most likely about 40 min"),
        (60, 4, 540, "usually up to 9 h, most likely about 1 h"),
        (150, 130, 400, "usually 2 to 6.5 h, most likely about 2.5 h"),
        (25, 24.9, 25.1, "usually about 25 min"),
        (12, 5, 29.2, "usually 5 to 29 min, most likely about 12"),
    ],
)
def test_the_range_in_words(p50: float, low: float, high: float, told: str) -> None:
    assert words.usually(p50, low, high) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0.6, "1 min"), (119, "119 min"), (120, "2 h"), (140, "2 h 20 min"), (60_000, "1,000 h")],
)
def test_what_is_known_is_told_exactly(minutes: float, told: str) -> None:
    assert words.exactly(minutes) == told


@given(st.lists(st.floats(0.01, 1e6), min_size=3, max_size=3).map(sorted))
def test_any_range_has_words(three: list[float]) -> None:
    low, p50, high = three
    assert words.usually(p50, low, high).startswith("usually ")


def test_nothing_is_called_usual_in_a_guess() -> None:
    told = words.usually(25, 4, 100, guessing=True)
    assert told == "perhaps 4 to 100 min, most likely about 25"


def test_before_the_third_session_it_says_that_it_is_guessing() -> None:
    told = [words.rests_on(known, 0) for known in range(4)]
    assert [("guess" in line.lower()) for line in told] == [True, True, True, False]
    assert told[0] == (
        "A guess: no session of yours that ran its course and no done task is known yet"
    )
    assert told[1] == "Still a guess: only 1 session or done task of yours known, it takes 3"
    assert "only 2 sessions or done tasks of" in told[2]
    assert words.rests_on(40, 11) == "Rests on 11 similar sessions of yours"
    assert words.rests_on(40, 1) == "Rests on 1 similar session of yours"
    said = words.rests_on(1_200, 0)
    assert said == "Rests on 1,200 sessions and done tasks of yours, none of them similar"


@pytest.mark.parametrize(
    ("actual", "told"),
    [
        ([36] * 10, "sessions like this run over, typically by 20 %"),
        ([21] * 10, "sessions like this end early, typically by 30 %"),
        ([36] * 9, None),  # too few
        ([31] * 20, None),  # hardly over
        ([60] * 6 + [20] * 4, None),  # may be chance
        ([30] * 12, None),
        ([90] * 12, "sessions like this run over, typically by 200 %"),
    ],
)
def test_a_tendency_is_told_only_when_it_holds(actual: list[float], told: str | None) -> None:
    assert words.tendency([(30, minutes) for minutes in actual]) == told


AHEAD, LEVEL, BEHIND = (-2.0, -0.1), (-2.0, 0.0), (0.1, 3.0)


def against(*found: tuple[str, int, tuple[float, float] | None]) -> list[dict[str, Any]]:
    return [
        {"with": name, "n": n, "difference": sure and {"low": sure[0], "high": sure[1]}}
        for name, n, sure in found
    ]


@pytest.mark.parametrize(
    ("target", "found", "told"),
    [
        ("session_minutes", [("estimate", 7, AHEAD), ("median", 0, None)],
         "too early to say (7 of 30)"),
        ("session_minutes", [("estimate", 40, AHEAD), ("median", 39, AHEAD)],
         "beats your own estimate and your plain median"),
        ("session_minutes", [("estimate", 40, LEVEL), ("median", 39, AHEAD)],
         "beats your plain median, about as good as your own estimate"),
        ("session_minutes", [("estimate", 40, BEHIND), ("median", 39, LEVEL)],
         "about as good as your plain median, worse than your own estimate, so the timer says so"),
        ("task_minutes", [("estimate", 40, None), ("median", 12, AHEAD)],
         "about as good as your own estimate, so the timer says so"),
        ("completion", [("rate", 30, AHEAD)],
         "beats your plain completion rate, so it is shown"),
        ("completion", [("rate", 30, LEVEL)],
         "about as good as your plain completion rate, so it is not shown"),
        ("focus_score", [("histogram", 30, BEHIND)],
         "worse than your plain histogram of ratings, so it is not shown"),
        ("focus_score", [("histogram", 29, AHEAD)], "too early to say (29 of 30)"),
    ],
)  # fmt: skip
def test_verdicts(target: str, found: list[Any], told: str) -> None:
    assert words.verdict(target, against(*found)) == told


@pytest.mark.parametrize(
    ("coverage", "begins"),
    [((0.8, 0.7, 0.9), "80 % ended"), ((0.5, 0.4, 0.6), "Too narrow: only 50 %"),
     ((0.95, 0.9, 0.99), "Too wide: 95 %")],
)  # fmt: skip
def test_a_range_is_called_wrong_only_when_it_is(coverage: tuple[float, ...], begins: str) -> None:
    share, low, high = coverage
    told = words.coverage_finding({"share": share, "low": low, "high": high})
    assert told.startswith(begins)
