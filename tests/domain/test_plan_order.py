"""Which task the best hours are for."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focus_core.domain.plan_order import Placed, Window, suggest, windows_of
from tests.factories import utc

BERLIN = ZoneInfo("Europe/Berlin")
NOW = utc(2026, 3, 2, 8)


def window(start: float, end: float) -> Window:
    return NOW + timedelta(minutes=start), NOW + timedelta(minutes=end)


def inside(task_id: str, tasks: list[Placed], order: list[str], windows: list[Window]) -> float:
    """Minutes of the task within the windows, counted plainly, a minute at a time."""
    lengths = {task.task_id: task.minutes for task in tasks}
    begins = sum(lengths[each] for each in order[: order.index(task_id)])
    minutes = (NOW + timedelta(minutes=begins + n) for n in range(int(lengths[task_id])))
    return sum(any(start <= minute < end for start, end in windows) for minute in minutes)


def test_the_widest_moves_into_the_best_hours() -> None:
    tasks = [Placed("mail", 30, 10), Placed("lab", 60, 40), Placed("essay", 90, 120)]
    found = suggest(tasks, NOW, [window(30, 150)])
    assert found is not None
    assert (found.task_id, found.order) == ("essay", ("mail", "essay", "lab"))
    assert found.window == window(30, 150)


@pytest.mark.parametrize(
    "tasks",
    [
        [],
        [Placed("essay", 90, 120)],
        [Placed("essay", 90, None), Placed("lab", 60, None)],
        [Placed("mail", 30, 10), Placed("essay", 90, 120), Placed("lab", 60, 40)],  # so already
        [Placed("mail", 5, 10), Placed("read", 20, 5), Placed("essay", 90, 120)],  # nearly so
    ],
)
def test_nothing_to_say(tasks: list[Placed]) -> None:
    assert suggest(tasks, NOW, [window(30, 130)]) is None
    assert suggest(tasks, NOW, []) is None


def test_hours_that_follow_on_each_other_are_one_stretch() -> None:
    now = utc(2026, 3, 2, 8, 20)  # 09:20 in Berlin
    assert windows_of([10, 9, 15, 7], now, utc(2026, 3, 2, 23), BERLIN) == [
        (now, utc(2026, 3, 2, 10)),
        (utc(2026, 3, 2, 14), utc(2026, 3, 2, 15)),
    ]


def test_an_hour_that_is_skipped_is_no_window_and_one_that_comes_twice_is_long() -> None:
    night = utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)
    assert windows_of([2], *night, BERLIN) == []
    night = utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)
    assert windows_of([2], *night, BERLIN) == [(utc(2026, 10, 25), utc(2026, 10, 25, 2))]


lengths = st.integers(1, 300)
placed = st.lists(st.tuples(lengths, st.none() | st.integers(0, 500)), min_size=1, max_size=6).map(
    lambda found: [Placed(str(n), *each) for n, each in enumerate(found)]
)
hours = st.sets(st.integers(0, 23), max_size=4)
moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(ZoneInfo("UTC"))
)


@given(placed, st.lists(st.tuples(st.integers(0, 600), lengths), min_size=1, max_size=2))
def test_a_suggestion_only_moves_one_task_and_always_gains(
    tasks: list[Placed], spans: list[tuple[int, int]]
) -> None:
    windows = [window(start, start + length) for start, length in spans[:1]]
    before = [task.task_id for task in tasks]
    found = suggest(tasks, NOW, windows)
    if found is None:
        return
    order = list(found.order)
    others = [each for each in order if each != found.task_id]
    assert others == [each for each in before if each != found.task_id]
    gained = inside(found.task_id, tasks, order, windows) - inside(
        found.task_id, tasks, before, windows
    )
    assert gained >= 15


@given(hours, moments, st.integers(0, 40))
def test_windows_lie_between_and_apart(hours: set[int], now: datetime, length: int) -> None:
    until = now + timedelta(hours=length)
    found = windows_of(hours, now, until, BERLIN)
    edges = [edge for window in found for edge in window]
    assert edges == sorted(set(edges))
    assert all(now <= edge <= until for edge in edges)
    for start, end in found:
        middle = start + (end - start) / 2
        assert middle.astimezone(BERLIN).hour in hours
