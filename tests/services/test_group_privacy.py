"""Attacks on the figures of a group: one person joins or leaves, a total less the known others,
cells of few, frozen weeks that are asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from focus_core.domain.actor import Actor
from focus_core.domain.consent import Sharing
from focus_core.services import coaching, cohorts, peers, sharing
from focus_core.services.coaching import GroupWeek
from tests.cohort_people import (
    join_all,
    make_coach,
    make_members,
    newest_week,
    next_week,
    work,
)
from tests.factories import Person, add_session, make_person, utc

QUIET = (60,) * 12
LOUD = (1200,) * 12


@pytest.fixture
def coach(database: object) -> Actor:
    return make_coach()


def newest(coach: Actor, cohort_id: UUID) -> GroupWeek:
    return coaching.get_group(coach, cohort_id).weeks[-1]


def contributors(admin_engine: Engine, cohort_id: UUID, purpose: str) -> dict[Any, set[UUID]]:
    with admin_engine.connect() as connection:
        rows = connection.execute(
            text(
                "select week, array_agg(user_id) as people from cohort_weeks"
                " where cohort_id = :cohort and purpose = :purpose and included group by week"
            ),
            {"cohort": cohort_id, "purpose": purpose},
        )
        return {row.week: set(row.people) for row in rows}


def aggregates_of(admin_engine: Engine, cohort_id: UUID) -> dict[Any, set[UUID]]:
    return contributors(admin_engine, cohort_id, "coach_aggregates")


def test_one_who_leaves_takes_four_others_along(coach: Actor, admin_engine: Engine) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people, leaver = make_members(19, QUIET), make_members(1, LOUD)[0]
    join_all(coach, cohort_id, [*people, leaver], Sharing.AGGREGATES)
    before = newest(coach, cohort_id)
    first = aggregates_of(admin_engine, cohort_id)
    cohorts.choose(leaver.user_id, cohort_id, Sharing.NOTHING, peers=False)
    for _ in range(2):  # asking again in the same week changes nothing
        assert newest(coach, cohort_id).state == "held"
        assert newest(coach, cohort_id).focused_hours is None
    next_week(admin_engine, cohort_id)
    after = newest(coach, cohort_id)
    assert after.state == "shown"
    second = aggregates_of(admin_engine, cohort_id)
    for week, old in first.items():
        assert leaver.user_id not in second[week]
        assert len(old ^ second[week]) >= 5
    assert len({frozenset(people) for people in second.values()}) == 1  # the same in every week
    guess = 20 * (before.focused_hours or 0) - 19 * (after.focused_hours or 0)
    assert abs(guess - 20) > 15  # what they really focused: 20 hours


def test_one_who_joins_comes_in_with_new_weeks_only(coach: Actor, admin_engine: Engine) -> None:
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, make_members(6, QUIET), Sharing.AGGREGATES)
    before = coaching.get_group(coach, cohort_id).weeks
    join_all(coach, cohort_id, make_members(1, LOUD), Sharing.AGGREGATES)
    next_week(admin_engine, cohort_id)
    assert coaching.get_group(coach, cohort_id).weeks == before
    join_all(coach, cohort_id, make_members(4, QUIET), Sharing.AGGREGATES)
    next_week(admin_engine, cohort_id)
    after = coaching.get_group(coach, cohort_id).weeks  # five at once may
    assert after[-1].people == "10 to 19"


def test_of_six_one_leaves_and_the_past_is_gone(coach: Actor, admin_engine: Engine) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people = make_members(6, QUIET)
    join_all(coach, cohort_id, people, Sharing.AGGREGATES)
    newest(coach, cohort_id)
    cohorts.leave(people[0].user_id, cohort_id)
    next_week(admin_engine, cohort_id)
    assert {week.state for week in coaching.get_group(coach, cohort_id).weeks} == {"gone"}
    next_week(admin_engine, cohort_id)
    assert {week.state for week in coaching.get_group(coach, cohort_id).weeks} == {"gone"}


def test_the_total_less_the_named_tells_nobody(coach: Actor, admin_engine: Engine) -> None:
    cohort_id = cohorts.create(coach, "Class")
    named, quiet = make_members(6, QUIET), make_members(4, LOUD)
    join_all(coach, cohort_id, named, Sharing.NAMED)
    join_all(coach, cohort_id, quiet, Sharing.AGGREGATES)
    assert newest(coach, cohort_id).focused_hours == 1.0  # the four are left out
    within = aggregates_of(admin_engine, cohort_id)
    assert not any(week & {person.user_id for person in quiet} for week in within.values())


def test_naming_oneself_does_not_uncover_the_rest(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people = make_members(6, QUIET)
    join_all(coach, cohort_id, people, Sharing.AGGREGATES)
    assert newest(coach, cohort_id).state == "shown"
    for person in people[:2]:
        cohorts.choose(person.user_id, cohort_id, Sharing.NAMED, peers=False)
    assert newest(coach, cohort_id).state == "held"  # four are left who are not named
    for person in people[:2]:  # what the coach has seen by name stays known
        cohorts.choose(person.user_id, cohort_id, Sharing.AGGREGATES, peers=False)
    assert newest(coach, cohort_id).state == "held"


def test_few_of_a_kind_never_show(coach: Actor) -> None:
    """19 of 20 were active; 19 work in the morning, one at night."""
    cohort_id = cohorts.create(coach, "Class")
    people = make_members(18, QUIET)
    owl, idle = make_person(timezone="UTC"), make_person(timezone="UTC")
    work(owl, QUIET, hour=22)
    work(idle, [60] * 8 + [0] * 4)
    join_all(coach, cohort_id, [*people, owl, idle], Sharing.AGGREGATES)
    group = coaching.get_group(coach, cohort_id)
    assert group.weeks[-1].active_pct == 75  # as if five were idle
    assert group.slots[7] is None  # the owl's hours
    assert (group.change, group.dropped_pct) == ("few", None)


def test_with_one_slot_left_out_the_next_smallest_goes_too(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    mornings, evenings = make_members(12, QUIET), make_members(0)
    for _ in range(6):
        person = make_person(timezone="UTC")
        work(person, QUIET, hour=16)
        evenings.append(person)
    owl = make_person(timezone="UTC")
    work(owl, QUIET, hour=22)
    join_all(coach, cohort_id, [*mornings, *evenings, owl], Sharing.AGGREGATES)
    slots = coaching.get_group(coach, cohort_id).slots
    assert slots[3] == 65
    shown = [slot for slot in slots if slot is not None]
    assert len(slots) - len(shown) >= 2  # so 100 less the rest is more than one person's


def test_frozen_weeks_do_not_move_with_the_sessions(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people = make_members(6, QUIET)
    join_all(coach, cohort_id, people, Sharing.AGGREGATES)
    before = coaching.get_group(coach, cohort_id)
    for person in people[:5]:
        work(person, LOUD, hour=12)
    assert coaching.get_group(coach, cohort_id) == before


def test_one_person_alone_moves_the_mean_little(coach: Actor, admin_engine: Engine) -> None:
    cohort_id = cohorts.create(coach, "Class")
    giant = make_person(timezone="UTC")
    join_all(coach, cohort_id, [*make_members(4, (0,) * 11 + (6,)), giant], Sharing.AGGREGATES)
    monday = newest_week()
    for day in range(5):
        at = monday + timedelta(days=day)
        add_session(giant, utc(at.year, at.month, at.day, 0, 5), 1380)
    assert newest(coach, cohort_id).focused_hours == 0.5  # they focused 115 hours
    with admin_engine.connect() as connection:
        most = text("select max(focused_minutes) from cohort_weeks where cohort_id = :cohort")
        assert connection.scalar(most, {"cohort": cohort_id}) == 40 * 60


def test_one_odd_one_among_many_alike_does_not_stand_out(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    odd = make_person(timezone="UTC")
    work(odd, LOUD, completed=False)
    join_all(coach, cohort_id, [*make_members(11, QUIET), odd], Sharing.AGGREGATES)
    week = newest(coach, cohort_id)
    assert (week.focused_hours, week.completion_pct) == (1.0, 100.0)


def test_a_week_of_nothing_has_no_estimation_error(coach: Actor, admin_engine: Engine) -> None:
    """Else everybody would count behind a figure that fewer than five stand behind."""
    cohort_id = cohorts.create(coach, "Class")
    [idle] = make_members(1, (60,) * 11 + (0,))
    unsure = make_person(timezone="UTC")
    at = newest_week() + timedelta(days=2)
    for back in range(12):
        day = at - timedelta(weeks=back)
        add_session(unsure, utc(day.year, day.month, day.day, 9), expected_duration=None)
    join_all(coach, cohort_id, [idle, unsure], Sharing.NAMED)
    join_all(coach, cohort_id, [*make_members(3, QUIET), *make_members(2, LOUD)], Sharing.NAMED)
    [before] = coaching.get_group(coach, cohort_id).weeks[-2:-1]
    assert (newest(coach, cohort_id).estimation_error_pct, before.estimation_error_pct) == (0, 0)
    assert sharing.preview(idle.user_id).weeks[-2].estimation_error is None
    named = {member.user_id: member.weeks for member in coaching.list_members(coach, cohort_id)}
    assert named[idle.user_id][-2].estimation_error is None
    assert {week.estimation_error for week in named[unsure.user_id]} == {None}
    assert named[unsure.user_id][-2].completion == 1
    with admin_engine.connect() as connection:
        frozen = text("select count(*) from cohort_weeks where estimation_error = 1")
        assert connection.scalar(frozen) == 0


def test_below_five_with_an_estimate_there_is_no_estimation_error(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people = [*make_members(4, QUIET), *make_members(2, (60,) * 11 + (0,))]
    join_all(coach, cohort_id, people, Sharing.AGGREGATES)
    assert newest(coach, cohort_id).state == "shown"
    assert newest(coach, cohort_id).estimation_error_pct is None
    assert newest(coach, cohort_id).completion_pct is None


def test_four_accounts_of_the_coach_tell_the_fifth_to_a_quarter_at_best(coach: Actor) -> None:
    """Two of them low and two high: the median would be the fifth's own figure."""
    at = newest_week() + timedelta(days=2)
    found = []
    for expected, completed in ((108, 2), (132, 3)):  # -11 % and 2 of 5; 9 % and 3 of 5
        people = [make_person(timezone="UTC") for _ in range(5)]
        estimates = (60, 60, 1440, 1440, expected)
        for person, estimate, done in zip(people, estimates, (0, 0, 5, 5, completed), strict=True):
            for hour in range(5):
                start = utc(at.year, at.month, at.day, 4 * hour)
                minutes = 1 if estimate == 1440 else 120
                add_session(
                    person, start, minutes, expected_duration=estimate, was_completed=hour < done
                )
        cohort_id = cohorts.create(coach, "Class")
        join_all(coach, cohort_id, people, Sharing.AGGREGATES)
        week = newest(coach, cohort_id)
        found.append((week.completion_pct, week.estimation_error_pct))
    assert found == [(50, 0), (50, 0)]


def test_the_middle_half_counts(admin_engine: Engine) -> None:
    cases: dict[tuple[float | None, ...], float | None] = {
        (): None,
        (0.5,): 0.5,
        (0.0, 0.0, 1.0, 1.0): 0.5,
        (0.0, 0.25, 0.75, 9.0, None): 0.5,
        (9.0, 0.0, 0.5, 1.0, -9.0): (0.75 * 0 + 0.5 + 0.75 * 1) / 2.5,
        (*map(float, range(1, 10)), 100.0): 5.5,
    }
    with admin_engine.connect() as connection:
        for numbers, mean in cases.items():
            call = text("select app.middle_mean(cast(:numbers as real[]))")
            assert connection.scalar(call, {"numbers": list(numbers)}) == pytest.approx(mean)


class TestPeers:
    def cohort(self, coach: Actor, number: int) -> tuple[UUID, list[Person]]:
        cohort_id = cohorts.create(coach, "Class")
        people = [make_members(1, (60 * (n + 1),) * 12)[0] for n in range(number)]
        join_all(coach, cohort_id, people, Sharing.NOTHING, peers=True)
        return cohort_id, people

    def test_nothing_below_ten_others(self, coach: Actor) -> None:
        cohort_id, people = self.cohort(coach, 10)
        assert peers.get_position(people[0].user_id, cohort_id) is None
        join_all(coach, cohort_id, make_members(1, QUIET), Sharing.NOTHING, peers=True)
        assert peers.get_position(people[0].user_id, cohort_id)

    def test_a_band_of_the_same_rounded_quarters_for_everybody(self, coach: Actor) -> None:
        cohort_id, people = self.cohort(coach, 12)
        found = [peers.get_position(person.user_id, cohort_id) for person in people]
        assert {(seen.lower_hours, seen.upper_hours) for seen in found if seen} == {(4.0, 9.0)}
        bands = [seen.band for seen in found if seen]
        assert bands == ["lower"] * 3 + ["middle"] * 6 + ["upper"] * 3
        outsider = make_members(1)[0]
        assert peers.get_position(outsider.user_id, cohort_id) is None
        cohorts.choose(people[0].user_id, cohort_id, Sharing.NOTHING, peers=False)
        assert peers.get_position(people[0].user_id, cohort_id) is None

    def test_one_who_stops_comparing_is_not_the_difference(
        self, coach: Actor, admin_engine: Engine
    ) -> None:
        cohort_id, people = self.cohort(coach, 17)
        viewer = people[3]
        assert peers.get_position(viewer.user_id, cohort_id)
        before = contributors(admin_engine, cohort_id, "peers")
        cohorts.choose(people[0].user_id, cohort_id, Sharing.NOTHING, peers=False)
        assert peers.get_position(viewer.user_id, cohort_id) is None
        next_week(admin_engine, cohort_id)
        peers.get_position(viewer.user_id, cohort_id)
        after = contributors(admin_engine, cohort_id, "peers")
        for week, old in before.items():
            assert people[0].user_id not in after[week]
            assert len(old - after[week]) == 5

    def test_the_coach_gets_no_comparison(self, coach: Actor) -> None:
        cohort_id, _ = self.cohort(coach, 12)
        assert peers.get_position(coach.user_id, cohort_id) is None
        assert coaching.get_group(coach, cohort_id).weeks == ()
