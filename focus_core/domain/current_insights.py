"""What is worth acting on now, from the last 90 days of one person.

Each comparison that has enough sessions is looked at, and is told only when its interval leaves
no difference out. The intervals widen with the number of comparisons looked at, so that of
people with nothing to find, at most one in twenty is told anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from uuid import UUID

from focus_core.domain import break_advice, estimates, group_differences
from focus_core.domain.evidence import (
    WINDOW,
    CurrentInsight,
    Look,
    Row,
    between,
    completions,
    enough,
    points,
    proportions,
)
from focus_core.domain.findings import percent
from focus_core.domain.insights import InsightType, typical_overrun
from focus_core.domain.statistics import (
    Interval,
    joined,
    shared_level,
)

MOST_TOLD = 5
MONTH = timedelta(days=28)

LYING_AFTER = timedelta(days=14)
LYING_SESSIONS = 3
"""A task that had so many sessions and then none for so long was left lying."""

SURE = 0.95
"""Of nothing being told that is not there, over all that is looked at."""

_NO_WIDTH = 1e-9
"""Of the interval of estimates that are all wrong by the same: nothing is surer."""
_HOUR = 60
_ROUND = 5
"""Minutes: a finer plan would claim to know more than it does."""


@dataclass(frozen=True)
class LeftLying:
    task_id: UUID
    title: str
    n: int
    focused_minutes: int
    untouched_days: int


@dataclass(frozen=True)
class Found:
    insights: list[CurrentInsight]
    comparisons: int
    """How many had enough sessions to be looked at."""


def current_insights(
    rows: Sequence[Row],
    breaks: Sequence[Row],
    today: date,
    forgotten: int,
    lying: LeftLying | None,
) -> Found:
    """At most five, the surest first. `rows` are sums by local day as `db.queries.insights.tallies`
    gives them, `breaks` as `db.queries.breaks.effects` does."""
    looks = [
        *group_differences.parts_of_day(rows),
        *group_differences.courses(rows),
        *group_differences.planned_lengths(rows),
        *group_differences.interruptions(rows),
        *_estimates(rows),
        *_months(rows, today),
    ]
    rest = break_advice.look(break_advice.taken(breaks))
    # The timer tells of breaks by themselves, so these have their own share of the doubt.
    doubt = 1 - SURE - (1 - break_advice.LEVEL if rest else 0)
    judged = [(look, shared_level(len(looks), 1 - doubt)) for look in looks]
    if rest:
        judged.append((rest, break_advice.LEVEL))
    sure = f"{percent(SURE)} sure"
    if len(judged) > 1:
        sure += f", with all {len(judged)} comparisons counted in"
    facts = [_forgotten(forgotten)] if forgotten else []
    left = [_lying(lying)] if lying else []
    return Found([*facts, *_told(judged, sure), *left][:MOST_TOLD], len(judged))


def _told(judged: Iterable[tuple[Look, float]], sure: str) -> list[CurrentInsight]:
    """What holds, the surest first and the surest of each kind: two good times of day are said by
    the better one."""
    told = []
    for look, level in judged:
        interval = look.interval(level)
        insight = look.told(interval, sure) if interval.excludes(0) else None
        if insight is not None:
            nearest = min(abs(interval.low), abs(interval.high))
            told.append((nearest / max(interval.high - interval.low, _NO_WIDTH), insight))
    told.sort(key=lambda pair: -pair[0])
    kept: dict[str, CurrentInsight] = {}
    for _, insight in told:
        kept.setdefault(insight.key, insight)
    return list(kept.values())


def _estimates(rows: Sequence[Row]) -> Iterable[Look]:
    ratios = estimates.ratios(rows)
    if not enough(ratios):
        return
    whole = joined(ratios.values())
    change = exp(whole.mean) - 1

    def told(interval: Interval, sure: str) -> CurrentInsight | None:
        if abs(change) < estimates.WORTH_PLANNING:
            return None
        low, high = sorted((interval.low, interval.high), key=abs)
        return CurrentInsight(
            "estimates",
            InsightType.ATTENTION if change > 0 else InsightType.NEUTRAL,
            f"Your sessions take {typical_overrun(whole.mean)} than you estimate.",
            whole.n,
            WINDOW,
            "your own estimates, over completed sessions that no timer cut off",
            f"{between(percent(abs(exp(low) - 1)), typical_overrun(high))}, {sure}",
            f"Where you would say 60 min, plan about {_ROUND * round(60 / _ROUND * (1 + change))}.",
        )

    yield Look(lambda level: estimates.interval(ratios, level), told)


def _months(rows: Sequence[Row], today: date) -> Iterable[Look]:
    begin, middle = today + timedelta(days=1) - 2 * MONTH, today + timedelta(days=1) - MONTH
    now = completions(row for row in rows if row["day"] >= middle)
    then = completions(row for row in rows if begin <= row["day"] < middle)
    if not enough(now, then):
        return

    def told(interval: Interval, sure: str) -> CurrentInsight | None:
        a, b = joined(now.values()), joined(then.values())
        better = a.mean > b.mean
        return CurrentInsight(
            "months",
            InsightType.POSITIVE if better else InsightType.ATTENTION,
            f"You complete {'more' if better else 'less'} of what you start: {percent(a.mean)}"
            f" of your sessions in the last 4 weeks, {percent(b.mean)} in the 4 before.",
            a.n,
            "the last 4 weeks",
            f"{b.n} sessions in the 4 weeks before",
            f"{points(interval)} {'more' if better else 'less'}, {sure}",
            "Look at what changed, and keep it."
            if better
            else "Try shorter sessions for a week: a plan that fits is a plan that gets done.",
        )

    yield Look(lambda level: proportions(now, then, level), told)


def _forgotten(number: int) -> CurrentInsight:
    sessions = "1 session was" if number == 1 else f"{number} sessions were"
    counts = "doesn't count" if number == 1 else "don't count"
    return CurrentInsight(
        "forgotten",
        InsightType.ATTENTION,
        f"{sessions} forgotten and closed automatically. Until corrected, "
        f"{'it' if number == 1 else 'they'} {counts}.",
        number,
        WINDOW,
        "nothing: this is a count",
        "counted, not estimated",
        "Set the right end in the history.",
    )


def _lying(task: LeftLying) -> CurrentInsight:
    return CurrentInsight(
        "left_lying",
        InsightType.NEUTRAL,
        f"“{task.title}” has had {task.n} sessions ({_length(task.focused_minutes)} of focus) and"
        f" none for {task.untouched_days} days.",
        task.n,
        WINDOW,
        "your other unfinished tasks: this one was left the longest",
        "counted, not estimated",
        "Give it one short session this week, or mark it as done.",
        task.task_id,
    )


def _length(minutes: int) -> str:
    return f"{minutes} min" if minutes < 2 * _HOUR else f"{minutes / _HOUR:.0f} hours"
