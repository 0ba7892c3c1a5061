"""What a coach gets of a named member is what the member's preview names, and no more."""

from __future__ import annotations

from datetime import time
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert, text

from db.models import cohort_weeks, consents
from db.session import open_for
from focus_core.domain.actor import Actor
from focus_core.domain.consent import SHARED, Purpose, Sharing, wording
from focus_core.domain.errors import NotAllowed, NotFound
from focus_core.services import analytics, coaching, cohorts, profiles, sharing
from focus_core.services import consents as decisions
from focus_core.services.analytics import WEEKDAYS
from tests.cohort_people import actor_of, code_of, join_all, make_coach, make_members
from tests.factories import Person, add_session, make_person, utc

OF_ONE_MEMBER = {"named_weeks", "named_profile", "notes_for"}
OF_THE_GROUP = {"cohort_sizes", "group_weeks", "group_hours", "group_change"}
OF_ONESELF = {
    "freeze_cohort",
    "peer_bands",
    "cohort_by_code",
    "join_cohort",
    "leave_cohort",
    "my_cohorts",
    "my_groups",
    "my_looks",
    "my_notes",
    "my_weeks",
    "my_shared_profile",
    "my_removals",
    "my_log",
    "notes_i_wrote",
    "leave_note",
    "remove_member",
}
"""What tells about the actor alone, or only does something."""


@pytest.fixture
def coach(database: object) -> Actor:
    return make_coach()


@pytest.fixture
def cohort_id(coach: Actor) -> UUID:
    return cohorts.create(coach, "Class")


def test_the_preview_names_every_column_that_a_coach_gets(
    coach: Actor, admin_engine: Engine
) -> None:
    with admin_engine.connect() as connection:
        offered = connection.scalars(
            text(
                "select proname::text from pg_proc where proowner = 'focus_helper'::regrole"
                " and has_function_privilege('focus_app', oid, 'execute')"
            )
        )
        assert set(offered) == OF_ONE_MEMBER | OF_THE_GROUP | OF_ONESELF
    returned: set[str] = set()
    with open_for(coach.user_id) as transaction:
        for call in ("named_weeks(null)", "named_profile(null, null)", "notes_for(null, null)"):
            returned |= set(transaction.execute(text(f"select * from app.{call}")).keys())
    assert returned == SHARED[Purpose.COACH_NAMED].keys()
    keys = {"cohort_id", "purpose", "week", "user_id", "included"}
    frozen = {column.name for column in cohort_weeks.c} - keys
    assert frozen == SHARED[Purpose.COACH_AGGREGATES].keys()
    assert not {"timezone", "last_computed_at"} & returned
    assert "time zone is not told" in wording(Purpose.COACH_NAMED)
    for purpose in (Purpose.COACH_AGGREGATES, Purpose.PEERS):  # what their figures can't hide
        assert "accounts of their own" in wording(purpose)


def test_the_preview_is_what_the_coach_gets_and_the_peaks_are_as_sure_as_on_the_profile(
    coach: Actor, cohort_id: UUID
) -> None:
    person = make_person(day_start=time(4))
    for day in range(1, 29):
        for hour in (0, 7, 8, 13):
            rated = {"focus_score": 1 + day % 5} if hour != 13 else {}
            add_session(
                person, utc(2026, 2, day, hour), was_completed=day % (2 + hour) > 0, **rated
            )
    profiles.compute_user_profile(person.user_id)
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    shown = coaching.get_profile(coach, cohort_id, person.user_id)
    assert shown == sharing.profile(person.user_id)
    overview = analytics.get_overview(actor_of(person))
    assert overview is not None
    assert shown["success"] == pytest.approx(overview.success.mean)
    hours = [overview.hours[hour] for hour in shown["peak_focus_hours"]]
    days = [overview.weekdays[WEEKDAYS.index(day)] for day in shown["peak_focus_days"]]
    assert len(hours) == len(days) == 3
    for part, slots in (("hour", hours), ("day", days)):
        assert shown[f"peak_{part}_sessions"] == [slot.sessions for slot in slots]
        assert shown[f"peak_{part}_success"] == pytest.approx(
            [slot.success.mean for slot in slots if slot.success]
        )


def test_without_a_profile_there_is_a_row_of_nothing(
    coach: Actor, cohort_id: UUID, person: Person
) -> None:
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    assert set(coaching.get_profile(coach, cohort_id, person.user_id).values()) == {None}


def test_older_words_hold_until_newer_ones_are_agreed_to(coach: Actor, cohort_id: UUID) -> None:
    [person] = make_members(1)
    profiles.compute_user_profile(person.user_id)
    join_all(coach, cohort_id, [person], Sharing.AGGREGATES)
    with open_for(person.user_id) as transaction:
        transaction.execute(
            insert(consents).values(
                user_id=person.user_id,
                purpose="coach_named",
                cohort_id=cohort_id,
                granted=True,
                wording_version="2026-11",
            )
        )
    shown = coaching.get_profile(coach, cohort_id, person.user_id)
    assert shown["peak_focus_hours"]
    assert {shown[key] for key in shown if "success" in key or key.endswith("y_sessions")} == {None}
    [member] = cohorts.memberships(person.user_id)
    assert (member.sharing, member.outdated) == (Sharing.NAMED, True)
    cohorts.choose(person.user_id, cohort_id, Sharing.NAMED, peers=False)
    assert not cohorts.memberships(person.user_id)[0].outdated
    assert coaching.get_profile(coach, cohort_id, person.user_id)["success"] == 1
    before = len(decisions.history(person.user_id))
    cohorts.choose(person.user_id, cohort_id, Sharing.NAMED, peers=False)
    assert len(decisions.history(person.user_id)) == before


def test_a_removed_member_is_out_sees_it_and_shares_nothing(
    coach: Actor, cohort_id: UUID, admin_engine: Engine
) -> None:
    people = make_members(6)
    join_all(coach, cohort_id, people, Sharing.NAMED, peers=True)
    coaching.get_group(coach, cohort_id)
    gone = people[0]
    coaching.leave_note(coach, cohort_id, gone.user_id, "Goodbye")
    cohorts.remove_member(coach, cohort_id, gone.user_id)
    assert gone.user_id not in {one.user_id for one in coaching.list_members(coach, cohort_id)}
    assert {week.state for week in coaching.get_group(coach, cohort_id).weeks} == {"held"}
    for call in (coaching.get_profile, cohorts.remove_member):
        with pytest.raises(NotFound):
            call(coach, cohort_id, gone.user_id)
    assert cohorts.memberships(gone.user_id) == []
    [told] = cohorts.removals(gone.user_id)
    assert (told.cohort, told.coach) == ("Class", coach.display_name)
    log = decisions.history(gone.user_id)
    assert {(one["purpose"], one["granted"], one["by_coach"]) for one in log} == {
        (purpose, granted, not granted)
        for purpose in ("coach_aggregates", "coach_named", "peers")
        for granted in (True, False)
    }
    assert [note["body"] for note in sharing.list_notes(gone.user_id)] == ["Goodbye"]
    with admin_engine.connect() as connection:
        left = text("select count(*) from cohort_weeks where user_id = :id")
        assert connection.scalar(left, {"id": gone.user_id}) == 0
    cohorts.join(gone.user_id, code_of(coach, cohort_id), Sharing.NOTHING)
    assert cohorts.removals(gone.user_id) == []
    assert cohorts.memberships(gone.user_id)[0].sharing is Sharing.NOTHING


def test_nobody_removes_whom_they_may_not_tell_apart(coach: Actor, cohort_id: UUID) -> None:
    quiet, named = make_members(2)
    join_all(coach, cohort_id, [quiet], Sharing.AGGREGATES)
    join_all(coach, cohort_id, [named], Sharing.NAMED)
    with pytest.raises(NotFound):
        cohorts.remove_member(coach, cohort_id, quiet.user_id)
    with pytest.raises(NotFound):
        cohorts.remove_member(make_coach(), cohort_id, named.user_id)
    with pytest.raises(NotAllowed):
        cohorts.remove_member(actor_of(quiet), cohort_id, named.user_id)
    assert len(cohorts.memberships(named.user_id)) == 1
