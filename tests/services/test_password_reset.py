from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, text

from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import InvalidInput, LinkExpired, NotAllowed, NotFound
from focus_core.services import accounts, password_reset, people, sign_in, web_sessions
from tests.factories import make_person
from tests.sign_ins import cookie_of

PASSWORD, NEW = "seven purple otters juggle", "eleven grumpy comets whistle"


@pytest.fixture
def account(database: URL) -> accounts.NewAccount:
    name = f"person-{uuid4().hex[:12]}"
    return accounts.sign_up(name, "Ann", PASSWORD, "Europe/Berlin", address="", browser="browser")


@pytest.fixture
def admin(database: URL) -> Actor:
    return actor(role="admin")


def test_a_link_sets_a_new_password_and_ends_what_was_open(
    account: accounts.NewAccount, admin: Actor
) -> None:
    ticket = sign_in.sign_in(account.username, PASSWORD, address="", browser="browser")
    token = web_sessions.begin(ticket, "browser", user_agent="x", address="")
    link = password_reset.make_link(admin, account.user_id)
    assert password_reset.owner_of(link) == account.username
    password_reset.reset_password(link, NEW)
    assert web_sessions.actor_for_cookie(token) is None
    assert sign_in.sign_in(account.username, NEW, address="", browser="browser")


def test_a_link_opens_a_locked_account(account: accounts.NewAccount) -> None:
    for _ in range(5):
        with pytest.raises(InvalidInput):
            sign_in.check_own_password(account.user_id, "wrong password")
    link = password_reset.make_link_on_host(account.username)
    password_reset.reset_password(link, NEW)
    assert sign_in.sign_in(account.username, NEW, address="", browser="browser")


def test_a_link_works_once_even_when_used_twice_at_the_same_time(
    account: accounts.NewAccount, admin: Actor
) -> None:
    link = password_reset.make_link(admin, account.user_id)

    def use(password: str) -> bool:
        try:
            password_reset.reset_password(link, password)
        except LinkExpired:
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        worked = list(crowd.map(use, [f"{NEW} {number}" for number in range(4)]))
    assert worked.count(True) == 1


def test_using_one_link_uses_up_the_others(account: accounts.NewAccount, admin: Actor) -> None:
    older, newer = (password_reset.make_link(admin, account.user_id) for _ in range(2))
    password_reset.reset_password(newer, NEW)
    with pytest.raises(LinkExpired):
        password_reset.reset_password(older, PASSWORD)


def test_a_password_that_is_changed_meanwhile_ends_the_link(
    account: accounts.NewAccount, admin: Actor
) -> None:
    link = password_reset.make_link(admin, account.user_id)
    accounts.change_password(account.user_id, PASSWORD, NEW, keep=None)
    with pytest.raises(LinkExpired):
        password_reset.owner_of(link)


def test_a_weak_password_does_not_use_the_link_up(
    account: accounts.NewAccount, admin: Actor
) -> None:
    link = password_reset.make_link(admin, account.user_id)
    with pytest.raises(InvalidInput) as refusal:
        password_reset.reset_password(link, "Password1!")
    assert refusal.value.field == "new_password"
    password_reset.reset_password(link, NEW)


def test_a_link_runs_out_after_a_day(
    account: accounts.NewAccount, admin: Actor, admin_engine: Engine
) -> None:
    link = password_reset.make_link(admin, account.user_id)
    with admin_engine.begin() as connection:
        connection.execute(
            text("update password_reset_links set expires_at = expires_at - :by"),
            {"by": timedelta(hours=24)},
        )
    with pytest.raises(LinkExpired):
        password_reset.owner_of(link)


@pytest.mark.parametrize("link", ["", "x", "\0", "\ud800"])
def test_any_other_link_is_refused(database: URL, link: str) -> None:
    with pytest.raises(LinkExpired):
        password_reset.reset_password(link, NEW)


def test_only_an_administrator_makes_links_and_sees_people(
    account: accounts.NewAccount, admin: Actor
) -> None:
    for role in ("user", "coach", "researcher"):
        nobody = actor(role=role)
        for forbidden in (
            lambda who: password_reset.make_link(who, account.user_id),
            people.list_people,
            lambda who: people.set_disabled(who, account.user_id, True),
            lambda who: people.set_role(who, account.user_id, Role.ADMIN),
        ):
            with pytest.raises(NotAllowed):
                forbidden(nobody)
    assert account.username in {person["username"] for person in people.list_people(admin)}


def test_who_was_administrator_once_is_asked_again(
    account: accounts.NewAccount, admin: Actor, admin_engine: Engine
) -> None:
    with admin_engine.begin() as connection:
        connection.execute(
            text("update users set role = 'user' where id = :id"), {"id": admin.user_id}
        )
    with pytest.raises(NotAllowed):
        people.list_people(admin)


def test_administrators_can_be_added_and_cannot_lock_themselves_out(
    account: accounts.NewAccount, admin: Actor
) -> None:
    people.set_role(admin, account.user_id, Role.ADMIN)
    assert accounts.get_account(account.user_id)["role"] == "admin"
    with pytest.raises(InvalidInput):
        people.set_disabled(admin, admin.user_id, True)


def test_nobody_makes_a_link_for_themselves(admin: Actor) -> None:
    with pytest.raises(NotAllowed, match="under Settings"):
        password_reset.make_link(admin, admin.user_id)


def test_links_are_for_people_who_exist(admin: Actor) -> None:
    with pytest.raises(NotFound):
        password_reset.make_link(admin, uuid4())
    for name in ("nobody-here", "", "\0"):
        with pytest.raises(NotFound):
            password_reset.make_link_on_host(name)


def actor(role: str) -> Actor:
    found = web_sessions.actor_for_cookie(cookie_of(make_person(role=role)))
    assert found is not None
    return found
