"""From one's own breaks where they show a difference, else the technique's; always saying which."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focus_core.domain.break_advice import BreakAdvice, advise, look, taken
from focus_core.domain.sessions import SessionType

FIRST = date(2026, 1, 5)
POMODORO, FLOWTIME = SessionType.POMODORO, SessionType.FLOWTIME


def rows(longer: list[float], shorter: list[float], a_day: int = 1) -> list[dict[str, Any]]:
    """One row for each break, as many of each side a day."""
    return [
        {
            "day": FIRST + timedelta(days=i // a_day),
            "longer": side,
            "up_to": 6,
            "typical_minutes": 15 if side else 5,
            "n": 1,
            "success": success,
        }
        for side, values in ((True, longer), (False, shorter))
        for i, success in enumerate(values)
    ]


def advice(*args: Any, due: int = 5, kind: SessionType = POMODORO, **more: Any) -> BreakAdvice:
    return advise(taken(rows(*args, **more)), due, kind)


def test_the_longer_break_is_advised_where_it_goes_with_more_success() -> None:
    said = advice([1, 0.75, 1, 0.5] * 8, [0.25, 0.5, 0, 0.5] * 8)
    assert said.own
    assert (said.minutes, said.n, said.window) == (15, 64, "the last 90 days")
    assert said.message == (
        "Your own breaks say about 15 min: sessions go better after more than 6 min than after"
        f" shorter ones ({said.sure}; 64 breaks in the last 90 days)."
    )
    assert said.sure is not None
    assert said.sure.endswith(" points more success, 99 % sure")


def test_the_shorter_break_where_that_does() -> None:
    said = advice([0.25, 0.5, 0, 0.5] * 8, [1, 0.75, 1, 0.5] * 8, due=15)
    assert (said.own, said.minutes) == (True, 5)
    assert "after up to 6 min than after longer ones" in said.message


@pytest.mark.parametrize(
    ("due", "kind", "rule"),
    [
        (5, POMODORO, "5 min is the technique's short break."),
        (15, POMODORO, "15 min is the technique's long break."),
        (7, SessionType.CUSTOM, "7 min is the break of your settings."),
        (10, FLOWTIME, "10 min is what a flowtime session of that length earns."),
    ],
)
def test_otherwise_the_technique_is_named(due: int, kind: SessionType, rule: str) -> None:
    said = advise(taken([]), due, kind)
    assert said == BreakAdvice(
        due,
        False,
        f"{rule} There are no breaks of yours to learn from yet.",
        0,
        "the last 90 days",
        None,
    )


@pytest.mark.parametrize(
    ("longer", "shorter", "a_day", "reason"),
    [
        ([1], [], 1, "Your own 1 break is too few to say more."),
        ([1] * 9, [0] * 40, 1, "Your own 49 breaks are too few to say more."),
        ([1] * 40, [0] * 40, 10, "Your own 80 breaks are too few to say more."),  # on four days
        ([1, 0] * 20, [0, 1] * 20, 1, "Your own 80 breaks show no difference between short and"),
        ([1] * 10, [1] * 10, 1, "Your own 20 breaks show no difference"),
    ],
)
def test_it_says_why_not_ones_own(
    longer: list[float], shorter: list[float], a_day: int, reason: str
) -> None:
    said = advice(longer, shorter, a_day=a_day)
    assert not said.own
    assert reason in said.message


def test_the_insight_says_the_same() -> None:
    breaks = taken(rows([1, 0.75, 1, 0.5] * 8, [0.25, 0.5, 0, 0.5] * 8))
    compared = look(breaks)
    assert compared is not None
    told = compared.told(compared.interval(0.99), "")
    assert told is not None
    assert (told.n, told.compared_with) == (32, "32 sessions after up to 6 min")
    assert told.sure.endswith(" points more, 99 % sure")
    assert told.suggestion == "Take about 15 min."
    assert look(taken(rows([1] * 9, [0] * 9))) is None


values = st.lists(st.sampled_from([0, 0.25, 0.5, 0.75, 1]), max_size=30)


@given(values, values)
def test_what_is_advised_never_does_worse_and_the_sides_are_equal(
    longer: list[float], shorter: list[float]
) -> None:
    said, mirrored = advice(longer, shorter), advice(shorter, longer)
    assert said.own == mirrored.own
    if said.own:
        assert min(len(longer), len(shorter)) >= 10
        better = sum(longer) / len(longer) > sum(shorter) / len(shorter)
        assert (said.minutes, mirrored.minutes) == ((15, 5) if better else (5, 15))
    else:
        assert said.minutes == 5


def test_breaks_that_change_nothing_are_seldom_said_to() -> None:
    chance = random.Random(41)

    def somebody() -> BreakAdvice:
        made = []
        for day in range(60):
            mood = chance.gauss(0.6, 0.2)
            for _ in range(chance.choice([0, 1, 2, 4])):
                made += rows(*([], [chance.random() < mood])[:: chance.choice([1, -1])])
                made[-1]["day"] = FIRST + timedelta(days=day)
        return advise(taken(made), 5, POMODORO)

    assert sum(somebody().own for _ in range(300)) / 300 <= 0.02
