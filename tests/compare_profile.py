"""Compare the profile page with pandas, number by number, on somebody's real history.

    python -m tests.compare_profile SESSIONS.csv.gz

The file has columns user_id, t_start (local time), expected_minutes, actual_minutes,
interrupt_minutes, project, task_type and was_completed. The person with the most sessions is
loaded through the service into a scratch database, the scheduler's refresh makes the profile, the
page is opened, and everything it shows is computed a second time from the file alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import make_url
from streamlit.testing.v1 import AppTest

from db import embedded, engine, setup
from focus_core.services import get_focus_session_service, profiles
from tests import profile_reference as reference
from tests.compare_figures import (
    Row,
    bounds,
    compare_figures,
    compare_period_figures,
    compare_period_words,
    compare_words,
    half_up,
)
from tests.conftest import connected
from tests.factories import Person, make_person
from tests.sign_ins import cookie_of

PAGE = Path(__file__).parents[1] / "pages" / "profile.py"
PANELS = (
    "success_by_hour",
    "sessions_by_hour",
    "success_by_weekday",
    "by_course",
    "calendar",
    "focus_by_week",
    "completion_by_week",
)
ZONE = "UTC"  # the file's times are local and their zone is unknown


def read_history(path: str) -> tuple[pd.DataFrame, list[str]]:
    """The sessions of the person with the most, fit to be loaded, and what was done to them."""
    everybody = pd.read_csv(path)
    chosen = everybody.user_id.value_counts().index[0]
    raw = everybody[everybody.user_id == chosen].copy()
    raw["start_time"] = pd.to_datetime(raw.t_start).dt.tz_localize(ZONE)
    raw = raw.sort_values(["start_time", "session_id"]).reset_index(drop=True)
    starts, free_from, shifts = [], raw.start_time.iloc[0], []
    for start, minutes in zip(raw.start_time, raw.actual_minutes, strict=True):
        moved = max(start, free_from)
        if moved > start:
            shifts.append((moved - start).total_seconds() / 60)
        starts.append(moved)
        free_from = moved + pd.Timedelta(minutes=minutes)
    estimate = raw.expected_minutes.round()
    usable = estimate.between(1, 1440)
    history = pd.DataFrame(
        {
            "start_time": pd.Series(starts),
            "end_time": pd.Series(starts) + pd.to_timedelta(raw.actual_minutes, unit="min"),
            "focused_seconds": raw.actual_minutes * 60,
            "expected_duration": estimate.where(usable),
            "was_completed": raw.was_completed.astype(bool),
            "interruption_count": (raw.interrupt_minutes > 0).astype(int),
            "break_minutes": 0,
            "focus_score": float("nan"),
            "ended_by": "user",
            "course_id": raw.project,
        }
    )
    return history, [
        f"{chosen}: {len(history):,} sessions,"
        f" from {starts[0]:%-d %b %Y} to {starts[-1]:%-d %b %Y}.",
        f"{len(shifts)} began before the one before had ended and were shifted, by"
        f" {max(shifts, default=0):.0f} minutes at most.",
        f"{(~usable).sum():,} had an estimate below a minute or above a day and are without one.",
        "Interruptions count as one where there were minutes of them, and take no time.",
    ]


def load(history: pd.DataFrame) -> Person:
    """Every session through the service, as its owner."""
    person, service = make_person(ZONE), get_focus_session_service()
    for row in history.itertuples():
        service.add_session(
            person.user_id,
            row.start_time.to_pydatetime(),
            row.end_time.to_pydatetime(),
            source="import:csv",
            expected_duration=None
            if pd.isna(row.expected_duration)
            else int(row.expected_duration),
            was_completed=bool(row.was_completed),
            interruption_count=int(row.interruption_count),
            course=row.course_id,
        )
    return person


def open_page(person: Person, patch: pytest.MonkeyPatch) -> AppTest:
    token = cookie_of(person)
    patch.setattr("pages._ui.gate.session_token", lambda: token)
    page = AppTest.from_file(str(PAGE), default_timeout=120).run()
    for panel in PANELS:
        page.session_state[f"{panel}_table"] = True
    return page.run()


def compare_profile(profile: dict[str, Any], expected: dict[str, Any]) -> Iterator[Row]:
    for field, value in expected.items():
        mine = profile[field]
        if field == "performance_by_course":
            names = {entry["name"]: entry for entry in mine.values()}
            for course, numbers in value.items():
                for name, number in numbers.items():
                    same = reference.equal(name, names[course][name], number)
                    yield f"{field}.{course}.{name}", names[course][name], number, same
        elif field == "focus_by_hour":
            for hour, number in value.items():
                yield f"{field}.{hour}", mine[hour], number, mine[hour] == number
        else:
            yield field, mine, value, reference.equal(field, mine, value)


def compare_headline(page: AppTest, frame: pd.DataFrame, expected: dict[str, Any]) -> Iterator[Row]:
    shown = {metric.label: metric for metric in page.metric}
    wanted = {
        "Average focus": f"{half_up(expected['avg_focus_duration_minutes'])} min",
        "Average break": "—",
        "Interruptions per session": f"{expected['avg_interruption_count']:.2f}",
        "Completion rate": f"{half_up(frame.was_completed.mean() * 100)} %",
        "Focused ÷ estimate": f"{half_up(round(expected['avg_completion_ratio'], 2) * 100):,} %",
        "Estimation error": f"{expected['avg_underestimation_pct']:.2f} %".replace("-", "−"),
        "Finished sessions": f"{expected['total_sessions_count']:,}",
        "Completed sessions": f"{expected['completed_sessions_count']:,}",
        "Sessions that count": f"{len(frame):,}",
        "With an estimate": f"{frame.expected_duration.notna().sum():,}",
    }
    for label, value in wanted.items():
        yield f"page: {label}", shown[label].value, value, shown[label].value == value
    sure = bounds(frame.was_completed.sum(), len(frame))
    mine = shown["Completion rate"].delta
    yield "page: Completion rate, interval", mine, sure, mine == sure


def compare_table(name: str, shown: pd.DataFrame, wanted: pd.DataFrame) -> Iterator[Row]:
    """One row a column: how many of its cells agree."""
    for column in wanted:
        mine, value = shown[column].tolist(), wanted[column].tolist()
        same = sum(a == b for a, b in zip(mine, value, strict=False))
        yield (
            f"page: {name}, {column}",
            f"{len(mine)} values",
            f"{same} equal of {len(value)}",
            mine == value,
        )


def slot_table(frame: pd.DataFrame, by: str, keys: list[Any], label: str, names: list[str]) -> Any:
    overall = frame.success.mean()
    rows = []
    for key, name in zip(keys, names, strict=True):
        part = frame[frame[by] == key]
        n, total = len(part), part.success.sum()
        rows.append(
            {
                label: name,
                "Sessions": f"{n:,}",
                "Completed": f"{part.was_completed.sum():,}",
                "Success": f"{half_up(total / n * 100)} %" if n else "—",
                "95 % interval": bounds(total, n),
                "Adjusted success": f"{half_up((total + 5 * overall) / (n + 5) * 100)} %"
                if n
                else "—",
                "Focused minutes": f"{part.minutes.sum():,.1f}",
            }
        )
    return pd.DataFrame(rows)


def course_table(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, part in frame.groupby("course_id"):
        error = part.error.mean() * 100
        rows.append(
            {
                "Course": name,
                "Sessions": f"{len(part):,}",
                "Completed": f"{part.was_completed.sum():,}",
                "minutes": part.minutes.sum(),
                "Focused minutes": f"{part.minutes.sum():,.1f}",
                "Completion rate": f"{half_up(round(part.was_completed.mean(), 4) * 100)} %",
                "95 % interval": bounds(part.was_completed.sum(), len(part)),
                "Rating": "—",
                "Estimation error": "—"
                if pd.isna(error)
                else f"{max(-999.99, min(999.99, error)):.2f} %".replace("-", "−"),
            }
        )
    return pd.DataFrame(rows).sort_values("minutes", ascending=False).drop(columns="minutes")


def period_tables(frame: pd.DataFrame, minutes: dict[date, float], year: int) -> Any:
    """The table of days and that of weeks, for the whole weeks (from Monday) that touch a year."""
    first = pd.Timestamp(year, 1, 1)
    first -= pd.Timedelta(days=first.day_of_week)
    last = pd.Timestamp(year, 12, 31)
    last += pd.Timedelta(days=6 - last.day_of_week)
    days, weeks = [], []
    for day in pd.date_range(first, last):
        part = frame[frame.day == day]
        if spent := minutes.get(day.date(), 0):
            days.append(
                {
                    "Day": f"{day:%a %-d %b %Y}",
                    "Focused minutes": f"{spent:,.1f}",
                    "Sessions": f"{len(part):,}",
                    "Completed": f"{part.was_completed.sum():,}",
                }
            )
    for week in pd.date_range(first, last, freq="7D"):
        part = frame[(frame.day >= week) & (frame.day < week + pd.Timedelta(days=7))]
        spent = sum(minutes.get((week + pd.Timedelta(days=n)).date(), 0) for n in range(7))
        if spent:
            weeks.append(
                {
                    "Week of": f"{week:%a %-d %b %Y}",
                    "Focused minutes": f"{spent:,.1f}",
                    "Sessions": f"{len(part):,}",
                    "Completion rate": f"{half_up(part.was_completed.mean() * 100)} %",
                    "95 % interval": bounds(part.was_completed.sum(), len(part)),
                }
            )
    return pd.DataFrame(days), pd.DataFrame(weeks), (first.date(), last.date())


def compare_page(page: AppTest, frame: pd.DataFrame, minutes: dict[date, float]) -> Iterator[Row]:
    hours = list(range(24))
    clock = [f"{hour:02}–{(hour + 1) % 24:02}" for hour in hours]
    by_hour = slot_table(frame, "hour", hours, "Hour of start", clock)
    days = reference.DAYS
    by_weekday = slot_table(frame, "weekday", days, "Weekday", days)
    tables = [table.value for table in page.table]
    yield from compare_table("success by hour", tables[0], by_hour)
    yield from compare_table("sessions by hour", tables[1], by_hour)
    yield from compare_table("weekdays", tables[2], by_weekday)
    yield from compare_table("courses", tables[3], course_table(frame))
    for year in sorted({day.year for day in minutes}):
        page.selectbox[0].set_value(str(year)).run()
        tables = [table.value for table in page.table]
        in_days, in_weeks, period = period_tables(frame, minutes, year)
        yield from compare_table(f"days of {year}", tables[4], in_days)
        yield from compare_table(f"weeks of {year}", tables[5], in_weeks)
        yield from compare_table(f"completion by week of {year}", tables[6], in_weeks)
        yield from compare_period_words(page, frame, minutes, *period)
        yield from compare_period_figures(page, frame, minutes, *period)


@contextmanager
def scratch_database(patch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="focus-compare-") as directory:
        state_dir = Path(directory)
        admin = make_url(embedded.ensure_running(state_dir)).set(database="focus_compare")
        setup.create_database(admin.set(database="postgres"), "focus_compare")
        setup.provision(admin, engine.role_passwords(state_dir))
        setup.migrate(admin)
        try:
            with connected(admin, state_dir, patch):
                yield
        finally:
            embedded.release()
            # Under root the server lives outside, where the account it runs as can reach it.
            shutil.rmtree(embedded.data_directory(state_dir).parent, ignore_errors=True)


def main(path: str, say: Callable[[str], Any] = print) -> int:
    history, notes = read_history(path)
    with pytest.MonkeyPatch.context() as patch, scratch_database(patch):
        person = load(history)
        say(f"The scheduler's refresh: {profiles.refresh_due()}")
        profile = profiles.get_user_profile(person.user_id)
        page = open_page(person, patch)
        frame = reference.eligible_sessions(history, ZONE)
        names = {name: name for name in history.course_id.unique()}
        expected = reference.profile(history, names, ZONE)
        assert expected is not None
        minutes = reference.minutes_by_day(history, ZONE)
        rows = [
            *compare_profile(profile, expected),
            *compare_headline(page, frame, expected),
            *compare_words(page, frame, expected),
            *compare_figures(page, frame),
            *compare_page(page, frame, minutes),
        ]
    for note in notes:
        say(note)
    say("\n| field | page | pandas | equal |\n|---|---|---|---|")
    for field, mine, value, same in rows:
        say(f"| {field} | {mine} | {_short(value)} | {'yes' if same else 'NO'} |")
    different = sum(not same for *_, same in rows)
    say(f"\n{len(rows)} rows compared, {different} differ.")
    return min(different, 1)


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
