"""The app runs as nobody who could see past row-level security."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import URL, Engine, text

from db import engine, session


def refuse(url: URL) -> None:
    pool = engine.make_engine(url, None, pool_size=1)
    try:
        with pytest.raises(engine.UnsafeDatabaseRole):
            pool.connect()
    finally:
        pool.dispose()


def test_a_superuser_is_refused(database: URL) -> None:
    refuse(engine.with_psycopg(database))


@pytest.mark.parametrize(
    "grant", ["alter role {} bypassrls", "grant focus_owner to {}"], ids=["bypass", "owner"]
)
def test_who_could_see_past_the_policies_is_refused(
    database: URL, admin_engine: Engine, grant: str
) -> None:
    role = f"test_{uuid4().hex[:12]}"
    with admin_engine.begin() as connection:
        connection.execute(text(f"create role {role} login password 'long enough'"))
        connection.execute(text(grant.format(role)))
    try:
        url = engine.with_psycopg(database).set(username=role, password="long enough")
        refuse(url)
    finally:
        with admin_engine.begin() as connection:
            connection.execute(text(f"drop role {role}"))


def test_the_apps_own_roles_are_not(database: URL) -> None:
    for pool in (session.app_engine(), session.scheduler_engine()):
        with pool.connect() as connection:
            assert isinstance(connection.connection.driver_connection, psycopg.Connection)
