"""Coaching: what consent opens, what withdrawal closes, and what no coach gets."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from db.session import open_for
from focus_core.domain.actor import Actor
from focus_core.domain.consent import Purpose, Sharing, newest_wording
from focus_core.domain.errors import InvalidInput, NotAllowed, NotFound
from focus_core.services import coaching, cohorts, consents, profiles, sharing
from tests.cohort_people import actor_of, code_of, join_all, make_coach, make_members, work
from tests.factories import Person, make_person


@pytest.fixture
def coach(database: object) -> Actor:
    return make_coach()


def test_only_a_coach_makes_and_sees_cohorts(coach: Actor, person: Person) -> None:
    member = actor_of(person)
    with pytest.raises(NotAllowed):
        cohorts.create(member, "Mine")
    cohort_id = cohorts.create(coach, "  Class   of 2026 ")
    assert [row["name"] for row in cohorts.list_own(coach)] == ["Class of 2026"]
    other = make_coach()
    assert cohorts.list_own(other) == []
    with pytest.raises(NotFound):
        coaching.get_group(other, cohort_id)
    with pytest.raises(NotFound):
        cohorts.close(other, cohort_id)
    with pytest.raises(NotAllowed):
        coaching.get_group(member, cohort_id)


def test_a_code_is_read_as_it_is_typed_and_ends_with_a_new_one(
    coach: Actor, person: Person
) -> None:
    cohort_id = cohorts.create(coach, "Class")
    code = code_of(coach, cohort_id)
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    assert cohorts.look_up(person.user_id, typed).name == "Class"
    cohorts.renew_code(coach, cohort_id)
    with pytest.raises(NotFound):
        cohorts.join(person.user_id, typed, Sharing.AGGREGATES)
    with pytest.raises(InvalidInput, match="of your own"):
        cohorts.join(coach.user_id, code_of(coach, cohort_id), Sharing.NAMED)


def test_one_cohort_of_a_coach_at_a_time(coach: Actor, person: Person) -> None:
    """Two cohorts that differ by one person would be told apart by subtraction."""
    first, second = cohorts.create(coach, "First"), cohorts.create(coach, "Second")
    join_all(coach, first, [person], Sharing.AGGREGATES)
    with pytest.raises(InvalidInput, match="Leave that one first"):
        cohorts.join(person.user_id, code_of(coach, second), Sharing.AGGREGATES)
    cohorts.leave(person.user_id, first)
    cohorts.join(person.user_id, code_of(coach, second), Sharing.AGGREGATES)


def test_four_people_are_no_group_and_five_are(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    *four, fifth = make_members(5)
    join_all(coach, cohort_id, four, Sharing.AGGREGATES)
    assert coaching.get_group(coach, cohort_id).weeks == ()
    join_all(coach, cohort_id, [fifth], Sharing.AGGREGATES)
    group = coaching.get_group(coach, cohort_id)
    assert len(group.weeks) == 12
    assert {week.state for week in group.weeks} == {"shown"}
    newest = group.weeks[-1]
    assert (newest.people, newest.focused_hours, newest.completion_pct) == ("5 to 9", 2.0, 100.0)
    assert newest.active_pct is None  # five of five would tell about each
    assert newest.estimation_error_pct == 0
    assert group.slots[3] == 100
    assert coaching.list_members(coach, cohort_id) == []


def test_aggregates_only_means_no_name(coach: Actor, person: Person) -> None:
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.AGGREGATES)
    assert coaching.list_members(coach, cohort_id) == []
    with pytest.raises(NotFound):
        coaching.get_profile(coach, cohort_id, person.user_id)
    with pytest.raises(NotFound):
        coaching.leave_note(coach, cohort_id, person.user_id, "Hello")


def test_a_named_member_shows_profile_and_trend_and_nothing_of_courses(coach: Actor) -> None:
    [person] = make_members(1, [600] * 8 + [60] * 4)
    profiles.compute_user_profile(person.user_id)
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    [member] = coaching.list_members(coach, cohort_id)
    assert (member.user_id, member.name) == (person.user_id, person.username)
    assert member.dropped
    assert {week.focused_minutes for week in member.weeks} == {600, 60, 0}
    shown = coaching.get_profile(coach, cohort_id, person.user_id)
    assert shown["sessions_analyzed_count"] == 12
    assert not {"performance_by_course", "focus_by_hour", "context"} & shown.keys()
    seen = sharing.preview(person.user_id)
    assert seen.weeks == member.weeks


def test_withdrawal_holds_from_the_next_look(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people = make_members(6)
    join_all(coach, cohort_id, people, Sharing.NAMED)
    leaver = people[0]
    assert {week.state for week in coaching.get_group(coach, cohort_id).weeks} == {"shown"}
    assert len(coaching.list_members(coach, cohort_id)) == 6
    cohorts.choose(leaver.user_id, cohort_id, Sharing.NOTHING, peers=False)
    assert len(coaching.list_members(coach, cohort_id)) == 5
    assert {week.state for week in coaching.get_group(coach, cohort_id).weeks} == {"held"}
    with pytest.raises(NotFound):
        coaching.get_profile(coach, cohort_id, leaver.user_id)
    with pytest.raises(NotFound):
        coaching.leave_note(coach, cohort_id, leaver.user_id, "Hello")
    assert coaching.list_notes(coach, cohort_id, leaver.user_id) == []


@pytest.mark.parametrize("end", ["leave", "close", "demote", "erase"])
def test_every_other_end_holds_as_well(coach: Actor, admin_engine: Engine, end: str) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people = make_members(5)
    join_all(coach, cohort_id, people, Sharing.NAMED)
    coaching.get_group(coach, cohort_id)
    if end == "leave":
        cohorts.leave(people[0].user_id, cohort_id)
    elif end == "close":
        cohorts.close(coach, cohort_id)
    else:
        change = (
            "update users set role = 'user' where id = :coach"
            if end == "demote"
            else "delete from users where id = :person"
        )
        with admin_engine.begin() as connection:
            connection.execute(text(change), {"coach": coach.user_id, "person": people[0].user_id})
    if end in {"close", "demote"}:
        with pytest.raises(NotFound):
            coaching.get_group(coach, cohort_id)
        assert coaching.list_members(coach, cohort_id) == []
        assert cohorts.list_own(coach) == []
    else:
        assert {week.state for week in coaching.get_group(coach, cohort_id).weeks} == {"held"}
        assert people[0].user_id not in {
            member.user_id for member in coaching.list_members(coach, cohort_id)
        }


def test_joining_again_does_not_bring_old_consent_back(coach: Actor, person: Person) -> None:
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    with open_for(person.user_id) as transaction:  # without withdrawing
        transaction.execute(text("select app.leave_cohort(:c)"), {"c": cohort_id})
    join_all(coach, cohort_id, [person], Sharing.NOTHING)
    assert coaching.list_members(coach, cohort_id) == []
    assert cohorts.memberships(person.user_id)[0].sharing is Sharing.NOTHING


def test_the_log_keeps_every_decision_with_its_words(coach: Actor, person: Person) -> None:
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    cohorts.choose(person.user_id, cohort_id, Sharing.AGGREGATES, peers=True)
    cohorts.leave(person.user_id, cohort_id)
    log = consents.history(person.user_id)
    decisions = [(row["purpose"], row["granted"]) for row in reversed(log)]
    assert sorted(decisions[:2]) == [("coach_aggregates", True), ("coach_named", True)]
    assert sorted(decisions[2:4]) == [("coach_named", False), ("peers", True)]
    assert sorted(decisions[4:]) == [("coach_aggregates", False), ("peers", False)]
    assert all(row["wording_version"] == newest_wording(Purpose(row["purpose"])) for row in log)
    assert not any(row["by_coach"] for row in log)
    for change in ("update consents set granted = true", "delete from consents"):
        with (
            pytest.raises(Exception, match="permission denied"),
            open_for(person.user_id) as transaction,
        ):
            transaction.execute(text(change))


def test_people_see_who_looked_at_what(coach: Actor) -> None:
    cohort_id = cohorts.create(coach, "Class")
    people = make_members(5)
    join_all(coach, cohort_id, people, Sharing.NAMED)
    coaching.get_group(coach, cohort_id)
    coaching.get_group(coach, cohort_id)  # within the hour: told once
    coaching.list_members(coach, cohort_id)
    coaching.get_profile(coach, cohort_id, people[0].user_id)
    looks = sharing.list_looks(people[0].user_id)
    assert sorted(look["what"] for look in looks) == ["group", "list", "profile"]
    assert {(look["looker"], look["cohort"]) for look in looks} == {(coach.display_name, "Class")}
    assert sorted(look["what"] for look in sharing.list_looks(people[1].user_id)) == [
        "group",
        "list",
    ]


def test_a_note_arrives_and_its_reading_is_seen(coach: Actor, person: Person) -> None:
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    coaching.leave_note(coach, cohort_id, person.user_id, "Well done")
    [note] = sharing.list_notes(person.user_id)
    assert (note["body"], note["author"]) == ("Well done", coach.display_name)
    sharing.mark_read(person.user_id, note["id"])
    [sent] = coaching.list_notes(coach, cohort_id, person.user_id)
    assert sent["read_at"]
    with pytest.raises(NotFound):
        sharing.mark_read(make_person().user_id, note["id"])
    sharing.delete_note(person.user_id, note["id"])
    assert sharing.list_notes(person.user_id) == []


def test_a_coach_cheating_in_sql_gets_nothing_more(coach: Actor) -> None:
    """The coach's own actor and role, but no service in between."""
    cohort_id = cohorts.create(coach, "Class")
    named, quiet = make_members(1)[0], make_members(1)[0]
    join_all(coach, cohort_id, [named], Sharing.NAMED)
    join_all(coach, cohort_id, [quiet], Sharing.AGGREGATES)
    with open_for(coach.user_id) as transaction:
        for table in (
            "focus_sessions",
            "session_events",
            "tasks",
            "courses",
            "breaks",
            "user_focus_profiles",
            "consents",
            "cohort_members",
            "cohort_weeks",
            "looks",
            "feedback_notes",
        ):
            found = transaction.execute(text(f"select count(*) from {table}")).scalar()
            assert found == 0, table
        people = transaction.execute(text("select id from users")).scalars().all()
        assert people == [coach.user_id]
        asked = {"cohort": cohort_id, "quiet": quiet.user_id, "named": named.user_id}
        for offered in (
            "app.group_weeks(:cohort)",
            "app.named_profile(:cohort, :quiet)",
            "app.notes_for(:cohort, :quiet)",
            "app.peer_bands(:cohort)",
        ):
            statement = text(f"select * from {offered}")
            assert transaction.execute(statement, asked).all() == [], offered
        weeks = transaction.execute(text("select * from app.named_weeks(:cohort)"), asked)
        assert {row.user_id for row in weeks} == {named.user_id}
    for internal in (
        "app.members_of(:cohort)",
        "app.weeks_of(array[cast(:quiet as uuid)], current_date - 84, current_date)",
        "app.standing_weeks(:cohort, 'coach_aggregates')",
        "app.note_look(:cohort, 'group', array[cast(:quiet as uuid)])",
        "app.mend_week(:cohort, 'peers', 0, current_date)",
        "app.freeze_week(:cohort, 'peers', 0, current_date)",
        "cohort_freezes",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            open_for(coach.user_id) as transaction,
        ):
            transaction.execute(text(f"select * from {internal}"), asked)
    for theft in (
        "insert into consents (user_id, purpose, cohort_id, granted, wording_version)"
        " values (:quiet, 'coach_named', :cohort, true, 'x')",
        "insert into cohort_members (user_id, cohort_id) values (:quiet, :cohort)",
        "insert into feedback_notes (user_id, author_id, body) values (:quiet, :quiet, 'x')",
        "set local role focus_helper",
        "update looks set what = 'group'",
    ):
        with (
            pytest.raises(Exception, match=r"row-level security|permission denied"),
            open_for(coach.user_id) as transaction,
        ):
            transaction.execute(text(theft), asked)


def test_a_member_gets_nothing_from_a_coachs_functions(coach: Actor, person: Person) -> None:
    cohort_id = cohorts.create(coach, "Class")
    work(person, [60] * 12)
    join_all(coach, cohort_id, [person, *make_members(5)], Sharing.NAMED)
    with open_for(person.user_id) as transaction:
        for offered in (
            "group_weeks(:c)",
            "named_weeks(:c)",
            "group_hours(:c)",
            "group_change(:c)",
        ):
            found = transaction.execute(text(f"select * from app.{offered}"), {"c": cohort_id})
            assert found.all() == [], offered
