"""Sessions that differ in one thing, held against each other: the time of day they began, their
course, the length planned for them, and how often they were interrupted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from focus_core.domain.evidence import (
    WINDOW,
    CurrentInsight,
    Look,
    Row,
    between,
    by_day,
    completions,
    enough,
    points,
    proportions,
    ratings,
)
from focus_core.domain.findings import percent
from focus_core.domain.insights import InsightType
from focus_core.domain.statistics import Days, Interval, Tally, joined

MOST_COURSES = 6
"""Looked at: those with the most sessions. Each more would widen all the intervals."""

LENGTH_EDGES: Final = (21, 36, 61)
"""Planned minutes from which on a session belongs to the next band."""
_LENGTHS = ("up to 20 min", "21 to 35 min", "36 to 60 min", "more than an hour")

SEVERAL = 2
"""Interruptions that count as several."""

_PARTS = {
    "morning": ("Mornings go", "05:00 and 12:00"),
    "afternoon": ("Afternoons go", "12:00 and 17:00"),
    "evening": ("Evenings go", "17:00 and 22:00"),
    "night": ("Nights go", "22:00 and 05:00"),
}

_Words = Callable[[Any, Tally, Tally, str], CurrentInsight | None]
"""From a group's label, its completions, those of all the others, and how sure it is."""


def parts_of_day(rows: Sequence[Row]) -> Iterator[Look]:
    return _completion(rows, "part", _PARTS, _part_of_day)


def courses(rows: Sequence[Row]) -> Iterator[Look]:
    """Sessions without a course are in none of the groups."""
    sessions: Counter[Any] = Counter()
    names = {}
    for row in rows:
        if row["course_id"] is not None:
            sessions[row["course_id"]] += row["n"]
            names[row["course_id"]] = row["course"]
    most = [course for course, _ in sessions.most_common(MOST_COURSES)]

    def told(course: Any, a: Tally, b: Tally, sure: str) -> CurrentInsight:
        return _course(names[course], a, b, sure)

    return _completion(rows, "course_id", most, told)


def planned_lengths(rows: Sequence[Row]) -> Iterator[Look]:
    """By what the timer was set to, never by what became of it: giving up makes a session short,
    so that by focused length the short ones would always look abandoned."""
    return _completion(rows, "length", range(len(_LENGTHS)), _length)


def interruptions(rows: Sequence[Row]) -> Iterator[Look]:
    """None against some, and one against several: the second asks what the first leaves open."""
    none, one, several = (
        by_day((row for row in rows if row["interruptions"] == level), "rated_n", "score")
        for level in range(SEVERAL + 1)
    )
    some = by_day((row for row in rows if row["interruptions"]), "rated_n", "score")
    if enough(none, some):
        yield Look(
            lambda level: ratings(none, some, level),
            lambda interval, sure: _interrupted(none, some, interval, sure),
        )
    if enough(one, several):
        yield Look(
            lambda level: ratings(one, several, level),
            lambda interval, sure: _interrupted_often(one, several, interval, sure),
        )


def _completion(
    rows: Sequence[Row], column: str, labels: Collection[Any], words: _Words
) -> Iterator[Look]:
    """Each group against all others together. Of two groups, the one is the other's mirror."""
    present = {row[column] for row in rows} - {None}
    mirrored = len(present) == 2
    for label in [label for label in labels if label in present][: 1 if mirrored else None]:
        here = completions(row for row in rows if row[column] == label)
        elsewhere = completions(row for row in rows if row[column] not in (label, None))
        if enough(here, elsewhere):
            (mirror,) = present - {label} if mirrored else (None,)
            yield _of_group(label, mirror, here, elsewhere, words)


def _of_group(label: Any, mirror: Any, here: Days, elsewhere: Days, words: _Words) -> Look:
    def told(interval: Interval, sure: str) -> CurrentInsight | None:
        a, b = joined(here.values()), joined(elsewhere.values())
        if mirror is not None and a.mean < b.mean:
            return words(mirror, b, a, f"{points(interval)} more, {sure}")
        more = "more" if a.mean > b.mean else "less"
        return words(label, a, b, f"{points(interval)} {more}, {sure}")

    return Look(lambda level: proportions(here, elsewhere, level), told)


def _part_of_day(part: str, a: Tally, b: Tally, sure: str) -> CurrentInsight | None:
    if a.mean < b.mean:
        return None  # the better times say it
    name, hours = _PARTS[part]
    return CurrentInsight(
        "part_of_day",
        InsightType.POSITIVE,
        f"{name} best: you completed {percent(a.mean)} of your sessions then,"
        f" {percent(b.mean)} at other times.",
        a.n,
        WINDOW,
        f"{b.n} sessions begun at other times of day",
        sure,
        f"Put what matters most between {hours}.",
    )


def _course(name: str, a: Tally, b: Tally, sure: str) -> CurrentInsight:
    better = a.mean > b.mean
    return CurrentInsight(
        "course",
        InsightType.POSITIVE if better else InsightType.ATTENTION,
        f"“{name}” goes {'better' if better else 'worse'}: you completed {percent(a.mean)} of its"
        f" sessions, {percent(b.mean)} of those in your other courses.",
        a.n,
        WINDOW,
        f"{b.n} sessions in your other courses",
        sure,
        "Look at what you do differently there, and try it in another course."
        if better
        else "Try it at your best time of day, or in smaller steps.",
    )


def _length(length: int, a: Tally, b: Tally, sure: str) -> CurrentInsight:
    better = a.mean > b.mean
    return CurrentInsight(
        "planned_length",
        InsightType.POSITIVE if better else InsightType.ATTENTION,
        f"Sessions planned for {_LENGTHS[length]} get done {'more' if better else 'less'} often:"
        f" you completed {percent(a.mean)} of them, {percent(b.mean)} of those of another length.",
        a.n,
        WINDOW,
        f"{b.n} sessions planned for another length",
        sure,
        f"Plan {'that' if better else 'another'} length where the work allows it.",
    )


def _interrupted(none: Days, some: Days, interval: Interval, sure: str) -> CurrentInsight | None:
    a, b = joined(none.values()), joined(some.values())
    if a.mean < b.mean:
        return None  # nothing to act on
    return CurrentInsight(
        "interruptions",
        InsightType.ATTENTION,
        f"You rate sessions with interruptions lower: {b.mean:.1f} of 5, the others {a.mean:.1f}.",
        b.n,
        WINDOW,
        f"{a.n} rated sessions without an interruption",
        f"{_lower(interval)}, {sure}",
        "Try silencing notifications before you start, and noting stray thoughts for later.",
    )


def _interrupted_often(
    one: Days, several: Days, interval: Interval, sure: str
) -> CurrentInsight | None:
    a, b = joined(one.values()), joined(several.values())
    if a.mean < b.mean:
        return None
    return CurrentInsight(
        "several_interruptions",
        InsightType.ATTENTION,
        f"You rate sessions with two or more interruptions lower: {b.mean:.1f} of 5, those with"
        f" one {a.mean:.1f}.",
        b.n,
        WINDOW,
        f"{a.n} rated sessions with one interruption",
        f"{_lower(interval)}, {sure}",
        "After the first one, silence what caused it before you go on.",
    )


def _lower(interval: Interval) -> str:
    return f"{between(f'{interval.low:.1f}', f'{interval.high:.1f}')} lower"
