from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, text

from db.session import open_for_admin, open_for_sign_in
from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import InvalidInput, LinkExpired, NotAllowed, NotFound, SignInRefused
from focus_core.services import accounts, administration, installation, invitations, people, sign_in
from tests.cohort_people import actor_of
from tests.factories import Person, make_person

PASSWORD = "seven purple otters juggle"


@pytest.fixture
def admin(database: URL) -> Actor:
    return actor_of(make_person(role="admin"))


def sign_up(invitation: str = "") -> accounts.NewAccount:
    name = f"person-{uuid4().hex[:12]}"
    return accounts.sign_up(
        name, "Ann", PASSWORD, "UTC", address="", browser="b", invitation=invitation
    )


def test_a_role_holds_at_once_and_nobody_changes_their_own(admin: Actor, person: Person) -> None:
    people.set_role(admin, person.user_id, Role.COACH)
    assert actor_of(person).role is Role.COACH
    with pytest.raises(InvalidInput, match="your own role"):
        people.set_role(admin, admin.user_id, Role.USER)


def test_everything_here_is_for_administrators(person: Person) -> None:
    actor = actor_of(person)
    for attempt in (
        lambda: people.set_role(actor, uuid4(), Role.ADMIN),
        lambda: people.lift_lock(actor, person.user_id),
        lambda: people.count_waiting_addresses(actor),
        lambda: people.free_addresses(actor),
        lambda: installation.set_sign_up(actor, anybody=False),
        lambda: invitations.make_invitation(actor),
        lambda: invitations.list_invitations(actor),
        lambda: invitations.revoke_invitation(actor, uuid4()),
        lambda: installation.get_health(actor),
        lambda: administration.list_log(actor),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_lock_is_seen_and_lifted(admin: Actor) -> None:
    made = sign_up()
    for _ in range(sign_in.ATTEMPTS_PER_ACCOUNT):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(made.username, "wrong", address=uuid4().hex, browser="b")
    locked = {row["id"]: row["locked_until"] for row in people.list_people(admin)}
    assert locked[made.user_id]
    people.lift_lock(admin, made.user_id)
    assert sign_in.sign_in(made.username, PASSWORD, address=uuid4().hex, browser="b")


def test_by_invitation_only_an_invitation_makes_one_account(empty_database: URL) -> None:
    admin = actor_of(make_person(role="admin"))
    installation.set_sign_up(admin, anybody=False)
    assert not installation.sign_up_is_open()
    for worthless in ("", "guessed"):
        with pytest.raises(LinkExpired):
            sign_up(worthless)
    link, _ = invitations.make_invitation(admin)
    assert sign_up(link)
    with pytest.raises(LinkExpired):
        sign_up(link)
    installation.set_sign_up(admin, anybody=True)
    assert sign_up()


def test_an_invitation_is_listed_until_it_is_used_or_revoked(empty_database: URL) -> None:
    admin = actor_of(make_person(role="admin"))
    installation.set_sign_up(admin, anybody=False)
    (link, used), (revoked_link, revoked) = (invitations.make_invitation(admin) for _ in range(2))
    assert invitations.list_invitations(admin) == [revoked, used]
    assert used["created_by"] == admin.username
    sign_up(link)
    invitations.revoke_invitation(admin, revoked["id"])
    with pytest.raises(LinkExpired):
        sign_up(revoked_link)
    for gone in (used, revoked):
        with pytest.raises(NotFound):
            invitations.revoke_invitation(admin, gone["id"])
    assert invitations.list_invitations(admin) == []
    assert administration.list_log(admin)[0]["action"] == "revoked an invitation"


def test_addresses_that_wait_are_counted_and_let_go(empty_database: URL) -> None:
    admin = actor_of(make_person(role="admin"))
    for place in ("192.0.2.40", "192.0.2.41"):
        values = {"place": place, "attempts": sign_in.ATTEMPTS_PER_ADDRESS}
        with open_for_sign_in() as transaction:
            transaction.execute(
                text("insert into sign_in_addresses values (:place, :attempts, now())"), values
            )
    assert people.count_waiting_addresses(admin) == 2
    with open_for_sign_in() as transaction:
        transaction.execute(
            text("update sign_in_addresses set window_started_at = now() - :ago"),
            {"ago": sign_in.LOCK},
        )
    assert people.count_waiting_addresses(admin) == 0, "their time is over"
    people.free_addresses(admin)
    assert administration.list_log(admin)[0]["action"] == "freed all addresses"


def test_the_log_says_who_did_what_to_whom_and_only_grows(admin: Actor, person: Person) -> None:
    people.set_role(admin, person.user_id, Role.RESEARCHER)
    people.set_disabled(admin, person.user_id, True)
    newest = administration.list_log(admin)[:2]
    assert [(row["action"], row["detail"]) for row in newest] == [
        ("locked out", ""),
        ("changed role", "to researcher"),
    ]
    assert {(row["actor"], row["subject"]) for row in newest} == {(admin.username, person.username)}
    for change in (
        "update audit_log set action = 'nothing'",
        "delete from audit_log",
        "truncate audit_log",
        "insert into audit_log (actor_id, action) values (gen_random_uuid(), 'x')",
    ):
        with (
            pytest.raises(Exception, match=r"permission denied|row-level security"),
            open_for_admin(admin.user_id) as transaction,
        ):
            transaction.execute(text(change))


def test_an_erased_account_leaves_no_name_in_the_log(
    admin: Actor, person: Person, admin_engine: Engine
) -> None:
    people.set_disabled(admin, person.user_id, True)
    with admin_engine.begin() as connection:
        connection.execute(text("delete from users where id = :id"), {"id": person.user_id})
    newest = administration.list_log(admin)[0]
    assert (newest["action"], newest["subject"]) == ("locked out", None)


def test_health_tells_whether_the_scheduler_lives(admin: Actor, admin_engine: Engine) -> None:
    installation.beat()
    found = installation.get_health(admin)
    assert found.scheduler_runs
    assert found.database_bytes > 0
    with admin_engine.begin() as connection:
        connection.execute(text("update heartbeats set at = at - interval '5 minutes'"))
    assert not installation.get_health(admin).scheduler_runs
