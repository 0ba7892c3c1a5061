"""What a person can take away, and that nothing of them is left after erasing."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from uuid import UUID, uuid4

import pandas as pd
import pytest
from sqlalchemy import URL, Engine, create_engine, text, update

from db.models import account_erasures
from focus_core.domain.consent import Purpose, Sharing
from focus_core.domain.errors import InvalidInput, NotFound
from focus_core.services import accounts, coaching, cohorts, consents, erasure, my_data, people
from focus_core.services.held_data import REGISTRY
from tests.cohort_people import actor_of, join_all, make_coach, make_members
from tests.factories import Person, add_session, make_person, utc

PASSWORD = "seven purple otters juggle"


@pytest.fixture
def owner(database: URL) -> Person:
    made = accounts.sign_up(
        f"p-{uuid4().hex[:12]}", "Ann", PASSWORD, "Europe/Berlin", address="", browser="b"
    )
    return Person(made.user_id, made.username)


def unpack(user_id: UUID) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(my_data.archive(user_id)))


def test_every_table_that_knows_a_person_is_in_the_registry(admin_engine: Engine) -> None:
    with admin_engine.connect() as connection:
        tables = connection.scalars(
            text(
                "select table_name::text from information_schema.columns"
                " where table_schema = 'public' and column_name = 'user_id'"
            )
        ).all()
    assert {held.table.name for held in REGISTRY} == {*tables, "users"}
    assert len(REGISTRY) == len({held.table.name for held in REGISTRY})


def test_the_archive_holds_everything_of_mine_and_nothing_of_others(owner: Person) -> None:
    add_session(owner, utc(2026, 3, 2, 9), context='=HYPERLINK("x")', session_notes="mine alone")
    other = make_person()
    add_session(other, utc(2026, 3, 2, 9), session_notes="theirs alone")
    my_data.take_part_in_research(owner.user_id, granted=True)
    packed = unpack(owner.user_id)
    everything = json.loads(packed.read("everything.json"))
    assert everything["focus_sessions"][0]["context"] == '=HYPERLINK("x")'
    assert "pseudonym" in everything["consents"][0]["wording"]
    sessions = pd.read_csv(packed.open("focus_sessions.csv"))
    assert sessions["context"][0] == '\'=HYPERLINK("x")'
    whole = "".join(packed.read(name).decode() for name in packed.namelist())
    assert "mine alone" in whole
    assert "theirs alone" not in whole
    assert str(other.user_id) not in whole
    assert "argon2" not in whole


def test_every_column_that_points_at_a_person_is_told_or_decided_about(
    admin_engine: Engine,
) -> None:
    """Besides owners: whom a row names in passing finds it in their archive, or here is why not."""
    with admin_engine.connect() as connection:
        pointing = connection.execute(
            text(
                "select c.conrelid::regclass::text || '.' || a.attname from pg_constraint c"
                "  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]"
                " where c.contype = 'f' and c.confrelid = 'users'::regclass"
                "   and a.attname <> 'user_id'"
            )
        ).scalars()
        assert set(pointing) == {
            "audit_log.actor_id",  # app.my_log()
            "audit_log.subject_id",  # app.my_log()
            "feedback_notes.author_id",  # app.notes_i_wrote()
            # What was done with others' data or about the installation: theirs to read, or in the
            # log; after an erasure it stays without the id.
            "consents.actor_id",
            "looks.looker_id",
            "account_invitations.created_by",
            "password_reset_links.created_by",
            "research_releases.created_by",
        }


def test_the_archive_holds_what_the_log_says_and_the_notes_one_wrote(database: URL) -> None:
    coach, [member, other] = make_coach(), make_members(2)
    admin = actor_of(make_person(role="admin"))
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [member, other], Sharing.NAMED)
    for whom, body in ((member, "=one"), (other, "two"), (member, "three")):
        coaching.leave_note(coach, cohort_id, whom.user_id, body)
    people.set_disabled(admin, coach.user_id, True)
    people.set_disabled(admin, coach.user_id, False)
    held = my_data.everything(coach.user_id)
    assert [note["body"] for note in held["notes_written"]] == ["=one", "two", "three"]
    first, second, third = (note["written_to"] for note in held["notes_written"])
    assert first == third != second
    assert [(one["action"], one["about_you"], one["by_you"]) for one in held["log"]] == [
        ("locked out", True, False),
        ("let in again", True, False),
    ]
    did = my_data.everything(admin.user_id)["log"]
    assert [(one["about_you"], one["by_you"]) for one in did] == [(False, True)] * 2
    packed = unpack(coach.user_id)
    assert "notes_written: notes you wrote as a coach" in packed.read("README.txt").decode()
    assert "'=one" in packed.read("notes_written.csv").decode()
    whole = "".join(packed.read(name).decode() for name in packed.namelist())
    for somebody in (member, other, admin):
        assert str(somebody.user_id) not in whole
        assert somebody.username not in whole
    assert my_data.everything(member.user_id)["notes_written"] == []


def test_the_archive_says_by_name_who_looked_in_which_group(database: URL) -> None:
    coach, [member, other] = make_coach(), make_members(2)
    cohort_id = cohorts.create(coach, "=Class")
    join_all(coach, cohort_id, [member, other], Sharing.NAMED)
    coaching.get_profile(coach, cohort_id, member.user_id)
    coaching.leave_note(coach, cohort_id, member.user_id, "Hello")
    cohorts.leave(member.user_id, cohort_id)
    cohorts.close(coach, cohort_id)
    my_data.take_part_in_research(member.user_id, granted=True)
    held = my_data.everything(member.user_id)
    for kind in ("looks", "cohort_members", "feedback_notes"):
        assert [(row["cohort"], row["coach"]) for row in held[kind]] == [
            ("=Class", coach.display_name)
        ]
    *shared, research = held["consents"]
    assert {(row["cohort"], row["coach"]) for row in shared} == {("=Class", coach.display_name)}
    assert (research["cohort"], research["coach"]) == (None, None)
    packed = unpack(member.user_id)
    assert f"'=Class,{coach.display_name}" in packed.read("looks.csv").decode()
    whole = "".join(packed.read(name).decode() for name in packed.namelist())
    assert other.username not in whole


def test_no_hash_leaves(owner: Person) -> None:
    for held in REGISTRY:
        named = {c.name for c in held.table.c if "hash" in c.name or c.name == "fingerprint"}
        assert named <= held.secret, held.table.name


def test_taking_part_in_research_is_a_log(owner: Person) -> None:
    assert not my_data.takes_part_in_research(owner.user_id)
    my_data.take_part_in_research(owner.user_id, granted=True)
    assert my_data.takes_part_in_research(owner.user_id)
    my_data.take_part_in_research(owner.user_id, granted=False)
    assert not my_data.takes_part_in_research(owner.user_id)
    assert [one["granted"] for one in consents.history(owner.user_id)] == [False, True]
    assert {one["purpose"] for one in consents.history(owner.user_id)} == {Purpose.RESEARCH}


def test_erasing_waits_a_week_and_can_be_taken_back(owner: Person, admin_engine: Engine) -> None:
    with pytest.raises(InvalidInput):
        erasure.ask(owner.user_id, "wrong password")
    assert erasure.due_at(owner.user_id) is None
    due = erasure.ask(owner.user_id, PASSWORD)
    assert erasure.ask(owner.user_id, PASSWORD) == due
    erasure.complete_due()
    assert accounts.get_account(owner.user_id)
    erasure.keep(owner.user_id)
    assert erasure.due_at(owner.user_id) is None
    erasure.ask(owner.user_id, PASSWORD)
    let_time_pass(admin_engine, owner.user_id)
    assert erasure.complete_due() == 1
    with pytest.raises(NotFound):
        accounts.get_account(owner.user_id)


def let_time_pass(engine: Engine, user_id: UUID) -> None:
    with engine.begin() as connection:
        connection.execute(
            update(account_erasures)
            .where(account_erasures.c.user_id == user_id)
            .values(due_at=account_erasures.c.due_at - erasure.cool_off() - timedelta(seconds=1))
        )


def test_the_scheduler_erases_nobody_before_their_time(owner: Person) -> None:
    from sqlalchemy.exc import ProgrammingError

    from db.session import open_for_scheduler

    with pytest.raises(ProgrammingError), open_for_scheduler() as transaction:
        transaction.execute(text("delete from users where id = :id"), {"id": owner.user_id})


def test_who_was_erased_is_known_by_a_hash_alone(owner: Person, database: URL) -> None:
    erasure.erase_now(owner.user_id, PASSWORD)
    pool = create_engine(database)
    with pool.connect() as connection:
        found = connection.scalar(
            text(
                "select count(*) from erased_people where id_hash ="
                " sha256(convert_to(cast(:id as text), 'UTF8'))"
            ),
            {"id": str(owner.user_id)},
        )
    pool.dispose()
    assert found == 1
