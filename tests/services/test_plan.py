"""Today's plan: one's own, of one's own day, with what went into it and when it will be done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from db.models import users
from db.session import open_for
from focus_core.domain.errors import FocusError, InvalidInput, NameTaken, NotFound, NotSignedIn
from focus_core.services import (
    FocusSessionService,
    forecasts,
    plan,
    profiles,
    task_changes,
    timer,
)
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

pytestmark = pytest.mark.usefixtures("clock")  # no plan of "today" that ends while it is tested
MINUTE = timedelta(minutes=1)


def titles(person: Person) -> list[str]:
    return [task["title"] for task in look(person)["tasks"]]


def look(person: Person, done_by: time | None = None) -> dict[str, Any]:
    return plan.get_plan(person.user_id, done_by)


def add(person: Person, *names: str, estimate: int | None = 30) -> list[str]:
    return [
        plan.add_task(person.user_id, title=name, estimate_minutes=estimate)["id"] for name in names
    ]


def version(person: Person) -> int:
    found: int = timer.get_timer(person.user_id)["version"]
    return found


def test_an_empty_plan_forecasts_nothing(person: Person, clock: Clock) -> None:
    shown = look(person)
    assert shown["tasks"] == shown["left_over"] == []
    assert shown["forecast"] is shown["suggestion"] is None
    assert (shown["day"], shown["server_time"]) == (date(2026, 3, 2), clock.now)
    with pytest.raises(NotSignedIn):
        plan.get_plan(uuid4())


def test_tasks_new_and_old_come_onto_the_list_once(person: Person) -> None:
    before = task_changes.create_task(person.user_id, "Essay")
    made = plan.add_task(
        person.user_id, title="Lab", course="Biology", task_type="writing", estimate_minutes=60
    )
    assert (made["course_name"], made["task_type"], made["estimate_minutes"]) == (
        "Biology",
        "writing",
        60,
    )
    picked = plan.add_task(person.user_id, task_id=before["id"], estimate_minutes=45)
    typed = plan.add_task(person.user_id, title="essay")
    assert picked["id"] == typed["id"] == before["id"]
    assert typed["estimate_minutes"] == 45, "what isn't said again stays"
    assert titles(person) == ["Lab", "Essay"]


def test_every_change_is_news_to_other_pages(person: Person) -> None:
    seen = [version(person)]
    (task,) = add(person, "Essay")
    seen.append(version(person))
    for change in (
        lambda: plan.change_task(person.user_id, task, title="Draft", course="Art"),
        lambda: plan.reorder(person.user_id, [task]),
        lambda: plan.set_done(person.user_id, task),
        lambda: plan.set_done(person.user_id, task, False),
        lambda: plan.remove_task(person.user_id, task),
    ):
        change()
        seen.append(version(person))
    assert seen == sorted(set(seen))


def test_a_task_is_changed_done_and_not_done_again(person: Person) -> None:
    (task,) = add(person, "Essay")
    changed = plan.change_task(
        person.user_id,
        task,
        title="Draft",
        course="Art",
        task_type="writing",
        estimate_minutes=None,
    )
    assert (changed["title"], changed["course_name"], changed["estimate_minutes"]) == (
        "Draft",
        "Art",
        None,
    )
    assert plan.change_task(person.user_id, task, course=None)["course_id"] is None
    plan.set_done(person.user_id, task)
    shown = look(person)
    assert shown["tasks"][0]["done_at"] is not None
    assert shown["forecast"] is None
    add(person, "Draft")  # its title is free again
    with pytest.raises(NameTaken):
        plan.set_done(person.user_id, task, False)
    assert titles(person) == ["Draft", "Draft"]


def test_order_and_removal(person: Person) -> None:
    first, second, third = add(person, "One", "Two", "Three")
    plan.reorder(person.user_id, [third, first])
    assert titles(person) == ["Three", "One", "Two"]
    plan.remove_task(person.user_id, first)
    assert titles(person) == ["Three", "Two"]
    with pytest.raises(NotFound):
        plan.remove_task(person.user_id, first)
    with pytest.raises(NotFound):
        plan.reorder(person.user_id, [first])
    with pytest.raises(InvalidInput):
        plan.reorder(person.user_id, [second, UUID(second)])
    assert titles(person) == ["Three", "Two"]


def test_what_is_not_ones_own_is_not_found(person: Person) -> None:
    other = make_person()
    theirs = plan.add_task(other.user_id, title="Essay", course="Art")
    add(person, "Mine")
    for attempt in (
        lambda: plan.add_task(person.user_id, task_id=theirs["id"]),
        lambda: plan.add_task(person.user_id, title="New", course_id=theirs["course_id"]),
        lambda: plan.change_task(person.user_id, theirs["id"], title="Stolen"),
        lambda: plan.set_done(person.user_id, theirs["id"]),
        lambda: plan.remove_task(person.user_id, theirs["id"]),
        lambda: plan.reorder(person.user_id, [theirs["id"]]),
        lambda: plan.set_done(person.user_id, "task-1"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert titles(person) == ["Mine"]
    assert titles(other) == ["Essay"]
    assert look(other)["tasks"][0]["done_at"] is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"title": "t" * 301}, "title"),
        ({"title": "T", "course": "c" * 121}, "course"),
        ({"title": "T", "task_type": "t" * 61}, "task_type"),
        ({"title": "T", "estimate_minutes": 0}, "estimate_minutes"),
        ({"title": "T", "estimate_minutes": 60_001}, "estimate_minutes"),
    ],
)
def test_what_can_not_be_meant_names_its_field(
    person: Person, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan.add_task(person.user_id, **said)
    assert refused.value.field == field
    assert titles(person) == [], "nothing of it was kept"


def test_a_day_holds_so_many(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST_A_DAY", 2)
    add(person, "One", "Two")
    with pytest.raises(FocusError, match="2 tasks at most"):
        add(person, "Three")
    add(person, "Two")
    assert titles(person) == ["One", "Two"]
    with pytest.raises(InvalidInput) as refused:
        look(person, time(18, tzinfo=UTC))
    assert refused.value.field == "done_by"


def test_two_tabs_add_at_once(person: Person) -> None:
    names = [f"Task {n}" for n in range(8)]
    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(lambda name: add(person, name), names))
    assert sorted(titles(person)) == names


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (utc(2026, 3, 2, 2, 59), utc(2026, 3, 2, 3, 0)),
        (utc(2026, 3, 29, 1, 59), utc(2026, 3, 29, 2, 0)),  # the clocks went forward at 01:00
        (utc(2026, 10, 25, 2, 59), utc(2026, 10, 25, 3, 0)),  # and back
    ],
)
def test_the_day_begins_when_the_persons_does(
    database: object, clock: Clock, before: datetime, after: datetime
) -> None:
    late = make_person("Europe/Berlin", day_start=time(4))
    clock.set(before)
    done, left = add(late, "Done", "Left")
    plan.set_done(late.user_id, done)
    assert titles(late) == ["Done", "Left"]
    yesterday = look(late)["day"]

    clock.set(after)
    shown = look(late)
    assert (shown["day"] - yesterday, shown["tasks"]) == (timedelta(days=1), [])
    assert [(task["title"], task["day"]) for task in shown["left_over"]] == [("Left", yesterday)]
    add(late, "Today")
    assert plan.carry_over(late.user_id) == 1
    assert titles(late) == ["Today", "Left"]
    assert look(late)["left_over"] == []
    assert plan.carry_over(late.user_id) == 0
    plan.remove_task(late.user_id, left)
    assert look(late)["left_over"] == [], "taken off is not offered again"


def test_what_was_left_long_ago_is_offered_no_more(person: Person, clock: Clock) -> None:
    add(person, "Old")
    clock.forward(days=7)
    assert [task["title"] for task in look(person)["left_over"]] == ["Old"]
    clock.forward(days=1)
    assert look(person)["left_over"] == []


def test_what_went_into_a_task(person: Person, clock: Clock, service: FocusSessionService) -> None:
    (task,) = add(person, "Essay", estimate=120)
    mine = {"task_id": UUID(task)}
    add_session(person, utc(2026, 3, 1, 10), 20, **mine)
    add_session(person, utc(2026, 3, 1, 22, 50), 30, **mine)  # 20 of them after midnight in Berlin
    add_session(person, utc(2026, 3, 1, 12), 60, ended_by="auto_close", **mine)
    add_session(person, utc(2026, 3, 2, 7), 25)
    shown = look(person)["tasks"][0]
    assert (shown["spent_minutes"], shown["running_minutes"]) == (50, None)
    assert shown["spent_today_minutes"] == pytest.approx(20)

    service.start_session(person.user_id, task_id=task)
    clock.forward(minutes=10)
    shown = look(person)["tasks"][0]
    assert (shown["spent_minutes"], shown["running_minutes"]) == (60, 10)
    assert shown["spent_today_minutes"] == pytest.approx(30)


def test_a_task_that_goes_meanwhile_is_on_no_list(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay, lab = add(person, "Essay", "Lab")
    forecast = forecasts.planned

    def after_a_deletion(*asked: Any) -> Any:
        if waiting:
            task_changes.delete_task(person.user_id, waiting.pop())
        return forecast(*asked)

    waiting = [essay]
    monkeypatch.setattr(forecasts, "planned", after_a_deletion)
    shown = look(person)
    assert [task["task_id"] for task in shown["tasks"]] == [lab]
    assert shown["forecast"]


def test_the_finish_lies_in_its_range_and_moves_on(person: Person, clock: Clock) -> None:
    add(person, "One", "Two", estimate=60)
    add(person, "Three", estimate=None)
    forecast = look(person)["forecast"]
    assert clock.now is not None
    assert clock.now < forecast["low80_time"] < forecast["finish_time"] < forecast["high80_time"]
    assert forecast["finish_time"] - clock.now > 120 * MINUTE, "three tasks and their breaks"
    assert forecast["done_by"] == utc(2026, 3, 2, 17)
    assert forecast["day_ends"] == utc(2026, 3, 2, 23)
    assert forecast["guessing"]
    clock.forward(minutes=30)
    later = look(person)["forecast"]
    assert later["finish_time"] - forecast["finish_time"] == 30 * MINUTE


def test_the_time_to_be_done_by_is_kept(person: Person, clock: Clock) -> None:
    add(person, "One")
    plan.set_done_by(person.user_id, time(21, 30))
    assert look(person)["done_by"] == time(21, 30)
    assert look(person)["forecast"]["done_by"] == utc(2026, 3, 2, 20, 30)
    assert look(person, time(17))["forecast"]["done_by"] == utc(2026, 3, 2, 16), "asked this once"
    assert look(make_person())["done_by"] == time(18)
    with pytest.raises(InvalidInput):
        plan.set_done_by(person.user_id, time(18, tzinfo=UTC))


def test_what_to_leave_out_depends_on_the_time(person: Person, clock: Clock) -> None:
    ids = add(person, "One", "Two", "Three", estimate=60)
    assert look(person, time(22))["forecast"]["leave_out"] == []
    assert look(person, time(22))["forecast"]["chance"] > 0.8
    some = look(person, time(13))["forecast"]["leave_out"]
    assert some
    assert some == ids[-len(some) :]
    assert look(person, time(10, 5))["forecast"]["leave_out"] == ids
    past = look(person, time(9))["forecast"]
    assert (past["leave_out"], past["chance"]) == (ids, 0)


def test_what_is_done_is_behind(person: Person, clock: Clock) -> None:
    first, _ = add(person, "One", "Two", estimate=60)
    before = look(person)["forecast"]["finish_time"]
    plan.set_done(person.user_id, first)
    assert look(person)["forecast"]["finish_time"] < before - 40 * MINUTE


def test_the_running_task_comes_first(
    person: Person, clock: Clock, service: FocusSessionService
) -> None:
    first, second = add(person, "One", "Two", estimate=60)
    assert look(person, time(13))["forecast"]["leave_out"] == [second]
    service.start_session(person.user_id, task_id=second)
    assert look(person, time(13))["forecast"]["leave_out"] == [first]


def test_something_else_under_way_is_waited_for(
    person: Person, clock: Clock, service: FocusSessionService
) -> None:
    add(person, "One")
    before = look(person)["forecast"]["finish_time"]
    session = service.start_session(person.user_id, task="Other", session_type="custom",
                                    expected_duration=50)  # fmt: skip
    clock.forward(minutes=20)
    assert look(person)["forecast"]["finish_time"] - before == 50 * MINUTE
    service.end_session(session["id"], person.user_id)
    timer.start_break(person.user_id, session["id"], 5)
    assert look(person)["forecast"]["finish_time"] - before == 25 * MINUTE


def test_breaks_are_the_persons_own(person: Person, clock: Clock) -> None:
    add(person, "One", "Two", estimate=120)
    before = look(person)["forecast"]["finish_time"]
    with open_for(person.user_id) as transaction:
        transaction.execute(
            update(users).where(users.c.id == person.user_id).values(short_break_minutes=30)
        )
    assert look(person)["forecast"]["finish_time"] > before + 60 * MINUTE


def test_the_best_hours_are_proposed_for_what_is_least_certain(
    person: Person, clock: Clock
) -> None:
    for day in range(15, 29):
        for hour in (9, 11, 13, 15):  # in Berlin one later
            add_session(
                person, utc(2026, 2, day, hour), focus_score=5 if hour == 13 else 2,
                was_completed=hour == 13,
            )  # fmt: skip
    short, *_, long = add(person, "Mail", "Reading", "Notes", estimate=15) + add(
        person, "Essay", estimate=90
    )
    assert look(person)["suggestion"] is None, "no profile"
    profiles.compute_user_profile(person.user_id)
    found = look(person)["suggestion"]
    assert found is None, "the plan is over before the best hour begins"

    clock.set(utc(2026, 3, 2, 12, 30))
    found = look(person)["suggestion"]
    assert (found["task_id"], found["from_time"]) == (long, utc(2026, 3, 2, 13))
    assert found["success"] > found["overall_success"]
    assert found["sessions"] == 14
    plan.reorder(person.user_id, found["order"])
    assert titles(person).index("Essay") < 3
    assert look(person)["suggestion"] is None, "once it is so, nothing is left to say"

    plan.remove_task(person.user_id, short)
    clock.set(utc(2026, 3, 2, 14))
    assert look(person)["suggestion"] is None, "the best hour has passed"
