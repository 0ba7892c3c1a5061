from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from focus_core.domain.actor import Role
from focus_core.domain.errors import NotFound
from focus_core.services import people, web_sessions
from tests.factories import Person, make_person
from tests.sign_ins import cookie_of


def test_the_actor_is_whose_cookie_it_is(person: Person) -> None:
    actor = web_sessions.actor_for_cookie(cookie_of(person))
    assert actor is not None
    assert (actor.user_id, actor.username, actor.role) == (
        person.user_id,
        person.username,
        Role.USER,
    )
    assert actor.timezone.key == "Europe/Berlin"


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "a" * 10_000])
def test_any_other_cookie_is_nobodys(person: Person, token: str) -> None:
    cookie_of(person)
    assert web_sessions.actor_for_cookie(token) is None


def test_the_cookie_itself_is_stored_nowhere(person: Person, admin_engine: Engine) -> None:
    token = cookie_of(person)
    with admin_engine.connect() as connection:
        rows = connection.execute(
            text("select w::text from web_sessions w where user_id = :id"), {"id": person.user_id}
        )
        assert token not in str(rows.all())


def test_a_signed_out_cookie_is_worth_nothing(person: Person) -> None:
    token, other = cookie_of(person), cookie_of(person)
    web_sessions.sign_out(token)
    assert web_sessions.actor_for_cookie(token) is None
    assert web_sessions.actor_for_cookie(other)


def test_a_cookie_runs_out_when_it_is_not_used(person: Person, admin_engine: Engine) -> None:
    token = cookie_of(person)
    pass_time(admin_engine, person, web_sessions.LIFETIME)
    assert web_sessions.actor_for_cookie(token) is None


def test_a_cookie_in_use_lives_on_and_is_renewed_at_most_hourly(
    person: Person, admin_engine: Engine
) -> None:
    token = cookie_of(person)
    first = expiry(admin_engine, person)
    web_sessions.actor_for_cookie(token)
    assert expiry(admin_engine, person) == first
    for _ in range(3):
        pass_time(admin_engine, person, timedelta(days=20))
        assert web_sessions.actor_for_cookie(token)
    assert expiry(admin_engine, person) > first


def test_disabling_an_account_ends_its_sign_ins_at_once_and_for_good(person: Person) -> None:
    token = cookie_of(person)
    admin = web_sessions.actor_for_cookie(cookie_of(make_person(role="admin")))
    assert admin is not None
    people.set_disabled(admin, person.user_id, True)
    assert web_sessions.actor_for_cookie(token) is None
    people.set_disabled(admin, person.user_id, False)
    assert web_sessions.actor_for_cookie(token) is None
    assert web_sessions.actor_for_cookie(cookie_of(person))


def test_one_device_is_signed_out_by_its_owner_only(person: Person) -> None:
    token = cookie_of(person)
    actor = web_sessions.actor_for_cookie(token)
    assert actor is not None
    assert actor.web_session_id is not None
    with pytest.raises(NotFound):
        web_sessions.revoke(make_person().user_id, actor.web_session_id)
    assert web_sessions.actor_for_cookie(token)
    web_sessions.revoke(person.user_id, actor.web_session_id)
    assert web_sessions.actor_for_cookie(token) is None
    with pytest.raises(NotFound):
        web_sessions.revoke(person.user_id, actor.web_session_id)


def test_all_other_devices_are_signed_out(person: Person) -> None:
    kept, *others = (cookie_of(person) for _ in range(3))
    stranger = cookie_of(make_person())
    actor = web_sessions.actor_for_cookie(kept)
    assert actor is not None
    assert web_sessions.revoke_others(person.user_id, actor.web_session_id) == 2
    assert [web_sessions.actor_for_cookie(token) for token in others] == [None, None]
    assert web_sessions.actor_for_cookie(stranger)
    assert [device["id"] for device in web_sessions.list_devices(person.user_id)] == [
        actor.web_session_id
    ]


def test_a_browser_may_call_itself_anything(person: Person) -> None:
    cookie_of(person, user_agent="\0" + "Firefox/140 " * 500)
    (device,) = web_sessions.list_devices(person.user_id)
    assert device["user_agent"].startswith("Firefox/140")
    assert len(device["user_agent"]) == 300


def pass_time(engine: Engine, person: Person, time: timedelta) -> None:
    statement = (
        "update web_sessions set last_seen_at = last_seen_at - :by, expires_at = expires_at - :by"
        " where user_id = :id"
    )
    with engine.begin() as connection:
        connection.execute(text(statement), {"by": time, "id": person.user_id})


def expiry(engine: Engine, person: Person) -> object:
    with engine.connect() as connection:
        return connection.scalar(
            text("select expires_at from web_sessions where user_id = :id"), {"id": person.user_id}
        )
