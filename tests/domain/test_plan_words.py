"""What is said about a plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from focus_core.domain.plan_words import (
    Finish,
    best_hours_words,
    done_words,
    drop_words,
    due_words,
    finish_words,
    left_over_words,
    made_of_words,
    order_words,
    record_words,
    shortened,
    spent_words,
    total_words,
)
from tests.factories import utc

BERLIN = ZoneInfo("Europe/Berlin")
NOW = utc(2026, 3, 2, 14, 2)


def finish(low: float, middle: float, high: float, now: datetime = NOW) -> Finish:
    at = [now + timedelta(minutes=minutes) for minutes in (middle, low, high)]
    return Finish(now, *at, day_ends=utc(2026, 3, 2, 23))


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (finish(70, 139, 238), "Done by about 17:20, 80 % sure between 16:10 and 19:00."),
        (finish(2.5, 8, 20.2), "Done by about 15:10, 80 % sure between 15:04 and 15:23."),
        (finish(60, 60, 60), "Done by about 16:00."),
        (finish(0, 30, 33), "Done by about 15:30, 80 % sure between 15:02 and 15:35."),
        (
            finish(400, 500, 700),
            "Done by about 23:20, 80 % sure between 21:40 today and 02:45 tomorrow.",
        ),
        (
            finish(700, 800, 1500),
            "More than fits into today, which has 9 h left: about 13 h with breaks,"
            " 80 % sure: 12 to 25 h.",
        ),
    ],
)
def test_when_it_will_be_done(ends: Finish, words: str) -> None:
    assert finish_words(ends, BERLIN) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 12, 27), "overdue"),
        (date(2026, 12, 28), "due today"),
        (date(2026, 12, 29), "due tomorrow"),
        (date(2026, 12, 30), "due Wed"),
        (date(2027, 1, 3), "due Sun"),
        (date(2027, 1, 4), "due 4 Jan 2027"),
    ],
)
def test_by_when_a_task_is_due(due: date, words: str) -> None:
    assert due_words(due, date(2026, 12, 28)) == words
    assert due_words(date(2026, 12, 31), date(2026, 12, 1)) == "due 31 Dec"


def test_a_guess_is_called_one() -> None:
    told = finish_words(finish(60, 60, 60), BERLIN, guessing=True)
    assert told == "Done by about 16:00. A guess, until 3 sessions of yours are known."


def test_the_night_when_the_clocks_change() -> None:
    ends = finish(60, 120, 180, now=utc(2026, 3, 28, 23, 30))
    later = Finish(ends.now, ends.middle, ends.low, ends.high, day_ends=utc(2026, 3, 29, 22))
    assert finish_words(later, BERLIN) == (
        "Done by about 03:30, 80 % sure between 01:30 and 04:30."
    )


@pytest.mark.parametrize(
    ("left_out", "open_tasks", "words"),
    [
        ([], 2, "All of it fits until 18:00."),
        (["Essay"], 1, "It isn't sure to be done by 18:00."),
        (["Essay", "Lab"], 2, "None of it is sure to be done by 18:00."),
        (["Essay"], 2, "To be done by 18:00, leave out: Essay."),
        (["A very long…"], 2, "To be done by 18:00, leave out: A very long…"),
        (list("ABCDE"), 9, "To be done by 18:00, leave out: A, B, C and 2 more."),
    ],
)
def test_what_to_leave_out(left_out: list[str], open_tasks: int, words: str) -> None:
    by = utc(2026, 3, 2, 17)
    assert drop_words(left_out, open_tasks, 0.98, by, finish(60, 60, 60), BERLIN) == words


def test_how_sure_it_is_that_all_fits() -> None:
    told = drop_words([], 2, 0.84, utc(2026, 3, 2, 17), finish(60, 60, 60), BERLIN)
    assert told == "All of it fits until 18:00 (85 % sure)."


def test_a_time_that_has_passed_is_called_so() -> None:
    by = utc(2026, 3, 2, 11)
    assert drop_words(["Essay"], 2, 0, by, finish(60, 60, 60), BERLIN) == "12:00 has passed."


def test_tomorrow_begins_with_the_persons_own_day() -> None:
    ends = finish(400, 500, 700)
    owl = Finish(ends.now, ends.middle, ends.low, ends.high, day_ends=utc(2026, 3, 3, 3))
    assert finish_words(owl, BERLIN).endswith("between 21:40 and 02:45.")
    by = [utc(2026, 3, 3, 2, 40), utc(2026, 3, 3, 8, 55), utc(2026, 3, 4, 8, 55)]
    told = [drop_words([], 1, 1, moment, owl, BERLIN) for moment in by]
    assert told == [
        "All of it fits until 03:40.",
        "All of it fits until 09:55 tomorrow.",
        "All of it fits until Wednesday 09:55.",
    ]


@pytest.mark.parametrize(
    ("focus", "breaks", "estimated", "words"),
    [
        (60, 10, 60, ""),
        (278, 80, 278, "That is about 4.5 h of focus and 80 min of breaks."),
        (600, 140, 278, "By your estimates 4 h 38 min left, but tasks like these take longer:"
         " about 10 h of focus and 2.5 h of breaks."),
        (40, 5, 120, "By your estimates 2 h left, but tasks like these take less time:"
         " about 40 min of focus and 5 min of breaks."),
        (20, 0, 0, "By your estimates nothing left, but tasks like these take longer:"
         " about 20 min of focus."),
        (278, 80, None, "That is about 4.5 h of focus and 80 min of breaks."),
    ],
)  # fmt: skip
def test_what_the_time_is_made_of(
    focus: float, breaks: float, estimated: float | None, words: str
) -> None:
    assert made_of_words(focus, breaks, estimated) == words


@pytest.mark.parametrize(
    ("spent", "estimate", "words"),
    [
        (0, None, "no estimate"),
        (25, None, "25 min so far"),
        (0, 90, "1 h 30 min"),
        (25.4, 60, "25 min of 1 h"),
    ],
)
def test_how_far_a_task_got(spent: float, estimate: int | None, words: str) -> None:
    assert spent_words(spent, estimate) == words


def test_how_far_the_running_task_had_got() -> None:
    assert spent_words(0, None, running=True) == "now"
    assert spent_words(25, 60, running=True) == "now, 25 min before, of 1 h"


def test_how_far_all_of_it_got() -> None:
    assert total_words(0, 0, 2, today=0) == "2 without an estimate"
    assert total_words(25, 240, 0, today=25) == "25 min of 4 h estimated"
    assert total_words(85, 240, 1, today=25) == (
        "1 h 25 min of 4 h estimated · 1 without an estimate · 25 min today"
    )
    assert done_words(0) == "All done."
    assert done_words(85) == "All done, 1 h 25 min of focus today."


def test_what_comes_over() -> None:
    today = date(2026, 3, 2)
    friday, sunday = date(2026, 2, 27), date(2026, 3, 1)
    assert left_over_words([sunday], today) == "Bring over 1 task left from yesterday"
    assert left_over_words([friday] * 3, today) == "Bring over 3 tasks left from Friday"
    assert left_over_words([friday, sunday], today) == "Bring over 2 tasks left from earlier days"


def test_why_another_order() -> None:
    window = (utc(2026, 3, 2, 8), utc(2026, 3, 2, 10))
    assert order_words("Essay", (35, 118), window, None, BERLIN) == (
        "Essay is the least certain of these (35 to 120 min left). Done first, it falls into your"
        " best hours, 09:00–11:00."
    )
    assert "Done after Lab, it" in order_words("Essay", (35, 118), window, "Lab", BERLIN)
    assert best_hours_words(0.841, 61, 0.7) == (
        "Success in these hours: 84 % in 61 sessions, 70 % overall."
    )
    assert len(shortened("x" * 300)) == 41


@pytest.mark.parametrize(
    ("verdict", "n", "high", "said"),
    [
        ("early", 10, 0.79, "Of 10 plans of yours 50 % were done within such a"),
        ("beats", 40, 0.79, "Of 40 plans of yours 50 % were done within such a"),
        ("no_better", 40, 0.81, "So far no better for you than your estimates added up"),
        ("early", 9, 0.1, None),
        ("beats", 40, 0.81, None),
    ],
)
def test_a_record_is_told_when_it_is_bad(
    verdict: str, n: int, high: float, said: str | None
) -> None:
    told = record_words(verdict, n, {"share": 0.5, "low": 0.05, "high": high})
    assert told is None if said is None else (told or "").startswith(said)
