"""The day rule: which local day a moment belongs to, and which moments a local day spans.

A day starts at the person's `day_start` (local wall time) and lasts until the next one does, so
it has 23 or 25 hours on the nights when the clocks change. Zones follow their own rules at that
moment. All moments come in aware and go out in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_day(moment: datetime, zone: ZoneInfo, day_start: time) -> date:
    """The day that `moment` counts for."""
    # By the same beginnings that bound a day, so that the two agree whatever the clocks do: an
    # hour that comes twice may straddle midnight, and islands have skipped a whole day.
    day = moment.astimezone(zone).date() + timedelta(days=1)
    while moment < day_begins(day, zone, day_start):
        day -= timedelta(days=1)
    return day


def day_begins(day: date, zone: ZoneInfo, day_start: time) -> datetime:
    """The first moment of `day`, UTC. A start skipped by the clock change is moved past the gap."""
    return datetime.combine(day, day_start, tzinfo=zone).astimezone(UTC)


def day_bounds(day: date, zone: ZoneInfo, day_start: time) -> tuple[datetime, datetime]:
    """[first moment of the day, first moment of the next), UTC."""
    return day_begins(day, zone, day_start), day_begins(day + timedelta(days=1), zone, day_start)


def moment_of(day: date, wall: time, zone: ZoneInfo, day_start: time) -> datetime:
    """When the local clock shows `wall` on the day by that rule, UTC: before `day_start` that is
    on the next date. A time skipped by the clock change is moved past the gap."""
    return day_begins(day if wall >= day_start else day + timedelta(days=1), zone, wall)


def moments(day: date, wall: time, zone: ZoneInfo) -> list[datetime]:
    """When the local clock showed `wall` on that date, UTC, earliest first.

    Usually once; never in the hour that a clock change skips, twice in the one it repeats.
    """
    readings = {
        datetime.combine(day, wall.replace(fold=fold), tzinfo=zone).astimezone(UTC)
        for fold in (0, 1)
    }
    asked = datetime.combine(day, wall.replace(fold=0))
    return sorted(
        moment
        for moment in readings
        if moment.astimezone(zone).replace(tzinfo=None, fold=0) == asked
    )


def largest_gap(
    start: datetime, end: datetime, busy: Iterable[tuple[datetime, datetime | None]]
) -> tuple[datetime, datetime] | None:
    """The longest part of [start, end) that no busy span touches; None if nothing is left.

    A busy span without an end reaches into the future. The earliest wins a tie.
    """
    gaps: list[tuple[datetime, datetime]] = []
    free_from = start
    for busy_start, busy_end in sorted(busy, key=lambda span: span[0]):
        if busy_start > free_from:
            gaps.append((free_from, min(busy_start, end)))
        free_from = max(free_from, busy_end or end)
    gaps.append((free_from, end))
    open_gaps = [gap for gap in gaps if gap[1] > gap[0]]
    return max(open_gaps, key=lambda gap: gap[1] - gap[0], default=None)
