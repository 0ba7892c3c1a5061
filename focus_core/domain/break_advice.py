"""How long a break to take: from the person's own breaks where they show a difference, else from
the technique.

    session ──┤ break ├── next session, whose success is what counts
              1 to 60 minutes, within one local day

A break lasts from the end of a session to the start of the next, whether or not it was timed: a
timed one is over at its planned end even when nobody came back. Half of the breaks are shorter and
half longer than the person's own middle; what is told is what goes together, not what causes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from focus_core.domain.evidence import (
    WINDOW,
    CurrentInsight,
    Look,
    Row,
    by_day,
    enough,
    points,
    proportions,
)
from focus_core.domain.findings import percent
from focus_core.domain.insights import InsightType
from focus_core.domain.sessions import SessionType
from focus_core.domain.statistics import Days, Interval, Tally, joined

LONGEST_MINUTES = 60
"""More is a pause of the day, such as lunch, and no break between two sessions."""

LEVEL = 0.99
"""Of the interval of the effect. The rest of the doubt is for all other comparisons together."""

TECHNIQUE_SHORT, TECHNIQUE_LONG = 5, 15


@dataclass(frozen=True)
class Taken:
    """The success of sessions after shorter and after longer breaks, by local day. Minutes:
    breaks of up to `up_to` are the shorter ones; the others are typical of either side."""

    shorter: Days
    longer: Days
    up_to: int = 0
    typically_shorter: int = 0
    typically_longer: int = 0

    @property
    def n(self) -> int:
        return self.after(longer=False).n + self.after(longer=True).n

    def after(self, *, longer: bool) -> Tally:
        return joined((self.longer if longer else self.shorter).values())


@dataclass(frozen=True)
class BreakAdvice:
    """`own`: the person's own `n` breaks say so, not the technique. `sure` is None if it does."""

    minutes: int
    own: bool
    message: str
    n: int
    window: str
    sure: str | None


def taken(rows: Sequence[Row]) -> Taken:
    """From sums as `db.queries.breaks.effects` gives them."""
    if not rows:
        return Taken({}, {})
    sides = [[row for row in rows if row["longer"] is longer] for longer in (False, True)]
    shorter, longer = (by_day(side, "n", "success", "success") for side in sides)
    typical = [side[0]["typical_minutes"] if side else 0 for side in sides]
    return Taken(shorter, longer, rows[0]["up_to"], *typical)


def advise(breaks: Taken, due: int, kind: SessionType) -> BreakAdvice:
    """For the break after a session of that kind that earned `due` minutes by the technique and
    the person's settings."""
    effect = _effect(breaks, LEVEL) if _enough(breaks) else None
    if effect is None or not effect.excludes(0):
        message = f"{due} min is {_rule(due, kind)}. {_why_not_own(breaks)}"
        return BreakAdvice(due, False, message, breaks.n, WINDOW, None)
    longer = effect.low > 0
    sure = f"{points(effect)} more success, {percent(LEVEL)} sure"
    message = (
        f"Your own breaks say about {_typical(breaks, longer=longer)} min: sessions go better after"
        f" {_side(breaks, longer=longer)} than after {'shorter' if longer else 'longer'} ones"
        f" ({sure}; {breaks.n} breaks in {WINDOW})."
    )
    return BreakAdvice(_typical(breaks, longer=longer), True, message, breaks.n, WINDOW, sure)


def look(breaks: Taken) -> Look | None:
    """The same as one of the comparisons of a person's insights; None below enough breaks."""
    if not _enough(breaks):
        return None

    def told(interval: Interval, _: str) -> CurrentInsight:
        longer = interval.low > 0
        best, other = breaks.after(longer=longer), breaks.after(longer=not longer)
        here, there = (_side(breaks, longer=side) for side in (longer, not longer))
        return CurrentInsight(
            "breaks",
            InsightType.POSITIVE,
            f"Your sessions go better after {'longer' if longer else 'shorter'} breaks:"
            f" {percent(best.mean)} success after {here}, {percent(other.mean)} after {there}.",
            best.n,
            WINDOW,
            f"{other.n} sessions after {there}",
            f"{points(interval)} more, {percent(LEVEL)} sure",
            f"Take about {_typical(breaks, longer=longer)} min.",
        )

    return Look(lambda level: _effect(breaks, level), told)


def _enough(breaks: Taken) -> bool:
    return enough(breaks.shorter, breaks.longer)


def _effect(breaks: Taken, level: float) -> Interval:
    """On success: positive where it is higher after longer breaks."""
    return proportions(breaks.longer, breaks.shorter, level)


def _typical(breaks: Taken, *, longer: bool) -> int:
    return breaks.typically_longer if longer else breaks.typically_shorter


def _side(breaks: Taken, *, longer: bool) -> str:
    return f"{'more than' if longer else 'up to'} {breaks.up_to} min"


def _rule(due: int, kind: SessionType) -> str:
    if kind is SessionType.FLOWTIME:
        return "what a flowtime session of that length earns"
    if due == TECHNIQUE_SHORT:
        return "the technique's short break"
    if due == TECHNIQUE_LONG:
        return "the technique's long break"
    return "the break of your settings"


def _why_not_own(breaks: Taken) -> str:
    if not breaks.n:
        return "There are no breaks of yours to learn from yet."
    if _enough(breaks):
        return f"Your own {breaks.n} breaks show no difference between short and long ones."
    one = breaks.n == 1
    return f"Your own {breaks.n} break{' is' if one else 's are'} too few to say more."
