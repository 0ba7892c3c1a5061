from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from focus_core.domain.actor import Actor
from focus_core.domain.consent import Sharing
from focus_core.domain.errors import NotAllowed, NotFound
from focus_core.services import cohorts, sharing, weekly_summaries
from tests.cohort_people import actor_of, join_all, make_coach, make_members, newest_week, work
from tests.factories import Person, make_person, utc


@pytest.fixture
def coach(database: object) -> Actor:
    return make_coach()


@pytest.fixture
def cohort_id(coach: Actor) -> UUID:
    return cohorts.create(coach, "Class")


def test_it_tells_the_newest_week_against_those_before(coach: Actor, cohort_id: UUID) -> None:
    quiet = make_members(5, [60] * 8 + [120] * 3 + [240])
    [steady] = make_members(1, [300] * 12)
    idle = make_person(timezone="UTC", display_name="Idle\nBee")
    work(idle, [600] * 8 + [60] * 3 + [0], completed=False)
    join_all(coach, cohort_id, quiet, Sharing.AGGREGATES)
    join_all(coach, cohort_id, [steady, idle], Sharing.NAMED)
    found = weekly_summaries.write(coach, cohort_id)
    assert found.week == newest_week()
    title, group, named = found.text.split("\n\n")
    assert title.startswith(f"Class: the week of {found.week.day} ")
    # Seven people: 5 × 4 h, 5 h and none, where one counts for twice the median at most.
    assert group.splitlines() == [
        "The group (5 to 9 people; every figure is over 5 or more, and rounded)",
        "- Focus: 3.5 hours a person (1.9 hours on average over the 4 weeks before).",
        "- Active: left out, too few people.",
        "- Sessions completed: 100 % (100 % on average over the 4 weeks before).",
        "- Who dropped against their own past is told of ten or more who are not named.",
    ]
    [*lines, dropped] = named.splitlines()
    assert lines == [
        "By name (2 people)",
        "- Focus: 2.5 hours a person (4.1 hours on average over the 4 weeks before).",
        "- Active: 1 of 2. No focus in that week: Idle Bee.",
        "- Sessions completed: 100 % (50 % on average over the 4 weeks before).",
    ]
    assert dropped.startswith(
        "- Dropped over the last four weeks to less than two thirds of their own past: Idle Bee (0."
    )
    assert not any(person.username in found.text for person in quiet)
    assert {look["what"] for look in sharing.list_looks(steady.user_id)} == {"group", "list"}


def test_who_withdrew_is_in_no_line_of_the_next_one(coach: Actor, cohort_id: UUID) -> None:
    people = make_members(6)
    join_all(coach, cohort_id, people, Sharing.NAMED)
    assert "By name (6 people)" in weekly_summaries.write(coach, cohort_id).text
    cohorts.leave(people[0].user_id, cohort_id)
    written = weekly_summaries.write(coach, cohort_id).text
    back = newest_week() + timedelta(days=15)  # a week from now on a Tuesday
    assert f"Held back until Tuesday, {back:%-d %B} (UTC): " in written
    assert "hours a person (" in written.split("By name (5 people)")[1]
    assert "hours" not in written.split("By name")[0]


def test_few_people_and_a_great_many(coach: Actor, cohort_id: UUID) -> None:
    join_all(coach, cohort_id, make_members(1), Sharing.AGGREGATES)
    written = weekly_summaries.write(coach, cohort_id).text
    assert written.endswith("No figures yet: they need 5 people and a full week.\n")
    names = [f"Person {n}" for n in range(500)]
    assert weekly_summaries._listed(names).endswith("Person 19, and 480 more")


def test_it_is_for_the_cohorts_own_coach(coach: Actor, cohort_id: UUID, person: Person) -> None:
    with pytest.raises(NotFound):
        weekly_summaries.write(make_coach(), cohort_id)
    with pytest.raises(NotAllowed):
        weekly_summaries.write(actor_of(person), cohort_id)


def test_a_week_is_told_from_tuesday_on() -> None:
    assert weekly_summaries.last_week(utc(2026, 3, 9, 23)).isoformat() == "2026-02-23"
    assert weekly_summaries.last_week(utc(2026, 3, 10, 0)).isoformat() == "2026-03-02"


def test_on_a_tuesday_the_next_figures_come_a_week_later() -> None:
    assert weekly_summaries.next_figures(utc(2026, 3, 9, 23)) == "Tuesday, 10 March (UTC)"
    assert weekly_summaries.next_figures(utc(2026, 3, 10, 0)) == "Tuesday, 17 March (UTC)"
