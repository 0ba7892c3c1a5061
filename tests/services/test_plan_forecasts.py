"""Forecasts of a plan's finish: kept as they were made, and held against when it was done."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import ProgrammingError

from db.session import open_for
from focus_core.services import FocusSessionService, issued_plans, plan, scorecard, task_changes
from tests.factories import Person, make_person, utc
from tests.time_travel import Clock

TODAY = date(2026, 3, 2)


def add(person: Person, *names: str, estimate: int | None = 30) -> list[str]:
    return [
        plan.add_task(person.user_id, title=name, estimate_minutes=estimate)["id"] for name in names
    ]


def look(person: Person) -> dict[str, Any]:
    return plan.get_plan(person.user_id)


def kept(person: Person, day: date = TODAY) -> list[dict[str, Any]]:
    return issued_plans.of_day(person.user_id, day)


def score(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = scorecard.get_scorecard(person.user_id)["targets"]["plan_minutes"]
    return found


def finish(person: Person, clock: Clock, *task_ids: str, after: int) -> None:
    clock.forward(minutes=after)
    for task_id in task_ids:
        plan.set_done(person.user_id, task_id)


def test_what_was_said_is_what_is_kept(person: Person, clock: Clock) -> None:
    essay, lab = add(person, "Essay", "Lab report")
    shown = look(person)
    forecast, now = shown["forecast"], shown["server_time"]
    [row] = kept(person)
    assert (row["task_ids"], row["estimates_minutes"]) == ([essay, lab], [30, 30])
    assert (row["issued_at"], row["day"], row["under_way"]) == (now, TODAY, False)
    for name, moment in {
        "p50": "finish_time",
        "low80": "low80_time",
        "high80": "high80_time",
    }.items():
        said = (forecast[moment] - now).total_seconds() / 60
        assert row[f"{name}_minutes"] == pytest.approx(said, abs=1e-4)
    assert (row["probability"], row["leave_out"]) == (forecast["chance"], forecast["leave_out"])
    assert row["done_by"] == forecast["done_by"]
    assert row["estimate_minutes"] == 70, "an hour of work, a break after 25 and after 50 minutes"
    assert row["model_version"] == "plan-1, duration-1"


def test_breaks_go_on_from_the_pomodoros_of_the_day(
    person: Person, service: FocusSessionService, clock: Clock
) -> None:
    add(person, "Essay", estimate=20)
    [lab] = add(person, "Lab report", estimate=25)
    look(person)
    assert kept(person)[-1]["estimate_minutes"] == 45 + 5
    for _ in range(3):
        service.start_session(person.user_id)
        clock.forward(minutes=26)
        assert service.get_active_session(person.user_id) is None
    look(person)
    assert kept(person)[-1]["estimate_minutes"] == 45 + 15, "the fourth earns a long break"
    service.start_session(person.user_id, task_id=lab)
    clock.forward(minutes=10)
    look(person)
    assert kept(person)[-1]["estimate_minutes"] == 35 + 15, "15 minutes, the break, and 20 more"


def test_another_list_is_another_forecast_and_the_same_one_every_quarter_of_an_hour(
    person: Person, service: FocusSessionService, clock: Clock
) -> None:
    def new() -> int:
        before = len(kept(person))
        look(person)
        return len(kept(person)) - before

    essay, lab = add(person, "Essay", "Lab report")
    assert (new(), new()) == (1, 0)
    clock.forward(minutes=14)
    assert new() == 0
    clock.forward(minutes=2)
    assert new() == 1, "the same list, a while later"
    plan.reorder(person.user_id, [lab])
    assert (new(), new()) == (1, 0)
    plan.change_task(person.user_id, essay, estimate_minutes=90)
    assert new() == 1
    plan.set_done_by(person.user_id, utc(2026, 3, 2, 20).time())
    assert new() == 1
    service.start_session(person.user_id, task_id=lab)
    assert new() == 1
    assert kept(person)[-1]["under_way"]
    plan.set_done(person.user_id, lab)
    assert new() == 1
    plan.set_done(person.user_id, essay)
    assert new() == 0, "nothing is left to forecast"


def test_asking_again_and_again_by_another_time_keeps_so_many_a_day(
    person: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issued_plans, "MOST_A_DAY", 3)
    add(person, "Essay")
    for minute in range(5):
        assert plan.get_plan(person.user_id, time(18, minute))["forecast"]
    assert len(kept(person)) == 3
    clock.forward(days=1)
    add(person, "Lab report")
    look(person)
    assert len(kept(person, TODAY + timedelta(days=1))) == 1


def test_nobody_changes_it_and_a_deleted_task_leaves_it_as_it_was(
    person: Person, clock: Clock
) -> None:
    essay, _ = add(person, "Essay", "Lab report", estimate=None)
    look(person)
    before = kept(person)
    assert before[0]["estimate_minutes"] is None, "there is nothing to add up"
    for statement in (
        "update plan_predictions set probability = 1",
        "delete from plan_predictions",
        "truncate plan_predictions",
    ):
        with pytest.raises(ProgrammingError), open_for(person.user_id) as transaction:
            transaction.execute(text(statement))
    task_changes.delete_task(person.user_id, essay)
    assert kept(person) == before
    assert kept(make_person()) == []


def test_a_day_is_scored_once_by_its_first_forecast_of_the_whole_list(
    person: Person, clock: Clock
) -> None:
    [essay] = add(person, "Essay")
    look(person)
    clock.forward(minutes=10)
    [lab] = add(person, "Lab report")
    look(person)
    counted = kept(person)[-1]
    clock.forward(minutes=20)
    look(person)
    assert (score(person)["issued"], score(person)["scores"]["n"]) == (1, 0), "it is not done yet"
    finish(person, clock, essay, after=10)
    look(person)
    finish(person, clock, lab, after=60)
    found = score(person)
    assert (found["issued"], found["scores"]["n"]) == (1, 1)
    assert found["scores"]["error"] == pytest.approx(abs(90 - counted["p50_minutes"]))
    assert found["scores"]["against"][0]["theirs"] == pytest.approx(abs(90 - 70))
    inside = counted["low80_minutes"] <= 90 <= counted["high80_minutes"]
    assert found["scores"]["coverage"]["share"] == inside

    add(person, "One thing more")
    assert score(person)["scores"]["n"] == 0, "no forecast was about the list as it is now"


@pytest.mark.parametrize("case", ["left undone", "done the next day", "deleted", "nothing planned"])
def test_what_was_not_done_that_day_is_not_scored(person: Person, clock: Clock, case: str) -> None:
    essay, lab = add(person, "Essay", "Lab report")
    if case != "nothing planned":
        look(person)
    finish(person, clock, essay, after=50)
    if case == "done the next day":
        finish(person, clock, lab, after=24 * 60)
    if case == "deleted":
        task_changes.delete_task(person.user_id, lab)
    found = score(person)
    assert found["issued"] == (case != "nothing planned")
    assert found["scores"]["n"] == 0


def test_what_was_taken_off_counts_no_more_once_the_rest_was_forecast(
    person: Person, clock: Clock
) -> None:
    essay, lab = add(person, "Essay", "Lab report")
    look(person)
    clock.forward(minutes=5)
    plan.remove_task(person.user_id, lab)
    look(person)
    finish(person, clock, essay, after=40)
    scores = score(person)["scores"]
    assert scores["error"] == pytest.approx(abs(40 - kept(person)[-1]["p50_minutes"]))


def test_the_persons_own_day_counts(database: URL, clock: Clock) -> None:
    person = make_person(timezone="Asia/Kolkata")
    clock.set(utc(2026, 3, 2, 18))  # 23:30 there
    [essay] = add(person, "Essay")
    look(person)
    finish(person, clock, essay, after=40)
    assert kept(person, TODAY)
    assert score(person)["scores"]["n"] == 0, "it was done after midnight there"


def test_how_plans_went_so_far(person: Person, clock: Clock) -> None:
    for _ in range(12):
        [task] = add(person, f"Task {clock.now}")
        look(person)
        finish(person, clock, task, after=600)
        clock.forward(days=1, minutes=-600)
    record = scorecard.plan_record(person.user_id)
    assert (record["verdict"], record["scores"]["n"]) == ("early", 12)
    assert record["scores"]["coverage"]["share"] == 0
    clock.forward(days=400)
    assert scorecard.plan_record(person.user_id)["scores"]["n"] == 0
