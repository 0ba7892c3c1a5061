"""Courses and tasks: picked or typed, one's own, never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from db.session import open_for
from focus_core.domain.errors import InvalidInput, NotFound
from focus_core.services import tasks
from tests.factories import Person, make_person


def resolve(person: Person, **names: object) -> dict[str, UUID | None]:
    with open_for(person.user_id) as transaction:
        return tasks.resolve(transaction, person.user_id, **names)  # type: ignore[arg-type]


def test_nothing_is_nothing(person: Person) -> None:
    assert resolve(person) == {"task_id": None, "course_id": None}
    assert resolve(person, task=" ", course="") == {"task_id": None, "course_id": None}


def test_a_name_in_any_case_is_the_same_task(person: Person) -> None:
    first = resolve(person, task="Read chapter 5", course="Biology")
    assert resolve(person, task=" read  CHAPTER 5", course="BIOLOGY") == first
    assert [task["title"] for task in tasks.list_tasks(person.user_id)] == ["Read chapter 5"]
    assert [course["name"] for course in tasks.list_courses(person.user_id)] == ["Biology"]


def test_the_same_title_in_another_course_is_another_task(person: Person) -> None:
    titles = [
        resolve(person, task="Essay"),
        resolve(person, task="Essay", course="Art"),
        resolve(person, task="Essay", course="History"),
    ]
    assert len({found["task_id"] for found in titles}) == 3


def test_a_task_brings_its_course_unless_another_was_chosen(person: Person) -> None:
    made = resolve(person, task="Essay", course="Art")
    assert resolve(person, task_id=made["task_id"]) == made
    other = resolve(person, task_id=str(made["task_id"]), course="History")
    assert other["task_id"] == made["task_id"]
    assert other["course_id"] not in (None, made["course_id"])


def test_what_is_not_ones_own_is_not_found(person: Person) -> None:
    theirs = resolve(make_person(), task="Essay", course="Art")
    for names in (
        {"task_id": theirs["task_id"]},
        {"course_id": theirs["course_id"]},
        {"task_id": uuid4()},
        {"course_id": uuid4()},
        {"course_id": "bio-101"},
    ):
        with pytest.raises(NotFound):
            resolve(person, **names)
    assert tasks.list_tasks(person.user_id) == tasks.list_courses(person.user_id) == []
    assert theirs["task_id"] is not None
    with pytest.raises(NotFound):
        tasks.mark_done(person.user_id, theirs["task_id"])


@pytest.mark.parametrize(
    "names", [{"task": "t" * 301}, {"course": "c" * 121}, {"task": "\x00"}, {"course": "\ud800"}]
)
def test_names_out_of_bounds(person: Person, names: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve(person, **names)
    assert refused.value.field in names


def test_hostile_names_stay_verbatim(person: Person) -> None:
    hostile = "'; drop table tasks; -- <b> %s =1+1"
    resolve(person, task=hostile, course=hostile[:100])
    assert tasks.list_tasks(person.user_id)[0]["title"] == hostile


def test_a_done_task_is_offered_no_more_and_its_title_is_free(person: Person) -> None:
    first = resolve(person, task="Essay")["task_id"]
    assert first is not None
    tasks.mark_done(person.user_id, first)
    tasks.mark_done(str(person.user_id), str(first))
    assert tasks.list_tasks(person.user_id) == []
    again = resolve(person, task="Essay")["task_id"]
    assert again != first
    everything = tasks.list_tasks(person.user_id, only_open=False)
    assert {task["id"] for task in everything} == {str(first), str(again)}
    for missing in (uuid4(), "task-456"):
        with pytest.raises(NotFound):
            tasks.mark_done(person.user_id, missing)


def test_two_tabs_type_the_same_name_at_once(person: Person) -> None:
    with ThreadPoolExecutor(8) as tabs:
        found = list(tabs.map(lambda _: resolve(person, task="Essay", course="Art"), range(16)))
    assert len({(made["task_id"], made["course_id"]) for made in found}) == 1
