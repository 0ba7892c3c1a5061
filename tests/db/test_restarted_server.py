"""A server that was restarted leaves a pool full of connections that are dead."""

from __future__ import annotations

from contextlib import ExitStack

from sqlalchemy import Engine, text

from db.session import open_for
from tests.factories import Person


def test_whoever_comes_first_meets_none_of_them(person: Person, admin_engine: Engine) -> None:
    with ExitStack() as at_once:
        for _ in range(5):
            at_once.enter_context(open_for(person.user_id))
    with admin_engine.connect() as connection:
        ended = connection.execute(
            text(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                " where usename = 'focus_app' and datname = current_database()"
            )
        ).all()
    assert len(ended) >= 5
    with open_for(person.user_id) as transaction:
        assert transaction.execute(text("select 1")).scalar() == 1
