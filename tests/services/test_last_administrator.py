"""As long as there are others, somebody administers: no erasure and no demotion ends that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, text

from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import FocusError, LastAdministrator
from focus_core.services import accounts, erasure, people
from tests.cohort_people import actor_of
from tests.factories import Person

PASSWORD = "seven purple otters juggle"


@pytest.fixture
def first(empty_database: URL) -> Person:
    return sign_up()


def sign_up() -> Person:
    made = accounts.sign_up(
        f"p-{uuid4().hex[:12]}", "Ann", PASSWORD, "UTC", address="", browser="b"
    )
    return Person(made.user_id, made.username)


def promote(by: Person, person: Person) -> Actor:
    people.set_role(actor_of(by), person.user_id, Role.ADMIN)
    return actor_of(person)


def test_the_only_administrator_of_others_stays(first: Person) -> None:
    assert not erasure.must_stay(first.user_id)  # of nobody else
    second = sign_up()
    assert erasure.must_stay(first.user_id)
    assert not erasure.must_stay(second.user_id)
    for attempt in (erasure.ask, erasure.erase_now):
        with pytest.raises(LastAdministrator, match="Make somebody else an administrator"):
            attempt(first.user_id, PASSWORD)
    promote(first, second)
    erasure.ask(second.user_id, PASSWORD)
    with pytest.raises(LastAdministrator):  # the other one is going
        erasure.erase_now(first.user_id, PASSWORD)
    erasure.keep(second.user_id)
    erasure.erase_now(first.user_id, PASSWORD)
    assert erasure.must_stay(second.user_id) is False  # alone now


def test_who_became_the_last_while_waiting_is_not_erased(
    first: Person, empty_database: URL
) -> None:
    second = sign_up()
    promote(first, second)
    erasure.ask(first.user_id, PASSWORD)
    people.set_role(actor_of(first), second.user_id, Role.USER)
    pool = create_engine(empty_database)
    with pool.begin() as connection:
        connection.execute(
            text("update account_erasures set due_at = due_at - :ago"), {"ago": timedelta(days=8)}
        )
    pool.dispose()
    assert erasure.complete_due() == 0
    promote(first, second)
    assert erasure.complete_due() == 1


def test_of_two_who_demote_each_other_one_stays(first: Person) -> None:
    second = sign_up()
    actors = {first: actor_of(first), second: promote(first, second)}

    def demote(by: Person, whom: Person) -> bool:
        try:
            people.set_role(actors[by], whom.user_id, Role.USER)
        except FocusError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(demote, first, second), pool.submit(demote, second, first)]
        assert sorted(one.result() for one in done) == [False, True]
