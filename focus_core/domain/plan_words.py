"""What is said about the day's plan: when it will be done, what to leave out, how far it got.

Titles come in as they are to be shown; moments are aware and are said on the clock of `zone`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from focus_core.domain.findings import percent
from focus_core.domain.forecast_words import (
    GUESSING_BELOW,
    MINIMUM_SCORED,
    RANGE_SHARE,
    in_words,
    span,
)

SHORT = timedelta(minutes=30)
"""Up to here a range is said to the minute, and beyond in steps of five."""

MOST_NAMED = 3
LONGEST_NAME = 40
_MINUTE = timedelta(minutes=1)
_WEEK = 7
_WORTH_EXPLAINING = 15
"""Minutes that the forecast and the estimates are apart."""
_NOTABLY = 0.1
_CERTAIN = 0.975


@dataclass(frozen=True)
class Finish:
    """When all of it will be done: the middle, and the range that holds 80 %."""

    now: datetime
    middle: datetime
    low: datetime
    high: datetime
    day_ends: datetime
    """When the person's day does."""


def finish_words(finish: Finish, zone: ZoneInfo, *, guessing: bool = False) -> str:
    """When the plan will be done, and whether that is a guess."""
    told = _finish_words(finish, zone)
    if guessing:
        told += f" A guess, until {GUESSING_BELOW} sessions of yours are known."
    return told


def record_words(verdict: str, n: int, coverage: Mapping[str, float] | None) -> str | None:
    """What is to be known of earlier plans' forecasts: that their ranges held less than they
    promise (`coverage`: share and 95 % interval, of `n` of them), or that adding up was no worse.
    None when there is nothing of the kind."""
    if coverage and n >= MINIMUM_SCORED and coverage["high"] < RANGE_SHARE:
        return (
            f"Of {n:,} plans of yours {percent(coverage['share'])} were done within such a range,"
            f" not {percent(RANGE_SHARE)}: see Scorecard."
        )
    if verdict == "no_better":
        return "So far no better for you than your estimates added up: see Scorecard."
    return None


def _finish_words(finish: Finish, zone: ZoneInfo) -> str:
    """One that outlasts the day is told by its length."""
    if finish.middle > finish.day_ends:
        needed = (finish.middle - finish.now) / _MINUTE
        shortest, longest = ((end - finish.now) / _MINUTE for end in (finish.low, finish.high))
        left = (finish.day_ends - finish.now) / _MINUTE
        return (
            f"More than fits into today, which has {in_words(left)} left: about {in_words(needed)}"
            f" with breaks, 80 % sure: {span(shortest, longest)}."
        )
    step = 1 if finish.high - finish.now <= SHORT else 5
    low = max(_floor(finish.low, step), _floor(finish.now, 1))
    high = _ceil(finish.high, step)
    middle = _clock(_nearest(finish.middle, step), finish.day_ends, zone)
    if high - low <= timedelta(minutes=step):
        return f"Done by about {middle}."
    first, last = _clock(low, finish.day_ends, zone), _clock(high, finish.day_ends, zone)
    if low < finish.day_ends <= high:
        first += " today"
    return f"Done by about {middle}, 80 % sure between {first} and {last}."


def made_of_words(focus: float, breaks: float, estimated: float | None) -> str:
    """What the time until then is made of, minutes: focus and breaks. `estimated`: what is left by
    the person's own estimates, None when they can't be compared. Silent when they say it all."""
    if abs(focus + breaks - (estimated or 0)) < _WORTH_EXPLAINING:
        return ""
    parts = f"about {in_words(focus)} of focus"
    if breaks >= 1:
        parts += f" and {in_words(breaks)} of breaks"
    if estimated is None or abs(focus - estimated) < max(estimated * _NOTABLY, 1):
        return f"That is {parts}."
    left = f"{length(estimated)} left" if estimated >= 1 else "nothing left"
    how = "longer" if focus > estimated else "less time"
    return f"By your estimates {left}, but tasks like these take {how}: {parts}."


def drop_words(
    left_out: Sequence[str],
    open_tasks: int,
    chance: float,
    by: datetime,
    finish: Finish,
    zone: ZoneInfo,
) -> str:
    """What to leave out to be done `by` then, 80 % sure. `chance`: of all being done by then, from
    0 to 1."""
    when = _clock(by, finish.day_ends, zone)
    if by <= finish.now:
        return f"{when} has passed."
    if not left_out:
        sure = f" ({5 * round(chance * 20)} % sure)" if chance < _CERTAIN else ""
        return f"All of it fits until {when}{sure}."
    if len(left_out) == open_tasks:
        what = "It isn't" if open_tasks == 1 else "None of it is"
        return f"{what} sure to be done by {when}."
    listed = _listed(left_out)
    return f"To be done by {when}, leave out: {listed}{'' if listed.endswith('…') else '.'}"


def spent_words(spent: float, estimate: int | None, *, running: bool = False) -> str:
    """How much focus went into a task, against its estimate; minutes. While it runs, the clock
    shows the rest."""
    if running:
        before = f", {length(spent)} before" if spent >= 1 else ""
        return f"now{before}{f', of {length(estimate)}' if estimate else ''}"
    if estimate is None:
        return f"{length(spent)} so far" if spent >= 1 else "no estimate"
    return f"{length(spent)} of {length(estimate)}" if spent >= 1 else length(estimate)


def due_words(due: date, today: date) -> str:
    """By when a task is to be done, as of a day: a weekday within a week, else the date."""
    days = (due - today).days
    if days < 0:
        return "overdue"
    if days <= 1:
        return "due tomorrow" if days else "due today"
    if days < _WEEK:
        return f"due {due:%a}"
    return f"due {due:%-d %b}" if due.year == today.year else f"due {due:%-d %b %Y}"


def total_words(spent: float, estimate: int, without_estimate: int, *, today: float) -> str:
    """The same for the whole list: minutes so far against the sum of the estimates."""
    parts = []
    if estimate:
        so_far = f"{length(spent)} of " if spent >= 1 else ""
        parts.append(f"{so_far}{length(estimate)} estimated")
    if without_estimate:
        parts.append(f"{without_estimate} without an estimate")
    if today >= 1 and abs(today - spent) >= 1:
        parts.append(f"{length(today)} today")
    return " · ".join(parts)


def done_words(today: float) -> str:
    """Nothing is left; `today` are the minutes of focus that went into it today."""
    return f"All done, {length(today)} of focus today." if today >= 1 else "All done."


def left_over_words(days: Sequence[date], today: date) -> str:
    """What was planned on these days, one for each task, can come over."""
    tasks = "1 task" if len(days) == 1 else f"{len(days)} tasks"
    if len(set(days)) > 1:
        return f"Bring over {tasks} left from earlier days"
    day = "yesterday" if today - days[0] == timedelta(days=1) else f"{days[0]:%A}"
    return f"Bring over {tasks} left from {day}"


def order_words(
    title: str,
    rest: tuple[float, float],
    window: tuple[datetime, datetime],
    after: str | None,
    zone: ZoneInfo,
) -> str:
    """Why a task should move into the best hours. `rest`: the minutes left of it, at least and at
    most (80 %); `after`: the task it would follow, None when it would be the first."""
    start, end = (moment.astimezone(zone) for moment in window)
    place = f"after {after}" if after else "first"
    return (
        f"{title} is the least certain of these ({span(*rest)} left). Done {place}, it falls into"
        f" your best hours, {start:%H:%M}–{end:%H:%M}."
    )


def best_hours_words(success: float, sessions: int, overall: float) -> str:
    """What makes them the best: success, from 0 to 1."""
    return (
        f"Success in these hours: {percent(success)} in {sessions:,} sessions, {percent(overall)}"
        " overall."
    )


def shortened(title: str) -> str:
    """A title as it is named inside a sentence."""
    return title if len(title) <= LONGEST_NAME else f"{title[:LONGEST_NAME].rstrip()}…"


def length(minutes: float) -> str:
    """25 min, 1 h 40 min, 2 h."""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _listed(titles: Sequence[str]) -> str:
    named, more = ", ".join(titles[:MOST_NAMED]), len(titles) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _clock(moment: datetime, day_ends: datetime, zone: ZoneInfo) -> str:
    """17:20, 09:20 tomorrow, Wednesday 09:00. Today is the person's own, until `day_ends`."""
    local, tomorrow = moment.astimezone(zone), day_ends.astimezone(zone)
    if local < tomorrow:
        return f"{local:%H:%M}"
    if local < tomorrow + timedelta(days=1):
        return f"{local:%H:%M} tomorrow"
    return f"{local:%A %H:%M}"


def _floor(moment: datetime, minutes: int) -> datetime:
    return moment - timedelta(
        minutes=moment.minute % minutes, seconds=moment.second, microseconds=moment.microsecond
    )


def _ceil(moment: datetime, minutes: int) -> datetime:
    floor = _floor(moment, minutes)
    return floor if floor == moment else floor + timedelta(minutes=minutes)


def _nearest(moment: datetime, minutes: int) -> datetime:
    return _floor(moment + timedelta(minutes=minutes) / 2, minutes)
