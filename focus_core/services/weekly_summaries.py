"""The last full week of a cohort in a few lines that a coach can read, copy and keep.

Made of what the coach's page gets, by the same functions: consent, rounding and what is left out
are the same, and whoever is in it is told of the look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from db.session import open_around
from focus_core.domain.actor import Actor
from focus_core.domain.consent import SMALLEST_GROUP
from focus_core.domain.errors import NotFound
from focus_core.services import coaching, cohorts
from focus_core.services.coaching import Group, GroupWeek, Member, MemberWeek

WEEKS_BEFORE = 4
MOST_NAMES = 20
_WITHOUT = {
    "held": "Held back until {back}: somebody withdrew or shares otherwise since.",
    "gone": "Left out: too many of the people behind this week have withdrawn.",
}
_LATER = "Sharing by name, but not here yet in that week:"


@dataclass(frozen=True)
class Section:
    """Plain text, with display names in it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class WeeklySummary:
    week: date
    """Its Monday."""
    title: str
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        """All of it, to copy and to keep."""
        parts = [
            "\n".join([section.heading, *(f"- {line}" for line in section.lines)])
            for section in self.sections
        ]
        return "\n\n".join([self.title, *parts]) + "\n"


def write(coach: Actor, cohort_id: UUID) -> WeeklySummary:
    """The newest week that is over in every time zone, against the weeks before it.

    Raises NotAllowed, NotFound.
    """
    with open_around(coach.user_id) as transaction:
        names = {row["id"]: row["name"] for row in cohorts.list_own(coach)}
        if cohort_id not in names:
            raise NotFound("There is no such group, or it is closed.")
        group = coaching.get_group(coach, cohort_id)
        members = coaching.list_members(coach, cohort_id)
        week, back = last_week(transaction.now), next_figures(transaction.now)
    return WeeklySummary(
        week,
        f"{names[cohort_id]}: the week of {week:%-d %B %Y}, Monday to Sunday",
        (_of_the_group(group, week, back), *_of_the_named(members, week)),
    )


def last_week(now: datetime) -> date:
    """The Monday of the newest week that is over in every time zone: from Tuesday on, UTC."""
    day = (now - timedelta(days=8)).date()
    return day - timedelta(days=day.weekday())


def next_figures(now: datetime) -> str:
    """The day that figures of groups come on next, in words: the first Tuesday to begin, UTC."""
    return f"{last_week(now) + timedelta(days=15):%A, %-d %B} (UTC)"


def _of_the_group(group: Group, week: date, back: str) -> Section:
    found = {one.week: one for one in group.weeks}
    newest = found.get(week)
    if newest is None:
        return Section(
            "The group", (f"No figures yet: they need {SMALLEST_GROUP} people and a full week.",)
        )
    if newest.state != "shown":
        return Section("The group", (_WITHOUT[newest.state].format(back=back),))
    before = [found[day] for day in _days_before(week) if day in found]

    def line(label: str, value: Callable[[GroupWeek], float | None], unit: str) -> str:
        return _line(label, value(newest), [value(one) for one in before], unit)

    return Section(
        f"The group ({newest.people} people; every figure is over {SMALLEST_GROUP} or more, and"
        " rounded)",
        (
            line("Focus", lambda one: one.focused_hours, " hours a person"),
            line("Active", lambda one: one.active_pct, " %"),
            line("Sessions completed", lambda one: one.completion_pct, " %"),
            group.drops,
        ),
    )


def _of_the_named(members: Sequence[Member], week: date) -> list[Section]:
    weeks = {member.user_id: {one.week: one for one in member.weeks} for member in members}
    there = [member for member in members if week in weeks[member.user_id]]
    if not members:
        return []
    if not there:
        return [Section("By name", (f"{_LATER} {_listed([_name(one) for one in members])}.",))]
    now = [weeks[member.user_id][week] for member in there]
    before = [
        [weeks[member.user_id][day] for member in there if day in weeks[member.user_id]]
        for day in _days_before(week)
    ]
    idle = [_name(member) for member in there if not weeks[member.user_id][week].focused_minutes]
    dropped = [
        f"{_name(member)} ({_number((member.recent_minutes or 0) / 60)} hours a week,"
        f" before {_number((member.past_minutes or 0) / 60)})"
        for member in there
        if member.dropped
    ]
    lines = (
        _line("Focus", _hours(now), [_hours(one) for one in before], " hours a person"),
        f"Active: {len(there) - len(idle)} of {len(there)}."
        f" No focus in that week: {_listed(idle)}.",
        _line(
            "Sessions completed",
            _completed(now),
            [_completed(one) for one in before],
            " %",
            "no sessions",
        ),
        "Dropped over the last four weeks to less than two thirds of their own past:"
        f" {_listed(dropped)}.",
    )
    later = [_name(member) for member in members if member not in there]
    more = (f"{_LATER} {_listed(later)}.",) if later else ()
    people = "1 person" if len(there) == 1 else f"{len(there)} people"
    return [Section(f"By name ({people})", (*lines, *more))]


def _days_before(week: date) -> list[date]:
    return [week - timedelta(weeks=n) for n in range(1, WEEKS_BEFORE + 1)]


def _hours(weeks: Sequence[MemberWeek]) -> float | None:
    return sum(one.focused_minutes for one in weeks) / 60 / len(weeks) if weeks else None


def _completed(weeks: Iterable[MemberWeek]) -> float | None:
    counted = [(one.completion, one.sessions) for one in weeks if one.completion is not None]
    sessions = sum(number for _, number in counted)
    return 100 * sum(share * number for share, number in counted) / sessions if sessions else None


def _line(
    label: str,
    newest: float | None,
    before: Iterable[float | None],
    unit: str,
    missing: str = "left out, too few people",
) -> str:
    """Active: 85 % (90 % on average over the 4 weeks before)."""
    known = [value for value in before if value is not None]
    said = missing if newest is None else f"{_number(newest, unit)}{unit}"
    if not known:
        return f"{label}: {said}."
    weeks = "week" if len(known) == 1 else f"{len(known)} weeks"
    mean = f"{_number(sum(known) / len(known), unit)}{unit.removesuffix(' a person')}"
    return f"{label}: {said} ({mean} on average over the {weeks} before)."


def _number(value: float, unit: str = "") -> str:
    return f"{value:.0f}" if unit == " %" else f"{value:.1f}"


def _name(member: Member) -> str:
    return " ".join(member.name.split())


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "nobody"
    more = len(names) - MOST_NAMES
    return ", ".join([*names[:MOST_NAMES], *([f"and {more} more"] if more > 0 else [])])
