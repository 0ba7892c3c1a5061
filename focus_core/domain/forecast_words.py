"""Forecasts, what they rest on and how good they have been, in words.

Minutes are floats. Rounding says no more than anybody can know: whole minutes below 30, fives up
to two hours, half hours from there and whole ones from ten. A range has one unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from focus_core.domain.findings import percent
from focus_core.domain.rates import rate

RANGE_SHARE = 0.8
"""How many outcomes the range that people see is to hold."""

GUESSING_BELOW = 3
"""Known sessions below which a forecast is called a guess."""

MINIMUM_SCORED = 10
"""Scored forecasts that a figure of the scorecard needs."""

VERDICT_FROM = 30
"""Scored forecasts before anything is said to beat anything."""

VERDICT_WINDOW_DAYS = 365

DURATIONS = ("session_minutes", "task_minutes", "plan_minutes")
"""What is forecast in minutes. It is shown from the beginning, the others once they are better than
a plain answer."""

_HOURS_FROM = 45
"""Minutes; a range that reaches into hours is told in them when it begins here."""
_MINUTES_UP_TO = 180
_NEXT_TO_NOTHING = 15
_FEWEST_RATIOS = 10
_NOTABLE_RATIO = 1.1

_PLAIN_ANSWERS = {
    "estimate": "your own estimate",
    "estimates": "your estimates added up",
    "median": "your plain median",
    "rate": "your plain completion rate",
    "histogram": "your plain histogram of ratings",
}


def in_words(minutes: float) -> str:
    """7 min, 45 min, 2.5 h, 12 h."""
    number, unit = _rounded(minutes)
    return f"{number} {unit}"


def exactly(minutes: float) -> str:
    """What a person said or a clock measured: 45 min, 90 min, 3 h, 2 h 20 min."""
    whole = round(minutes)
    if whole < 120:
        return f"{whole} min"
    hours, rest = divmod(whole, 60)
    return f"{hours:,} h {rest} min" if rest else f"{hours:,} h"


def to_a_tenth(minutes: float) -> str:
    """A mean of minutes: 18.9 min, above two hours 3 h 18 min."""
    return f"{minutes:.1f} min" if round(minutes, 1) < 120 else exactly(minutes)


def span(low: float, high: float) -> str:
    """35 to 70 min, 1.5 to 2.5 h, 10 to 150 min: in one unit; about 25 min when both are the same
    in words, up to 9 h when the lower end is next to nothing."""
    unit = _unit_of(low, high)
    first, last = _number(low, unit), _number(high, unit)
    if first == last:
        return f"about {last} {unit}"
    if unit == "h" and low < _NEXT_TO_NOTHING:
        return f"up to {last} {unit}"
    return f"{first} to {last} {unit}"


def usually(p50: float, low: float, high: float, *, guessing: bool = False) -> str:
    """usually 35 to 70 min, most likely about 50; usually up to 4 h, most likely about 1 h; a guess
    knows nothing usual."""
    told = f"{'perhaps' if guessing else 'usually'} {span(low, high)}"
    unit = _unit_of(low, high)
    if _number(low, unit) == _number(high, unit):
        return told
    if unit == "h" and p50 < _HOURS_FROM:
        return f"{told}, most likely about {in_words(p50)}"
    number = _number(p50, unit)
    return f"{told}, most likely about {f'{number} h' if unit == 'h' else number}"


def rests_on(known: int, similar: int | None) -> str:
    """What a forecast stands on; below three known outcomes it says that it is guessing. Those are
    sessions that were not stopped before their time, and done tasks."""
    if known == 0:
        return "A guess: no session of yours that ran its course and no done task is known yet"
    if known < GUESSING_BELOW:
        return (
            f"Still a guess: only {_sessions(known)} or done task{'' if known == 1 else 's'} of"
            f" yours known, it takes {GUESSING_BELOW}"
        )
    if not similar:
        return f"Rests on {known:,} sessions and done tasks of yours, none of them similar"
    return f"Rests on {similar:,} similar session{'' if similar == 1 else 's'} of yours"


def tendency(pairs: Sequence[tuple[float, float]]) -> str | None:
    """Whether sessions run over their estimates, from (estimate, actual) minutes of each.

    Silent unless there are ten, the median is 10 % off or more, and so many are on that side that
    it is no chance (Wilson's 95 % interval of their share leaves a half out).
    """
    ratios = [actual / estimate for estimate, actual in pairs]
    if len(ratios) < _FEWEST_RATIOS:
        return None
    middle = median(ratios)
    over = rate(sum(ratio > 1 for ratio in ratios), len(ratios))
    under = rate(sum(ratio < 1 for ratio in ratios), len(ratios))
    if middle >= _NOTABLE_RATIO and over and over.low > 0.5:
        return f"sessions like this run over, typically by {_share(middle - 1)}"
    if middle <= 1 / _NOTABLE_RATIO and under and under.low > 0.5:
        return f"sessions like this end early, typically by {_share(1 - middle)}"
    return None


def chance(probability: float, baseline: float | None) -> str:
    """Will be completed: about 70 % likely; your plain rate is 62 %."""
    told = f"Will be completed: about {round(probability * 20) * 5} % likely"
    return told if baseline is None else f"{told}; your plain rate is {percent(baseline)}"


def expected_rating(expected: float) -> str:
    return f"Focus expected: {expected:.1f} of 5"


def verdict_of(against: Sequence[Mapping[str, Any]]) -> str:
    """`beats`, `mixed`, `no_better` or `early`, from comparisons with plain answers.

    Each has `n` scored forecasts and, of the mean error less the plain answer's, the 95 % interval
    `difference`, None where it can't be told. Those with too few forecasts are not heard; a lead
    that may be chance wins nothing.
    """
    heard = [_standing(found) for found in against if found["n"] >= VERDICT_FROM]
    if not heard:
        return "early"
    won = heard.count("beats")
    if won == len(heard):
        return "beats"
    return "mixed" if won else "no_better"


def verdict(target: str, against: Sequence[Mapping[str, Any]]) -> str:
    """The verdict as a person reads it behind the name of what is forecast."""
    kind = verdict_of(against)
    if kind == "early":
        most = max(found["n"] for found in against)
        return f"too early to say ({most} of {VERDICT_FROM})"
    answers: dict[str, list[str]] = {"beats": [], "about as good as": [], "worse than": []}
    for found in against:
        if found["n"] >= VERDICT_FROM:
            answers[_standing(found)].append(_PLAIN_ANSWERS[found["with"]])
    told = ", ".join(
        f"{standing} {' and '.join(names)}" for standing, names in answers.items() if names
    )
    if target not in DURATIONS:
        return f"{told}, so it is {'' if kind == 'beats' else 'not '}shown"
    return f"{told}, so the timer says so" if kind == "no_better" else told


def _standing(found: Mapping[str, Any]) -> str:
    difference = found["difference"]
    if difference and difference["high"] < 0:
        return "beats"
    return "worse than" if difference and difference["low"] > 0 else "about as good as"


def coverage_finding(coverage: Mapping[str, float]) -> str:
    """Whether the ranges held as often as they promise; `share` with its 95 % interval."""
    share, promised = percent(coverage["share"]), percent(RANGE_SHARE)
    if coverage["high"] < RANGE_SHARE:
        return f"Too narrow: only {share} ended inside the range, which promises {promised}"
    if coverage["low"] > RANGE_SHARE:
        return f"Too wide: {share} ended inside the range, which promises {promised}"
    return f"{share} ended inside the range, which promises {promised}: that fits"


def error_finding(target: str, comparison: Mapping[str, Any]) -> str:
    """Ours against the plain answer's, over the same forecasts."""
    theirs = _PLAIN_ANSWERS[comparison["with"]]
    if target in DURATIONS:
        off, other = (to_a_tenth(comparison[side]) for side in ("ours", "theirs"))
        return f"Off by {off} on average, {theirs} by {other}"
    off, other = f"{comparison['ours']:.3f}", f"{comparison['theirs']:.3f}"
    return f"A score of {off}, {theirs} {other}; lower is better"


def _unit_of(low: float, high: float) -> str:
    """The unit of a range: minutes for a short one, and for one that begins with few of them."""
    short = _rounded(high)[1] == "min" or (low < _HOURS_FROM and high <= _MINUTES_UP_TO)
    return "min" if short else "h"


def _rounded(minutes: float) -> tuple[str, str]:
    unit = "min" if round(minutes / 5) * 5 < 120 else "h"
    return _number(minutes, unit), unit


def _number(minutes: float, unit: str) -> str:
    """So many of the unit, as exact as lengths like this are told."""
    if unit == "min":
        if round(minutes) < 30:
            return str(max(round(minutes), 1))
        step = 5 if round(minutes / 5) * 5 < 120 else 30
        return str(round(minutes / step) * step)
    halves = max(round(minutes / 30), 1)
    return f"{halves / 2:g}" if halves < 20 else f"{round(minutes / 60):,}"


def _share(part: float) -> str:
    return f"{max(round(part * 20) * 5, 5):,} %"


def _sessions(number: int) -> str:
    return f"{number:,} session{'' if number == 1 else 's'}"
