"""How long work really takes against its estimate.

Over completed sessions that no timer cut off at the plan: one that was says no more than "at least
as long", and abandoned work has no length. Ratios are skewed, so means are taken of their logs:

    estimate 20, took 40    ln 2     ┐
    estimate 40, took 20    ln 1/2   ┘ mean 0: neither longer nor shorter
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from focus_core.domain.evidence import FEWEST_DAYS, FEWEST_SESSIONS, WINDOW, Row, by_day, enough
from focus_core.domain.insights import PAST_DAYS, typical_overrun
from focus_core.domain.statistics import Days, Interval, joined, mean_by_days, mean_interval

WORTH_PLANNING = 0.10
"""Share by which sessions must run over or under before a plan need know of it."""

_LEVEL = 0.95


@dataclass(frozen=True)
class Estimates:
    """Of the last 90 days. The mean and its 95 % interval are of ln(focused ÷ estimated); both
    None below ten sessions on five days."""

    n: int
    days: int
    log_ratio: float | None
    sure: Interval | None


def ratios(rows: Sequence[Row]) -> Days:
    """From sums by local day as `db.queries.insights.tallies` gives them."""
    return by_day(rows, "estimated_n", "log_ratio")


def interval(found: Days, level: float) -> Interval:
    """Of the mean of the logs: by days, and never narrower than single sessions allow."""
    return mean_by_days(found, level).spanning(mean_interval(joined(found.values()), level))


def measured(rows: Sequence[Row]) -> Estimates:
    found = ratios(rows)
    whole = joined(found.values())
    if not enough(found):
        return Estimates(whole.n, len(found), None, None)
    return Estimates(whole.n, len(found), whole.mean, interval(found, _LEVEL))


def sentence(found: Estimates) -> str:
    """What the sessions say of the estimates, and no more than they do."""
    if found.log_ratio is None or found.sure is None:
        return "Too few estimates to say how long things really take you"
    change = typical_overrun(found.log_ratio)
    if found.sure.excludes(0) and not change.startswith("0 %"):
        return f"Your sessions take {change} than you estimate"
    if max(abs(exp(bound) - 1) for bound in (found.sure.low, found.sure.high)) < WORTH_PLANNING:
        return "Your sessions take about as long as you estimate"
    return "Whether your sessions take longer or shorter than you estimate is not sure yet"


def rests_on(found: Estimates) -> str:
    """How many sessions are behind the sentence, and how sure it is."""
    if found.log_ratio is None or found.sure is None:
        return (
            f"That takes {FEWEST_SESSIONS} completed sessions with an estimate that no timer cut"
            f" off, on {FEWEST_DAYS} of the last {PAST_DAYS} days. There are {found.n}, on"
            f" {found.days} day{'' if found.days == 1 else 's'}."
        )
    return (
        f"Over {found.n:,} completed sessions of {WINDOW} that no timer cut off: typically"
        f" {typical_overrun(found.log_ratio)}; the 95 % interval runs from"
        f" {typical_overrun(found.sure.low)} to {typical_overrun(found.sure.high)}."
    )


def what_counts(estimated: int, ended_by_timer: int, stopped_early: int) -> str:
    """What is in the estimation error, which is over all sessions with an estimate."""
    return (
        f"Mean over all {estimated:,} sessions with an estimate; planning uses it."
        f" {ended_by_timer:,} of them ended by their timer, on the minute, and count as exact;"
        f" {stopped_early:,} stopped early, which count as faster. So it does not say how long"
        " things take you."
    )
