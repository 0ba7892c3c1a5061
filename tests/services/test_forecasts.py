"""Forecasts as issued: from what was known at the start, and from nothing later."""

from __future__ import annotations

import math
import random
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL, Engine, create_engine, insert, text
from sqlalchemy.exc import ProgrammingError

from db.models import session_predictions
from db.session import open_for, open_for_scheduler
from focus_core.domain.errors import NotFound
from focus_core.prediction.plan import TOGETHER
from focus_core.services import (
    FocusSessionService,
    accounts,
    forecasts,
    known_past,
    model_training,
    retention,
    task_changes,
    tasks,
)
from tests import factories
from tests.factories import Person, utc

START = utc(2026, 2, 2, 9)


def add(person: Person, hours: float, minutes: float = 25, **columns: object) -> str:
    """A finished session so many hours after START, written at its end as by the timer."""
    start = START + timedelta(hours=hours)
    end = start + timedelta(minutes=minutes)
    times = {"created_at": start, "updated_at": end}
    return str(factories.add_session(person, start, minutes, **{**times, **columns}))


def test_before_the_first_session_it_guesses(person: Person) -> None:
    shown = forecasts.preview(person.user_id, session_type="flowtime", expected_duration=40)
    session = shown["session"]
    assert session["p50_minutes"] == pytest.approx(40)
    assert session["low80_minutes"] < 40 < session["high80_minutes"]
    assert (session["known_count"], session["similar_count"], shown["task"]) == (0, 0, None)
    assert shown["completion"]["baseline"] == 0.5
    assert sum(shown["focus_score"]["probabilities"]) == pytest.approx(1)


def test_a_clock_that_decides_leaves_no_duration_to_forecast(person: Person) -> None:
    shown = forecasts.preview(person.user_id, session_type="pomodoro")
    assert shown["session"] is None
    assert shown["completion"] is not None
    assert forecasts.preview(person.user_id, session_type="flowtime")["completion"] is None


def test_it_learns_from_the_person(person: Person) -> None:
    for day in range(12):
        add(person, 24 * day, 60, session_type="flowtime", expected_duration=30, focus_score=4)
    shown = forecasts.preview(person.user_id, session_type="flowtime", expected_duration=30)
    assert shown["session"]["p50_minutes"] == pytest.approx(60)
    assert (shown["session"]["known_count"], shown["session"]["similar_count"]) == (12, 12)
    assert shown["focus_score"]["expected"] > 3.5
    found = forecasts.similar_sessions(
        person.user_id, session_type="flowtime", expected_duration=30
    )
    assert [each["minutes"] for each in found] == [60.0] * 12
    assert found[0]["start_time"] == START + timedelta(days=11)


def test_a_task_is_forecast_whole(person: Person) -> None:
    for number in range(4):
        task = task_changes.create_task(
            person.user_id, f"Essay {number}", task_type="writing", estimate_minutes=60
        )
        add(person, 24 * number, 50, task_id=task["id"], session_type="flowtime")
        add(person, 24 * number + 2, 70, task_id=task["id"], session_type="flowtime")
        task_changes.update_task(person.user_id, task["id"], done=True)
    task = task_changes.create_task(
        person.user_id, "Essay 9", task_type="Writing", estimate_minutes=60
    )
    add(person, 24 * 9, 30, task_id=task["id"])
    shown = forecasts.preview(person.user_id, session_type="pomodoro", task_id=task["id"])
    assert shown["task"]["p50_minutes"] == pytest.approx(120)
    assert shown["task"]["spent_minutes"] == pytest.approx(30)
    similar = forecasts.similar_sessions(person.user_id, task_id=task["id"])
    totals = [each for each in similar if each["session_id"] is None]
    assert {each["title"] for each in totals} == {f"Essay {number}" for number in range(4)}
    [by_name] = [forecasts.preview(person.user_id, task="essay 9")["task"]]
    assert by_name == shown["task"]
    [plan] = forecasts.planned(person.user_id, [task["id"]]).tasks
    assert plan.spent_minutes == pytest.approx(30)
    assert plan.together == TOGETHER, "nothing was forecast on these days"


def test_a_forecast_is_stored_once(person: Person, service: FocusSessionService) -> None:
    add(person, 0, 60, session_type="flowtime", expected_duration=30)
    course = task_changes.create_course(person.user_id, "Post")
    task = task_changes.create_task(person.user_id, "Letters", course_id=course["id"])
    choice = {"session_type": "flowtime", "expected_duration": 30, "task_id": task["id"]}
    for day in (1, 2, 3):
        add(person, 24 * day, 60, expected_duration=30, course_id=course["id"])
    shown = forecasts.preview(person.user_id, **choice)
    session = service.start_session(person.user_id, **choice)
    stored = forecasts.issue(person.user_id, session["id"])
    assert [row["target"] for row in stored] == ["completion", "focus_score", "session_minutes"]
    assert stored[2]["p50_minutes"] == shown["session"]["p50_minutes"]
    assert stored[2]["baseline"] == 60
    assert stored[0]["probability"] == shown["completion"]["probability"]
    assert forecasts.issue(person.user_id, session["id"]) == stored
    assert forecasts.of_session(person.user_id, session["id"]) == stored


def test_nothing_is_forecast_afterwards(person: Person, service: FocusSessionService) -> None:
    session = service.start_session(person.user_id, 30, session_type="flowtime")
    service.end_session(session["id"], person.user_id)
    assert forecasts.issue(person.user_id, session["id"]) == []


def test_nobody_forecasts_for_others(person: Person, service: FocusSessionService) -> None:
    other = factories.make_person()
    session = service.start_session(other.user_id, 30, session_type="flowtime")
    with pytest.raises(NotFound):
        forecasts.issue(person.user_id, session["id"])
    forecasts.issue(other.user_id, session["id"])
    assert forecasts.of_session(person.user_id, session["id"]) == []


def again(admin: Engine, person: Person, session_id: str) -> list[dict[str, object]]:
    """The forecasts as they would be issued now, had they not been yet."""
    with admin.begin() as connection:
        connection.execute(text("delete from session_predictions where session_id = :id"),
                           {"id": session_id})  # fmt: skip
    rows = forecasts.issue(person.user_id, session_id)
    return [{k: v for k, v in row.items() if k not in ("id", "issued_at")} for row in rows]


def a_past(person: Person, dice: random.Random, days: int) -> list[str]:
    """Sessions and tasks, all but the last two done."""
    sessions = []
    for number in range(days):
        task = task_changes.create_task(
            person.user_id, f"Essay {number}", task_type="writing", estimate_minutes=60
        )
        for hour in (0, 3, 6):
            kind = dice.choice(["flowtime", "pomodoro", "custom"])
            sessions.append(
                add(
                    person, 24 * number + hour, dice.uniform(10, 150), task_id=task["id"],
                    session_type=kind, expected_duration=dice.choice([25, 50, 90]),
                    was_completed=dice.random() < 0.6, focus_score=dice.randint(1, 5),
                    context=dice.choice(["alone", "in the library", None]),
                )
            )  # fmt: skip
        if number < days - 2:
            task_changes.update_task(person.user_id, task["id"], done=True)
    return sessions


def test_nothing_later_moves_a_forecast(empty_database: URL, service: FocusSessionService) -> None:
    """Everything after the start is poisoned; what is forecast stays the same to the last bit."""
    dice = random.Random(3)
    admin = create_engine(empty_database)
    person = factories.make_person()
    others = [factories.make_person() for _ in range(6)]
    past = a_past(person, dice, 8)
    for other in others:
        a_past(other, dice, 3)
    assert model_training.train_now() is not None
    [task] = [each for each in tasks.list_tasks(person.user_id) if each["title"] == "Essay 6"]
    session = service.start_session(
        person.user_id, 60, task_id=task["id"], session_type="flowtime", context="alone"
    )
    honest = again(admin, person, session["id"])
    assert [row["target"] for row in honest] == [
        "completion", "focus_score", "session_minutes", "task_minutes",
    ]  # fmt: skip
    assert all(row["models_id"] for row in honest)

    # Added, taken away and trained on afterwards: as if it had not happened.
    for other in (person, *others):
        for hour in (1.5, 4.5, 30):
            start = START + timedelta(hours=hour + 900)
            service.add_session(
                other.user_id, start, start + timedelta(minutes=59), session_type="flowtime",
                expected_duration=1, focus_score=1, was_completed=False,
            )  # fmt: skip
    for gone in past[::5]:
        service.delete_session(person.user_id, gone)
    other_task = task_changes.create_task(person.user_id, "Poison", estimate_minutes=1)
    add_later(service, person, other_task["id"])
    task_changes.update_task(person.user_id, other_task["id"], done=True)
    assert model_training.train_now() is not None
    accounts.update_settings(person.user_id, work_minutes=7)
    service.pause_session(person.user_id, session["id"])
    assert again(admin, person, session["id"]) == honest

    # Edited afterwards: what it said before is gone, what it says now is not looked at.
    seen = []
    for score, minutes in ((1, 5), (5, 100)):
        for edited in past[1::5]:
            service.update_session(
                person.user_id, edited, focus_score=score, expected_duration=minutes,
                was_completed=score > 3, context=f"alone {score}",
            )  # fmt: skip
        task_changes.update_task(person.user_id, task["id"], estimate_minutes=minutes)
        seen.append(again(admin, person, session["id"]))
    assert seen[0] == seen[1]
    admin.dispose()


def add_later(service: FocusSessionService, person: Person, task_id: str) -> None:
    start = START + timedelta(hours=1000)
    service.add_session(person.user_id, start, start + timedelta(hours=5), task_id=task_id)


def test_nobody_changes_what_was_forecast(person: Person, service: FocusSessionService) -> None:
    session = service.start_session(person.user_id, 30)
    stored = forecasts.issue(person.user_id, session["id"])
    for statement in (
        "update session_predictions set probability = 1",
        "delete from session_predictions",
        "truncate session_predictions",
    ):
        with pytest.raises(ProgrammingError), open_for(person.user_id) as transaction:
            transaction.execute(text(statement))
    with pytest.raises(ProgrammingError), open_for_scheduler() as transaction:
        transaction.execute(text("update session_predictions set probability = 1"))
    assert forecasts.of_session(person.user_id, session["id"]) == stored


def test_the_scheduler_forecasts_what_other_programs_start(
    empty_database: URL, service: FocusSessionService
) -> None:
    people = [factories.make_person() for _ in range(3)]
    started = [service.start_session(person.user_id, 30) for person in people]
    assert forecasts.issue_missing() == 3
    assert forecasts.issue_missing() == 0
    for person, session in zip(people, started, strict=True):
        assert len(forecasts.of_session(person.user_id, session["id"])) == 2


def test_forecasts_go_when_their_session_can_not_come_back(
    empty_database: URL, service: FocusSessionService
) -> None:
    person = factories.make_person()
    kept, gone = (started_and_ended(service, person) for _ in range(2))
    service.delete_session(person.user_id, gone)
    retention.sweep()
    service.restore_session(person.user_id, gone)
    assert forecasts.of_session(person.user_id, gone)
    service.delete_session(person.user_id, gone)
    admin = create_engine(empty_database)
    with admin.begin() as connection:
        connection.execute(
            text("update deleted_sessions set deleted_at = deleted_at - interval '31 days'")
        )
    admin.dispose()
    assert retention.sweep()["session_predictions"] == 2
    assert forecasts.of_session(person.user_id, gone) == []
    assert forecasts.of_session(person.user_id, kept)


def started_and_ended(service: FocusSessionService, person: Person) -> str:
    session = service.start_session(person.user_id, 30)
    forecasts.issue(person.user_id, session["id"])
    service.end_session(session["id"], person.user_id)
    found: str = session["id"]
    return found


def test_misses_are_gathered_by_the_persons_own_days(person: Person) -> None:
    """Sessions at 23:00 and 01:30 in Berlin, on a day that starts at four."""
    for hours, p50 in ((13, 30), (15.5, 60), (30, 120)):
        session_id = add(person, hours, 60, session_type="flowtime")
        minutes = {f"{name}_minutes": p50 for name in ("p50", "mean", "low80", "high80")}
        row = {"user_id": person.user_id, "session_id": session_id, "target": "session_minutes",
               "model_version": "x", "known_count": 0, "issued_at": START, **minutes,
               "low90_minutes": p50, "high90_minutes": p50}  # fmt: skip
        with open_for(person.user_id) as transaction:
            transaction.execute(insert(session_predictions).values(row))
    add(person, 40, 60)
    with open_for(person.user_id) as transaction:
        past = known_past.read(transaction, person.user_id, transaction.now)
    days = past.misses_by_day(ZoneInfo("Europe/Berlin"), time(4))
    assert days == [[pytest.approx(math.log(2)), pytest.approx(0)], [pytest.approx(-math.log(2))]]
