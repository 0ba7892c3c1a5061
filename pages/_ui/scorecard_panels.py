"""The panels of the scorecard: what forecasts said beside what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from focus_core.domain import forecast_words as words
from focus_core.domain.definitions import title
from focus_core.domain.findings import UNKNOWN, percent
from pages._ui import charts
from pages._ui.panels import Panel, Table

Scores = Mapping[str, Any]

NAMES = {
    "session_minutes": "Length of a session",
    "task_minutes": "Length of a task",
    "plan_minutes": "Finish of a day's plan",
    "completion": "Completion",
    "focus_score": "Rating",
}
PLAIN_NAMES = {
    "estimate": "Your estimate",
    "estimates": "Your estimates added up",
    "median": "Your median",
    "rate": "Your rate",
    "histogram": "Your histogram",
}
_MONTHS_SHOWN = f"from {words.MINIMUM_SCORED} forecasts on"
_NO_MONTH = (
    f"Over the whole window; no month of it has {words.MINIMUM_SCORED} of them to draw it by."
)
ERRORS = {"completion": "brier", "focus_score": "ranked_score"}


def error_name(target: str) -> str:
    return ERRORS.get(target, "forecast_error")


def panels(target: str, found: Mapping[str, Any], zone: str) -> list[Panel]:
    """What can be drawn of `found`, a target's part of the scorecard with enough scored."""
    drawn = []
    if target in words.DURATIONS:
        drawn.append(_coverage(target, found, zone))
    if target == "completion":
        drawn.append(_reliability(found["scores"]))
    for comparison in found["scores"]["against"]:
        if comparison["n"] >= words.MINIMUM_SCORED:
            drawn.append(_errors(target, found, comparison["with"], zone))
            break  # the one that matters most; the tables have them all
    return drawn


def _enough(months: Sequence[Scores], name: str | None = None) -> list[Scores]:
    """The months with enough forecasts, with `name` enough to compare with that plain answer."""
    return [
        month
        for month in months
        if (_against(month, name) if name else month)["n"] >= words.MINIMUM_SCORED
    ]


def _coverage(target: str, found: Mapping[str, Any], zone: str) -> Panel:
    key, table = f"{target}_coverage", by_month(target, found["months"])
    finding = words.coverage_finding(found["scores"]["coverage"])
    months = _enough(found["months"])
    if not months:
        return Panel(key, finding, _NO_MONTH, None, table)
    return Panel(
        key,
        finding,
        f"{title('forecast_coverage')} by month of the start, {_MONTHS_SHOWN}, with 95 % intervals;"
        f" dotted: the {percent(words.RANGE_SHARE)} that the range is meant to hold. Zone: {zone}.",
        charts.points(
            _month_names(months),
            _band([month["coverage"] for month in months], "share"),
            mean=words.RANGE_SHARE,
            x_title="",
            y_title=title("forecast_coverage"),
        ),
        table,
    )


def _errors(target: str, found: Mapping[str, Any], name: str, zone: str) -> Panel:
    key, table = f"{target}_errors", by_month(target, found["months"])
    finding = words.error_finding(target, _against(found["scores"], name))
    months = _enough(found["months"], name)
    if not months:
        compared, scored = _against(found["scores"], name)["n"], found["scores"]["n"]
        # The figures above are over all that are scored: whoever compares them is to know why.
        some = f"Over the {compared} of {scored} forecasts for which both were there. "
        note = _NO_MONTH if compared == scored else some + _NO_MONTH
        return Panel(key, finding, note, None, table)
    kept = [_against(month, name) for month in months]
    digits, unit = (1, "min") if target in words.DURATIONS else (3, "")
    measure = (
        "Mean absolute error, minutes" if target in words.DURATIONS else title(error_name(target))
    )
    return Panel(
        key,
        finding,
        f"{measure}, by month of the start, {_MONTHS_SHOWN}, over the forecasts for which both were"
        f" there; lower is better. Zone: {zone}.",
        charts.pairs(
            _month_names(months),
            {
                "Forecast": [_round(each["ours"], digits) for each in kept],
                PLAIN_NAMES[name]: [_round(each["theirs"], digits) for each in kept],
            },
            y_title=measure,
            unit=unit,
        ),
        table,
    )


def _reliability(found: Scores) -> Panel:
    bins = found["reliability"]
    return Panel(
        "reliability",
        f"It said {percent(found['said'])} on average, and {percent(found['happened'])} were"
        " completed",
        f"Share completed against the probability that was forecast, in tenths, with 95 %"
        f" intervals; on the dotted line both agree. {found['n']:,} sessions.",
        charts.reliability(
            [round(each["said"], 4) for each in bins],
            _band(bins, "happened"),
            [each["n"] for each in bins],
            x_title=title("forecast_said"),
            y_title=title("forecast_happened"),
        ),
        {
            title("forecast_said"): [percent(each["said"]) for each in bins],
            title("forecast_happened"): [percent(each["happened"]) for each in bins],
            title("interval"): [_interval(each) for each in bins],
            title("forecast_scored"): [f"{each['n']:,}" for each in bins],
        },
    )


def by_month(target: str, months: Sequence[Scores]) -> Table:
    return {title("month"): _month_names(months), **_columns(target, months)}


def by_version(target: str, versions: Sequence[Scores]) -> Table:
    names = [each["model_version"] for each in versions]
    return {title("model_version"): names, **_columns(target, versions)}


def comparisons(target: str, found: Scores) -> Table:
    """Against each plain answer, over the whole window."""
    kept = found["against"]
    enough = [each if each["n"] >= words.MINIMUM_SCORED else None for each in kept]
    table: Table = {
        title("plain_answer"): [PLAIN_NAMES[each["with"]] for each in kept],
        title("forecast_scored"): [needed(each["n"]) for each in kept],
        title(error_name(target)): [number(target, each and each["ours"]) for each in enough],
        title("plain_error"): [number(target, each and each["theirs"]) for each in enough],
    }
    if target in words.DURATIONS:
        table |= {
            title("forecast_factor"): [factor(each and each["our_factor"]) for each in enough],
            title("plain_factor"): [factor(each and each["their_factor"]) for each in enough],
        }
    return table


def needed(n: int) -> str:
    """How many there are; with how many it takes, where there are too few."""
    return f"{n:,}" if n >= words.MINIMUM_SCORED else f"{n} of {words.MINIMUM_SCORED} needed"


def number(target: str, error: float | None) -> str:
    if error is None:
        return UNKNOWN
    return words.to_a_tenth(error) if target in words.DURATIONS else f"{error:.3f}"


def factor(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.2f}"


def _columns(target: str, groups: Sequence[Scores]) -> Table:
    """One row a month or version; of too few forecasts only how many there are."""
    enough = [each if each["n"] >= words.MINIMUM_SCORED else None for each in groups]
    table: Table = {
        title("forecast_scored"): [needed(each["n"]) for each in groups],
        title(error_name(target)): [number(target, each and each["error"]) for each in enough],
    }
    if target in words.DURATIONS:
        sure = [each and each["coverage"] for each in enough]
        table |= {
            title("forecast_coverage"): [percent(each and each["share"]) for each in sure],
            title("interval"): [_interval(each) if each else UNKNOWN for each in sure],
            title("forecast_width"): [
                number(target, each and each["width_minutes"]) for each in enough
            ],
            title("forecast_width_factor"): [
                factor(each and each["width_factor"]) for each in enough
            ],
        }
    for comparison in groups[0]["against"] if groups else ():
        name = comparison["with"]
        heading = f"{title('forecast_against')} {PLAIN_NAMES[name].lower()}"
        table[heading] = [_pair(target, _against(each, name)) for each in groups]
    return table


def _pair(target: str, comparison: Scores) -> str:
    if comparison["n"] < words.MINIMUM_SCORED:
        return UNKNOWN
    ours, theirs = (number(target, comparison[side]) for side in ("ours", "theirs"))
    if theirs.endswith(" min") and " h" not in ours + theirs:
        ours = ours.removesuffix(" min")
    return f"{ours} / {theirs} (n = {comparison['n']:,})"


def _against(found: Scores, name: str) -> Scores:
    match: Callable[[Scores], bool] = lambda each: each["with"] == name  # noqa: E731
    return next(filter(match, found["against"]))


def _month_names(months: Sequence[Scores]) -> list[str]:
    return [f"{each['month']:%b %Y}" for each in months]


def _band(rates: Sequence[Scores], mean: str) -> charts.Band:
    return charts.Band(
        *([round(each[name], 4) for each in rates] for name in (mean, "low", "high"))
    )


def _interval(found: Scores) -> str:
    return f"{percent(found['low'])[:-2]}–{percent(found['high'])}"


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
