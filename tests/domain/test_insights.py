"""What is said about a session, and when it is kept quiet."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import pytest

from focus_core.domain.insights import InsightType, Past, SessionFacts, session_insights
from focus_core.domain.sessions import EndedBy

SESSION = SessionFacts(
    running=False,
    ended_by=EndedBy.USER,
    was_completed=True,
    focused_minutes=25,
    expected_minutes=25,
    could_run_over=False,
    counted_interruptions=1,
    focus_score=None,
)
PAST = Past(
    n=12,
    mean_minutes=24,
    mean_interruptions=0.8,
    rated_n=10,
    mean_score=3.6,
    estimated_n=0,
    typical_log_ratio=None,
)
NOTHING = Past(0, None, None, 0, None, 0, None)


def messages(past: Past = PAST, **facts: Any) -> list[str]:
    return [insight.message for insight in session_insights(replace(SESSION, **facts), past)]


def test_the_specifications_words() -> None:
    said = session_insights(
        replace(SESSION, focused_minutes=30, counted_interruptions=0, focus_score=5), PAST
    )
    assert [f"[{insight.type}] {insight.message}" for insight in said] == [
        "[positive] Great job! You focused 30min, 25% longer than your average.",
        "[positive] Perfect focus! No interruptions during this session.",
        "[positive] You rated this session highly. Keep up the great work!",
    ]
    assert [(i.n, i.window, i.compared_with) for i in said] == [
        (12, "the 90 days before it", "your average of 24 min"),
        (12, "the 90 days before it", "your average of 0.8 a session"),
        (10, "the 90 days before it", "your average rating of 3.6"),
    ]


def test_an_ordinary_session_is_no_news() -> None:
    assert messages() == []
    assert messages(focused_minutes=26, focus_score=3) == []


def test_shorter_is_said_without_praise_or_blame() -> None:
    short = replace(SESSION, focused_minutes=12, could_run_over=True, expected_minutes=None)
    (said,) = session_insights(short, PAST)
    assert said.message == "You focused 12 min, 50 % shorter than your average."
    assert said.type is InsightType.NEUTRAL


@pytest.mark.parametrize(
    ("focused", "mean", "message", "compared_with"),
    [
        (31.6, 55.3, "You focused 32 min, 42 % shorter", "your average of 55 min"),
        (1.4, 1.6, "You focused 1.4 min, 13 % shorter", "your average of 1.6 min"),
    ],
)
def test_shares_are_those_of_the_numbers_that_are_told(
    focused: float, mean: float, message: str, compared_with: str
) -> None:
    short = replace(SESSION, focused_minutes=focused, could_run_over=True, expected_minutes=None)
    (said,) = session_insights(short, replace(PAST, mean_minutes=mean))
    assert said.message.startswith(message)
    assert said.compared_with == compared_with


def test_a_plan_that_was_kept_is_not_too_short() -> None:
    assert messages(focused_minutes=15, expected_minutes=15) == []


@pytest.mark.parametrize("n", [0, 1, 2])
def test_nothing_is_compared_with_too_little(n: int) -> None:
    past = replace(PAST, n=n, rated_n=n)
    said = session_insights(
        replace(SESSION, focused_minutes=90, counted_interruptions=9, focus_score=1), past
    )
    assert len(said) == 1
    assert said[0].message.startswith("Too early to compare")
    assert f"{3 - n} session" in said[0].message


def test_with_no_past_at_all_only_the_session_speaks() -> None:
    said = session_insights(replace(SESSION, counted_interruptions=0, focus_score=4), NOTHING)
    assert [insight.n for insight in said] == [0, 0, 0]
    assert [insight.compared_with for insight in said] == [None, None, None]


def test_interruptions() -> None:
    assert messages(counted_interruptions=3) == ["3 interruptions, more than your usual 0.8."]
    assert messages(counted_interruptions=None) == []
    assert messages(counted_interruptions=3, past=replace(PAST, mean_interruptions=2.5)) == []
    abandoned = messages(counted_interruptions=0, was_completed=False, focused_minutes=24.9)
    assert not any("Perfect" in message for message in abandoned)


def test_a_low_rating_is_told_only_when_it_is_low_for_this_person() -> None:
    assert messages(focus_score=2) == ["You rated this session 2 of 5, below your average of 3.6."]
    assert messages(focus_score=2, past=replace(PAST, mean_score=2.4)) == []


def test_estimates() -> None:
    over = {"could_run_over": True, "focused_minutes": 24, "expected_minutes": 20}
    assert messages(**over) == ["It took 24 min, 20 % longer than you estimated."]
    usual = replace(PAST, estimated_n=8, typical_log_ratio=log(1.1))
    (alone,) = session_insights(replace(SESSION, **over), replace(PAST, estimated_n=2))
    assert (alone.n, alone.compared_with) == (0, "your estimate of 20 min")
    (said,) = session_insights(replace(SESSION, **over), usual)
    assert said.compared_with == "your estimate of 20 min; 10 % longer is typical for you"
    assert said.n == 8
    assert messages(**{**over, "could_run_over": False}) == []
    assert messages(**{**over, "expected_minutes": 30}) == [
        "It took 24 min, 20 % shorter than you estimated."
    ]
    assert messages(**{**over, "expected_minutes": None}) == []
    assert messages(was_completed=False, focused_minutes=22) == ["You stopped after 22 of 25 min."]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"running": True}, "still running"),
        ({"ended_by": EndedBy.AUTO_CLOSE, "focus_score": 5}, "closed automatically"),
        ({"focused_minutes": 0.5}, "too short"),
    ],
)
def test_what_cannot_be_measured_says_so_and_nothing_else(
    facts: dict[str, Any], words: str
) -> None:
    (said,) = messages(**facts)
    assert words in said
