"""The second half of `tests.compare_profile`: the page's sentences, and what its charts draw."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from tests import profile_reference as reference

Row = tuple[str, Any, Any, bool]


def wilson(successes: float, n: int) -> tuple[float, float] | None:
    """Wilson's interval as the solutions p of (mean − p)² = z² p (1 − p) ÷ n."""
    if n == 0:
        return None
    mean, z = successes / n, NormalDist().inv_cdf(0.975)
    roots = np.roots([1 + z**2 / n, -2 * mean - z**2 / n, mean**2])
    low, high = np.clip(sorted(roots.real), 0, 1)
    return float(low), float(high)


def half_up(number: float) -> int:
    return math.floor(number + 0.5 + 1e-9)


def bounds(successes: float, n: int) -> str:
    found = wilson(successes, n)
    return "—" if found is None else f"{half_up(found[0] * 100)}–{half_up(found[1] * 100)} %"


def compare_words(page: AppTest, frame: pd.DataFrame, expected: dict[str, Any]) -> Iterator[Row]:
    """Every sentence of the page that holds a number, but for those about a period."""
    texts = [entry.value for entry in (*page.markdown, *page.caption)]
    overall = frame.success.mean()
    days = frame.day.dt.date
    busiest = frame.groupby("hour").size().idxmax()
    by_focus = frame.groupby("course_id").minutes.sum().sort_values(ascending=False)
    wanted = {
        "estimates": _estimates(frame),
        "span": f"From {days.min():%-d %b %Y} to {days.max():%-d %b %Y}. Zone: UTC;",
        "busiest hour": f"#### Most sessions start between {busiest:02}:00 and"
        f" {(busiest + 1) % 24:02}:00",
        "course": f"#### Your course with the most focus is {by_focus.index[0]}",
        "overall success": f"dotted: your overall {half_up(overall * 100)} %;",
    }
    for label, value in wanted.items():
        found = next((text for text in texts if text.startswith(value) or value in text), "nothing")
        yield f"page: sentence, {label}", _short(found), value, found != "nothing"
    for field, by in (("peak_focus_hours", "hour"), ("peak_focus_days", "weekday")):
        for peak in expected[field]:
            part = frame[frame[by] == peak]
            name = f"{peak:02}–{(peak + 1) % 24:02}" if by == "hour" else peak
            low, high = wilson(part.success.sum(), len(part)) or (0, 1)
            sure = "not sure yet"
            if not low <= overall <= high:
                sure = f"{'above' if part.success.mean() > overall else 'below'} your average"
            value = (
                f"- **{name}**: success {half_up(part.success.mean() * 100)} % in {len(part):,}"
                f" sessions (95 % interval {bounds(part.success.sum(), len(part))}), {sure}"
            )
            found = any(value in text for text in texts)
            yield f"page: peak {name}", value if found else "nothing", value, found


def _estimates(frame: pd.DataFrame) -> str:
    """Of the last 90 days, over what was completed; in this file no timer cut anything off."""
    since = pd.Timestamp.now("UTC") - pd.Timedelta(days=90)
    part = frame[(frame.start_time >= since) & frame.was_completed & frame.ratio.notna()]
    days = part.day.nunique()
    if len(part) < 10 or days < 5:
        return f"There are {len(part)}, on {days} day{'' if days == 1 else 's'}."
    change = np.exp(np.log(part.ratio).mean()) - 1
    return (
        f"Over {len(part):,} completed sessions of the last 90 days that no timer cut off:"
        f" typically {half_up(abs(change) * 100)} % {'longer' if change >= 0 else 'shorter'};"
    )


def compare_period_words(
    page: AppTest, frame: pd.DataFrame, minutes: dict[date, float], first: date, last: date
) -> Iterator[Row]:
    spent = {day: number for day, number in minutes.items() if first <= day <= last}
    part = frame[frame.day.dt.date.between(first, last)]
    started = min(spent)
    weeks = ((last - first).days + 1) // 7 - (started - first).days // 7
    wanted = (
        f"{sum(spent.values()) / 60:,.1f} hours of focus on {len(spent):,} days",
        f"{sum(spent.values()) / 60 / weeks:,.1f} hours of focus a week on average",
        f"{half_up(part.was_completed.mean() * 100)} % of these sessions were completed",
    )
    headings = [entry.value for entry in page.markdown if entry.value.startswith("#### ")]
    for mine, value in zip(headings[-3:], wanted, strict=True):
        yield f"page: heading, weeks from {first}", mine, value, mine == f"#### {value}"


def compare_figures(page: AppTest, frame: pd.DataFrame) -> Iterator[Row]:
    """The charts that are over the whole history."""
    success_by_hour, by_hour, success_by_weekday, by_course = figures(page)[:4]
    hours = [frame[frame.hour == hour] for hour in range(24)]
    weekdays = [frame[frame.weekday == day] for day in reference.DAYS]
    overall = frame.success.mean()
    for name, figure, parts in (
        ("success by hour", success_by_hour, hours),
        ("success by weekday", success_by_weekday, weekdays),
    ):
        yield from _points(name, figure, [(part.success.sum(), len(part)) for part in parts])
        [line] = figure["layout"]["shapes"]
        yield _row(f"{name}, dotted line", [line["y0"]], [overall])
    yield _row("sessions by hour", by_hour["data"][0]["y"], [len(part) for part in hours])
    courses = frame.groupby("course_id").minutes.sum().sort_values(ascending=False)
    yield _row("focus by course", by_course["data"][0]["x"], list(courses / 60), 0.05)


def compare_period_figures(
    page: AppTest, frame: pd.DataFrame, minutes: dict[date, float], first: date, last: date
) -> Iterator[Row]:
    calendar, weekly, completion = figures(page)[4:]
    days = [day.date() for day in pd.date_range(first, last)]
    year = (first + pd.Timedelta(days=7)).year
    for n, row in enumerate(calendar["data"][0]["z"]):
        wanted = [minutes.get(day, 0.0) for day in days[n::7]]
        yield _row(f"calendar {year}, {days[n]:%a}", row, wanted, 0.5)
    weeks = [days[n : n + 7] for n in range(0, len(days), 7)]
    hours = [sum(minutes.get(day, 0.0) for day in week) / 60 for week in weeks]
    yield _row(f"focus by week {year}", weekly["data"][0]["y"], hours, 0.05)
    parts = [frame[frame.day.dt.date.isin(week)] for week in weeks]
    trials = [(part.was_completed.sum(), len(part)) for part in parts]
    yield from _points(f"completion by week {year}", completion, trials)


def figures(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]


def _points(
    name: str, figure: dict[str, Any], trials: Sequence[tuple[float, int]]
) -> Iterator[Row]:
    trace = figure["data"][0]
    means = [successes / n if n else None for successes, n in trials]
    intervals = [wilson(successes, n) for successes, n in trials]
    bars = trace["error_y"]
    yield _row(name, trace["y"], means)
    for end, drawn, sign in ((0, bars["arrayminus"], -1), (1, bars["array"], 1)):
        mine = [
            None if mean is None or size is None else mean + sign * size
            for mean, size in zip(trace["y"], drawn, strict=True)
        ]
        wanted = [found and found[end] for found in intervals]
        yield _row(f"{name}, {'upper' if end else 'lower'} bounds", mine, wanted, 0.0002)


def _row(name: str, mine: Sequence[Any], wanted: Sequence[Any], allowed: float = 0.0001) -> Row:
    """One row a drawn series: how many of its values agree within the digits that are drawn."""
    same = sum(
        (a is None and b is None)
        or (a is not None and b is not None and abs(a - b) <= allowed + 1e-9)
        for a, b in zip(mine, wanted, strict=False)
    )
    equal = len(mine) == len(wanted) == same
    return f"chart: {name}", f"{len(mine)} values", f"{same} equal of {len(wanted)}", equal


def _short(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:90]
