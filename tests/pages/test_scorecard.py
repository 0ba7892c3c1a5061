"""The scorecard page: every number with its meaning and n, nothing claimed before its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.domain.definitions import DEFINITIONS
from focus_core.services import scorecard
from tests.factories import Person, add_session, make_person
from tests.forecasts import add_forecast, add_forecast_session, add_plan_forecast, change
from tests.pages.screens import open_screen, texts

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
TITLES = {entry.title for entry in DEFINITIONS.values()}
PANELS = {
    "session_minutes": ["session_minutes_coverage", "session_minutes_errors"],
    "plan_minutes": ["plan_minutes_coverage", "plan_minutes_errors"],
    "completion": ["reliability", "completion_errors"],
    "focus_score": ["focus_score_errors"],
}


@pytest.fixture
def shown(cookie: Callable[..., Any], person: Person) -> Callable[[], AppTest]:
    """Opens the scorecard as `person`."""

    def opened() -> AppTest:
        cookie(person)
        page = open_screen("scorecard")
        assert not page.exception
        return page

    return opened


def add_forecasts(person: Person, number: int, minutes: float = 40) -> None:
    """Flowtime sessions, all of this length, forecast at 40 minutes (30 to 60) and rated 4."""
    for n in range(number):
        start = NOW - timedelta(hours=26 * (n + 1))
        session = add_forecast_session(person, start, minutes)
        change(person, session, focus_score=4)
        add_forecast(person, session, "completion")
        add_forecast(person, session, "focus_score")


def add_plans(person: Person, number: int, minutes: float) -> None:
    """One a day at noon, done after `minutes`, forecast at 80 minutes (60 to 120)."""
    noon = NOW.replace(hour=10)
    for n in range(number):
        add_plan_forecast(person, noon - timedelta(days=n + 1), minutes)


def metrics(page: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in page.metric}


def look_at(page: AppTest, target: str) -> AppTest:
    return page.segmented_control(key="scorecard_target").set_value(target).run()


def test_without_forecasts_it_says_what_to_do(shown: Callable[[], AppTest]) -> None:
    page = shown()
    assert "No forecast has been made yet." in texts(page)
    assert "Go to the timer" in [link.label for link in page.get("page_link")]
    assert not page.metric


def test_too_few_are_counted_and_not_scored(shown: Callable[[], AppTest], person: Person) -> None:
    add_forecasts(person, 4)
    page = shown()
    assert "Length of a session: too early to say (4 of 30)" in texts(page).replace("**", "")
    found = metrics(page)
    assert found["Scored forecasts"] == ("4", "")
    assert found["Inside the range"] == ("—", "4 of 10 needed")
    assert not page.get("plotly_chart")
    assert "4 of 10 needed" in page.table[0].value["Scored forecasts"].tolist()


def test_what_beats_the_plain_answers_and_what_does_not(
    shown: Callable[[], AppTest], person: Person
) -> None:
    add_forecasts(person, 30)
    page = shown()
    said = texts(page).replace("**", "")
    assert "Length of a session: beats your own estimate and your plain median" in said
    assert "Completion: beats your plain completion rate, so it is shown" in said
    found = metrics(page)
    assert found["Inside the range"] == ("100 %", "89–100 %")
    assert found["Forecast's error"][0] == "0.0 min"
    assert "Too wide: 100 % ended inside the range, which promises 80 %" in said
    assert "Off by 0.0 min on average, your own estimate by 10.0 min" in said


def test_long_errors_are_told_in_hours(shown: Callable[[], AppTest], person: Person) -> None:
    add_forecasts(person, 12, minutes=400)
    page = shown()
    assert list(metrics(page))[:2] == ["Scored forecasts", "Forecast's error"]
    assert metrics(page)["Forecast's error"][0] == "6 h"
    assert metrics(page)["Width of the range"][0] == "30.0 min"
    page.selectbox(key="scorecard_window").set_value("30 days").run()
    (version,) = page.table[-1].value.to_dict("records")
    assert version["Forecast's error"] == "6 h"


def test_a_version_with_few_forecasts_is_counted_only(
    shown: Callable[[], AppTest], person: Person
) -> None:
    add_forecasts(person, 12)
    start = NOW - timedelta(days=20, hours=1)
    add_forecast_session(person, start, 90, model_version="duration-0")
    old, new = shown().table[-1].value.to_dict("records")
    assert old.pop("Model version") == "duration-0"
    assert old.pop("Scored forecasts") == "1 of 10 needed"
    assert set(old.values()) == {"—"}
    assert (new["Scored forecasts"], new["Forecast's error"]) == ("12", "0.0 min")


def test_without_a_full_month_the_finding_stands_alone(
    shown: Callable[[], AppTest], person: Person
) -> None:
    for weeks in range(12):
        add_forecast_session(person, NOW - timedelta(weeks=weeks, days=1), 40)
    page = shown()
    said = texts(page)
    assert "100 % ended inside the range, which promises 80 %: that fits" in said
    assert said.count("no month of it has 10 of them") == 2
    assert not page.get("plotly_chart")
    page.session_state["session_minutes_errors_table"] = True
    months = page.run().table[0].value
    assert set(months["Forecast's error"]) == {"—"}


def test_a_bad_month_is_shown_as_it_was(shown: Callable[[], AppTest], person: Person) -> None:
    add_forecasts(person, 30, minutes=25)
    said = texts(shown()).replace("**", "")
    assert (
        "Length of a session: worse than your own estimate and your plain median, so the timer"
        " says so"
    ) in said
    assert "Too narrow: only 0 % ended inside the range" in said


def test_every_number_has_its_definition_and_every_chart_its_table(
    shown: Callable[[], AppTest], person: Person
) -> None:
    add_forecasts(person, 40)
    add_plans(person, 40, 100)
    page = shown()
    for target, panels in PANELS.items():
        page = look_at(page, target)
        for panel in panels:
            page.session_state[f"{panel}_table"] = True
        page = page.run()
        assert not page.exception
        charts = page.get("plotly_chart")
        assert len(charts) == len(panels)
        assert all(chart.proto.alt for chart in charts)
        assert len(page.table) == len(panels) + 2
        labels = set(metrics(page)) | {name for each in page.table for name in each.value.columns}
        explained = texts(page)
        for label in labels:
            (known,) = [name for name in TITLES if label == name] or [
                name for name in ("Forecast against",) if label.startswith(name)
            ]
            assert f"**{known}**" in explained, label
        assert all("Europe/Berlin" in note.value for note in page.caption if "Zone" in note.value)


def test_plans_are_scored_by_the_day(shown: Callable[[], AppTest], person: Person) -> None:
    add_plans(person, 30, 100)
    add_plan_forecast(person, NOW.replace(hour=10) - timedelta(days=40), 30 * 60)
    page = look_at(shown(), "plan_minutes")
    said = texts(page).replace("**", "")
    assert "Finish of a day's plan: beats your estimates added up" in said
    assert "30 of 31 days with a plan scored; of the others not all was done that day" in said
    assert "Off by 20.0 min on average, your estimates added up by 30.0 min" in said
    assert metrics(page)["Inside the range"] == ("100 %", "89–100 %")


def test_a_comparison_over_some_of_the_forecasts_says_so(
    shown: Callable[[], AppTest], person: Person
) -> None:
    for week in range(1, 12):
        estimate = {"estimate_minutes": None} if week == 1 else {}
        noon = NOW.replace(hour=10) - timedelta(weeks=week)
        add_plan_forecast(person, noon, 100, **estimate)
    said = texts(look_at(shown(), "plan_minutes"))
    assert "Over the 10 of 11 forecasts for which both were there." in said


def test_the_window_can_be_chosen(shown: Callable[[], AppTest], person: Person) -> None:
    add_forecasts(person, 3)
    session = add_forecast_session(person, NOW - timedelta(days=200), 40)
    change(person, session, ended_by="timer")
    add_session(person, NOW - timedelta(days=201), 10)  # a pomodoro, given up
    add_session(person, NOW - timedelta(days=202), 10, source="manual")
    page = shown()
    assert metrics(page)["Scored forecasts"][0] == "3"
    page.selectbox(key="scorecard_window").set_value("All").run()
    assert (
        "3 of 3 forecasts scored. Left out of all sessions (6): 1 ended by the timer (they say only"
        " “at least this long”), 1 stopped by hand before time was up, 1 without a forecast (such"
        " as those added later or imported)."
    ) in texts(page)
    page = look_at(page, "task_minutes")
    assert "No such forecast in this window." in texts(page)


def test_figures_are_kept_until_the_data_change(
    shown: Callable[[], AppTest], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_forecasts(person, 2)
    page = shown()
    read: list[object] = []
    real = scorecard.get_scorecard
    monkeypatch.setattr(scorecard, "get_scorecard", lambda *a: (read.append(a), real(*a))[1])
    page.run()
    assert read == []
    add_forecast_session(person, NOW - timedelta(days=9), 40)
    page.run()
    assert read
    assert metrics(page)["Scored forecasts"][0] == "3"


def test_nobody_sees_anothers_scorecard(
    shown: Callable[[], AppTest], cookie: Callable[..., Any], person: Person
) -> None:
    add_forecasts(person, 1)
    shown()
    cookie(make_person())
    assert "No forecast has been made yet." in texts(open_screen("scorecard"))
