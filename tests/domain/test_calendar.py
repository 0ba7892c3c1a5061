"""The day rule holds in every zone, through every change of its clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from focus_core.domain.calendar import day_begins, day_bounds, largest_gap, local_day, moments

# Half hours, three quarters, both hemispheres, changes at midnight (Cairo, Beirut, Santiago), a
# change of half an hour (Lord Howe), a skipped day (Apia, 30 December 2011), and none at all.
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
day_starts = st.times(max_value=time(11, 59)).map(lambda t: t.replace(microsecond=0))
instants = st.datetimes(datetime(2005, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))
days = st.dates(date(2005, 1, 1), date(2036, 12, 31))

BERLIN = ZoneInfo("Europe/Berlin")


@given(instants, zones, day_starts)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN, time(2, 30))
@example(datetime(2026, 10, 25, 1, 15, tzinfo=UTC), BERLIN, time(2, 30))
@example(datetime(2010, 11, 7, 2, 45, tzinfo=UTC), ZoneInfo("America/St_Johns"), time(0))
@example(datetime(2011, 12, 30, 11, 0, tzinfo=UTC), ZoneInfo("Pacific/Apia"), time(4))
def test_a_moment_lies_within_its_day(moment: datetime, zone: ZoneInfo, day_start: time) -> None:
    start, end = day_bounds(local_day(moment, zone, day_start), zone, day_start)
    assert start <= moment < end


@given(days, zones, day_starts)
def test_days_follow_each_other_without_gap(day: date, zone: ZoneInfo, day_start: time) -> None:
    start, end = day_bounds(day, zone, day_start)
    assert start < end or (zone.key, day) == ("Pacific/Apia", date(2011, 12, 30))
    assert end == day_begins(day + timedelta(days=1), zone, day_start)
    assert end - start <= timedelta(hours=25)
    assert start.tzinfo is UTC


@given(instants, instants, zones, day_starts)
def test_time_does_not_run_backwards(
    one: datetime, other: datetime, zone: ZoneInfo, day_start: time
) -> None:
    earlier, later = sorted((one, other))
    assert local_day(earlier, zone, day_start) <= local_day(later, zone, day_start)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_nights_of_clock_changes_make_short_and_long_days(day: date, hours: int) -> None:
    start, end = day_bounds(day, BERLIN, time(0))
    assert end - start == timedelta(hours=hours)


def test_before_the_day_starts_it_is_still_yesterday() -> None:
    night = datetime(2026, 3, 2, 2, 59, tzinfo=UTC)  # 03:59 in Berlin
    assert local_day(night, BERLIN, time(4)) == date(2026, 3, 1)
    assert local_day(night + timedelta(minutes=1), BERLIN, time(4)) == date(2026, 3, 2)
    assert local_day(night, BERLIN, time(0)) == date(2026, 3, 2)


def test_a_start_that_is_skipped_moves_past_the_gap() -> None:
    """02:30 does not come on 29 March 2026: the day begins where the clocks go on, 03:30."""
    assert day_begins(date(2026, 3, 29), BERLIN, time(2, 30)) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )


class TestMoments:
    def test_once(self) -> None:
        assert moments(date(2026, 3, 1), time(10), BERLIN) == [datetime(2026, 3, 1, 9, tzinfo=UTC)]

    def test_never(self) -> None:
        assert moments(date(2026, 3, 29), time(2, 30), BERLIN) == []

    def test_twice(self) -> None:
        assert moments(date(2026, 10, 25), time(2, 30), BERLIN) == [
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        ]

    @given(instants, zones)
    def test_every_moment_is_among_the_readings_of_its_clock(
        self, moment: datetime, zone: ZoneInfo
    ) -> None:
        local = moment.astimezone(zone)
        assert moment in moments(local.date(), local.time(), zone)

    @given(days, st.times(), zones)
    def test_each_reading_shows_what_was_asked(self, day: date, wall: time, zone: ZoneInfo) -> None:
        found = moments(day, wall, zone)
        assert len(found) <= 2
        for moment in found:
            local = moment.astimezone(zone)
            assert (local.date(), local.time()) == (day, wall)


class TestLargestGap:
    START = datetime(2026, 3, 1, 10, tzinfo=UTC)

    def at(self, minutes: float) -> datetime:
        return self.START + timedelta(minutes=minutes)

    def gap(self, *busy: tuple[float, float | None]) -> tuple[datetime, datetime] | None:
        """Of an hour that begins at START."""
        spans = [(self.at(a), None if b is None else self.at(b)) for a, b in busy]
        return largest_gap(self.at(0), self.at(60), spans)

    def test_nothing_is_busy(self) -> None:
        assert self.gap() == (self.at(0), self.at(60))

    def test_the_longest_part_wins_and_the_earliest_of_equals(self) -> None:
        assert self.gap((20, 30)) == (self.at(30), self.at(60))
        assert self.gap((25, 35)) == (self.at(0), self.at(25))

    def test_what_runs_now_reaches_into_the_future(self) -> None:
        assert self.gap((50, None)) == (self.at(0), self.at(50))

    def test_nothing_is_left(self) -> None:
        assert self.gap((-10, 70)) is None
        assert self.gap((0, 30), (30, 60)) is None

    @given(
        st.lists(
            st.tuples(st.integers(-30, 90), st.integers(1, 60)).map(lambda s: (s[0], s[0] + s[1])),
            max_size=6,
        )
    )
    def test_it_is_free_inside_and_as_long_as_any(self, busy: list[tuple[int, int]]) -> None:
        free = [
            minute
            for minute in range(60)
            if not any(a < minute + 1 and minute < b for a, b in busy)
        ]
        runs = [0]
        for before, minute in pairwise([-2, *free]):
            runs.append(runs[-1] + 1 if minute == before + 1 else 1)
        found = self.gap(*busy)
        if found is None:
            assert not free
        else:
            assert found[1] - found[0] == timedelta(minutes=max(runs))
            first = int((found[0] - self.START).total_seconds() // 60)
            assert set(range(first, first + max(runs))) <= set(free)
