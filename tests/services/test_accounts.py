from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from focus_core.domain.errors import InvalidInput, NotFound, SignInRefused
from focus_core.services import accounts, erasure, sign_in, web_sessions
from tests.factories import Person, add_session, make_person, utc

PASSWORD, NEW = "seven purple otters juggle", "eleven grumpy comets whistle"


def test_the_first_account_administers_and_no_other_does(empty_database: URL) -> None:
    assert not accounts.is_any()
    make_person(demo=True)
    assert accounts.is_any()
    assert accounts.is_empty()
    with ThreadPoolExecutor(8) as crowd:
        made = list(crowd.map(lambda _: sign_up(), range(8)))
    roles = [accounts.get_account(one.user_id)["role"] for one in made]
    assert sorted(roles) == ["admin", *["user"] * 7]
    assert [one.is_first for one in made] == [role == "admin" for role in roles]
    assert not accounts.is_empty()


def test_sign_up_keeps_what_was_typed_and_signs_the_browser_in(database: URL) -> None:
    made = accounts.sign_up(
        " Ann.B ", "Ann Ó B", PASSWORD, "Asia/Tokyo", address="", browser="browser"
    )
    account = accounts.get_account(made.user_id)
    assert (account["username"], account["display_name"]) == ("ann.b", "Ann Ó B")
    assert account["timezone"] == "Asia/Tokyo"
    token = web_sessions.begin(made.ticket, "browser", user_agent="x", address="")
    assert web_sessions.actor_for_cookie(token)


def test_a_taken_name_is_refused_whatever_its_case(database: URL) -> None:
    made = sign_up()
    with pytest.raises(InvalidInput, match="taken") as refusal:
        sign_up(made.username.upper())
    assert refusal.value.field == "username"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("username", ("a", "Ann", PASSWORD, "UTC")),
        ("display_name", ("ann-c", "\0", PASSWORD, "UTC")),
        ("password", ("ann-c", "Ann", "Password1!", "UTC")),
        ("timezone", ("ann-c", "Ann", PASSWORD, "Mars/Olympus")),
    ],
)
def test_what_sign_up_refuses_names_its_field(
    database: URL, field: str, values: tuple[str, str, str, str]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.sign_up(*values, address="", browser="browser")
    assert refusal.value.field == field


def test_settings_are_saved_together_or_not_at_all(person: Person) -> None:
    accounts.update_settings(person.user_id, work_minutes=50, sound=False)
    with pytest.raises(InvalidInput):
        accounts.update_settings(person.user_id, work_minutes=45, long_break_every=99)
    account = accounts.get_account(person.user_id)
    assert (account["work_minutes"], account["sound"]) == (50, False)


def test_another_day_rule_asks_for_a_new_profile(person: Person, admin_engine: Engine) -> None:
    before = accounts.get_account(person.user_id)["data_version"]
    accounts.update_settings(person.user_id, sound=False)
    assert accounts.get_account(person.user_id)["data_version"] == before
    assert not waiting(admin_engine, person)
    accounts.update_settings(person.user_id, timezone="Asia/Tokyo")
    assert accounts.get_account(person.user_id)["data_version"] > before
    assert waiting(admin_engine, person)


def test_an_account_that_is_gone_is_not_found(database: URL) -> None:
    with pytest.raises(NotFound):
        accounts.get_account(uuid4())


def test_a_new_password_ends_every_other_sign_in(database: URL) -> None:
    made = sign_up()
    here, there = (begin(made) for _ in range(2))
    pending = sign_in.sign_in(made.username, PASSWORD, address="", browser="browser")
    actor = web_sessions.actor_for_cookie(here)
    assert actor is not None
    accounts.change_password(made.user_id, PASSWORD, NEW, keep=actor.web_session_id)
    assert web_sessions.actor_for_cookie(here)
    assert web_sessions.actor_for_cookie(there) is None
    with pytest.raises(SignInRefused):
        web_sessions.begin(pending, "browser", user_agent="x", address="")
    with pytest.raises(SignInRefused):
        sign_in.sign_in(made.username, PASSWORD, address="", browser="browser")
    assert sign_in.sign_in(made.username, NEW, address="", browser="browser")
    assert accounts.get_account(made.user_id)["token_version"] == 2


def test_a_new_password_needs_the_old_one_and_guessing_it_locks(database: URL) -> None:
    made = sign_up()
    for _ in range(5):
        with pytest.raises(InvalidInput) as refusal:
            accounts.change_password(made.user_id, "wrong password", NEW, keep=None)
    assert refusal.value.field == "current_password"
    with pytest.raises(InvalidInput):
        accounts.change_password(made.user_id, PASSWORD, NEW, keep=None)


def test_a_weak_new_password_changes_nothing(database: URL) -> None:
    made = sign_up()
    with pytest.raises(InvalidInput) as refusal:
        accounts.change_password(
            made.user_id, PASSWORD, f"{made.username}{made.username}", keep=None
        )
    assert refusal.value.field == "new_password"
    assert sign_in.sign_in(made.username, PASSWORD, address="", browser="browser")


def test_deleting_an_account_leaves_nothing_of_it(database: URL) -> None:
    made = sign_up()
    person = Person(made.user_id, made.username)
    token = begin(made)
    add_session(person, utc(2026, 3, 2, 9))
    accounts.update_settings(made.user_id, timezone="Asia/Tokyo")
    with pytest.raises(InvalidInput):
        erasure.erase_now(made.user_id, "wrong password")
    erasure.erase_now(made.user_id, PASSWORD)
    assert web_sessions.actor_for_cookie(token) is None
    pool = create_engine(database)
    with pool.connect() as connection:
        tables = connection.execute(
            text(
                "select table_name from information_schema.columns"
                " where table_schema = 'public' and column_name = 'user_id'"
            )
        ).scalars()
        left = {
            table: connection.scalar(
                text(f"select count(*) from {table} where user_id = :id"), {"id": made.user_id}
            )
            for table in tables
        }
    pool.dispose()
    assert len(left) > 5
    assert set(left.values()) == {0}


def sign_up(username: str | None = None) -> accounts.NewAccount:
    name = username or f"person-{uuid4().hex[:12]}"
    return accounts.sign_up(name, "Ann", PASSWORD, "Europe/Berlin", address="", browser="browser")


def begin(made: accounts.NewAccount) -> str:
    ticket = sign_in.sign_in(made.username, PASSWORD, address="", browser="browser")
    return web_sessions.begin(ticket, "browser", user_agent="x", address="")


def waiting(engine: Engine, person: Person) -> bool:
    with engine.connect() as connection:
        found = connection.scalar(
            text("select 1 from profile_refresh_requests where user_id = :id"),
            {"id": person.user_id},
        )
    return bool(found)
