"""Forecasts, what they rest on and how good they have been, in words.

Minutes are floats. Rounding says no more than anybody can know: whole minutes below 30, fives up
to two hours, half hours from there and whole ones from ten.
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

_FEWEST_RATIOS = 10
_NOTABLE_RATIO = 1.1

_PLAIN_ANSWERS = {
    "estimate": "your own estimate",
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


def span(low: float, high: float) -> str:
    """35 to 70 min, 90 min to 2.5 h; about 25 min when both are the same in words."""
    (first, unit), (last, last_unit) = _rounded(low), _rounded(high)
    if (first, unit) == (last, last_unit):
        return f"about {last} {unit}"
    return (
        f"{first} to {last} {unit}" if unit == last_unit else f"{first} {unit} to {in_words(high)}"
    )


def usually(p50: float, low: float, high: float) -> str:
    """usually 35 to 70 min, most likely about 50."""
    told = f"usually {span(low, high)}"
    if in_words(low) == in_words(high):
        return told
    number, unit = _rounded(p50)
    same = unit == _rounded(low)[1] == _rounded(high)[1]
    return f"{told}, most likely about {number}{'' if same else f' {unit}'}"


def rests_on(known: int, similar: int | None) -> str:
    """What a forecast stands on; below three known sessions it says that it is guessing."""
    if known == 0:
        return "A guess: no session of yours is known yet"
    if known < GUESSING_BELOW:
        return f"Still a guess: {_sessions(known)} of yours known, it takes {GUESSING_BELOW}"
    if not similar:
        return f"Rests on {_sessions(known)} of yours, none of them similar"
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

    Each has `n` scored forecasts and the errors `ours` and `theirs`; those with too few are not
    heard.
    """
    heard = [found for found in against if found["n"] >= VERDICT_FROM]
    won = [found for found in heard if found["ours"] < found["theirs"]]
    if not heard:
        return "early"
    if len(won) == len(heard):
        return "beats"
    return "mixed" if won else "no_better"


def verdict(target: str, against: Sequence[Mapping[str, Any]]) -> str:
    """The verdict as a person reads it behind the name of what is forecast."""
    kind = verdict_of(against)
    if kind == "early":
        most = max(found["n"] for found in against)
        return f"too early to say ({most} of {VERDICT_FROM})"
    heard = [found for found in against if found["n"] >= VERDICT_FROM]
    won = [_PLAIN_ANSWERS[found["with"]] for found in heard if found["ours"] < found["theirs"]]
    lost = [_PLAIN_ANSWERS[found["with"]] for found in heard if found["ours"] >= found["theirs"]]
    if kind == "mixed":
        return f"beats {' and '.join(won)}, but not {' or '.join(lost)}"
    shown = target in ("session_minutes", "task_minutes")
    if kind == "beats":
        return f"beats {' and '.join(won)}{'' if shown else ', so it is shown'}"
    told = "so the timer says so" if shown else "so it is not shown"
    return f"no better than {' or '.join(lost)}, {told}"


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
    if target in ("session_minutes", "task_minutes"):
        off, other = f"{comparison['ours']:,.1f} min", f"{comparison['theirs']:,.1f} min"
        return f"Off by {off} on average, {theirs} by {other}"
    off, other = f"{comparison['ours']:.3f}", f"{comparison['theirs']:.3f}"
    return f"A score of {off}, {theirs} {other}; lower is better"


def _rounded(minutes: float) -> tuple[str, str]:
    if round(minutes) < 30:
        return str(max(round(minutes), 1)), "min"
    fives = round(minutes / 5) * 5
    if fives < 120:
        return str(fives), "min"
    halves = round(minutes / 30)
    return (f"{halves / 2:g}" if halves < 20 else f"{round(minutes / 60):,}"), "h"


def _share(part: float) -> str:
    return f"{max(round(part * 20) * 5, 5):,} %"


def _sessions(number: int) -> str:
    return f"{number:,} session{'' if number == 1 else 's'}"
