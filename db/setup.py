"""Makes a database ready: roles, the database itself, tables. Idempotent, and quick when it is.

Runs with an administrator's connection; nothing else does.
"""

from __future__ import annotations

from pathlib import Path

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from db import embedded
from db.engine import DATABASE, DatabaseUrls, restricted_urls, role_passwords, with_psycopg
from db.trouble import DatabaseTrouble
from focus_core.config import Settings

SETUP_LOCK = 0x464F4356
_PATIENCE = 10
"""Seconds for an own Postgres to answer."""
MIGRATIONS = Path(__file__).parent / "migrations"

_ROLES = """
do $$
declare wanted record;
begin
  for wanted in select * from (values
    ('focus_owner', 'nologin'),          -- owns the tables, migrates
    ('focus_app', 'login noinherit'),    -- dashboard and API
    ('focus_sign_in', 'nologin'),        -- focus_app becomes it to check a password or a cookie
    ('focus_admin', 'nologin'),          -- focus_app becomes it to administer accounts
    ('focus_scheduler', 'login'),        -- refreshes profiles, ends what is due
    ('focus_helper', 'nologin'),         -- owns the functions that let people share
    ('focus_privacy', 'nologin'),        -- owns what research sees of people, and erases them
    ('focus_research', 'nologin')        -- focus_app becomes it to make a research release
  ) as r (name, options) loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      execute format('create role %I %s', wanted.name, wanted.options);
    end if;
  end loop;
end
$$;
grant focus_sign_in, focus_admin, focus_research to focus_app;
grant focus_owner to current_user;
grant focus_helper, focus_privacy to focus_owner;
"""

_SCHEMA = """
create extension if not exists btree_gist;
do $$
begin
  execute format('grant create on database %I to focus_owner', current_database());
end
$$;
grant usage, create on schema public to focus_owner;
revoke create on schema public from public;
grant usage on schema public to focus_app, focus_sign_in, focus_admin, focus_scheduler,
  focus_helper, focus_privacy, focus_research;
"""


class SchemaNotReady(DatabaseTrouble):
    """The tables are older than this code."""


class RolesNotMade(DatabaseTrouble):
    """The role in DATABASE_URL may not set a database up."""


class DatabaseAway(DatabaseTrouble):
    """Nobody answers at the database's address, or not to us."""


def prepare(settings: Settings) -> DatabaseUrls:
    """Bring the database of `settings` up to date; returns where the restricted roles connect.

    With DATABASE_URL unset this is the embedded server. With DATABASE_URL naming a role that may
    create roles, the restricted ones are made; with a restricted role, the tables must be ready.
    Raises DatabaseAway where an own Postgres can't be reached, RolesNotMade.
    """
    if settings.database_url is None:
        admin = with_psycopg(embedded.ensure_running(settings.state_dir))
        create_database(admin, DATABASE)
        admin = admin.set(database=DATABASE)
    else:
        admin = reach("database in DATABASE_URL", with_psycopg(settings.database_url))
        if settings.scheduler_database_url is not None:
            scheduler = with_psycopg(settings.scheduler_database_url)
            reach("database in SCHEDULER_DATABASE_URL", scheduler)
            return DatabaseUrls(admin, scheduler)
    passwords = role_passwords(settings.state_dir)
    provision(admin, passwords)
    migrate(admin)
    return restricted_urls(admin, passwords)


def reach(name: str, url: URL) -> URL:
    """The address itself, once it has answered.

    Raises DatabaseAway, saying which database it is, by `name`, and why it didn't.
    """
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": _PATIENCE})
    try:
        engine.connect().close()
    except OperationalError as error:
        said = str(error.orig).strip().splitlines()
        raise DatabaseAway(f"The {name} can't be reached: {said[0]}.") from error
    return url


def create_database(server: URL, name: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": SETUP_LOCK})
        found = connection.scalar(
            text("select 1 from pg_database where datname = :name"), {"name": name}
        )
        if not found:
            connection.execute(text(f'create database "{name}"'))
    engine.dispose()


def provision(admin: URL, passwords: dict[str, str]) -> None:
    """Make the roles and give them their passwords.

    Raises RolesNotMade, saying what is missing, where `admin` may not.
    """
    try:
        _provision(admin, passwords)
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise RolesNotMade(
            "The role in DATABASE_URL may not make the roles that Focus runs as"
            f" ({str(error.orig).splitlines()[0]}). It need not be a superuser: it must own the"
            " database and may make roles (`alter role NAME createrole`), and roles called focus_…"
            " must be its own. Or name the restricted roles in DATABASE_URL and"
            " SCHEDULER_DATABASE_URL."
        ) from error


def _provision(admin: URL, passwords: dict[str, str]) -> None:
    engine = create_engine(admin, poolclass=NullPool)  # closed also where roles are refused
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": SETUP_LOCK})
        connection.execute(text(_ROLES))
        for role, password in passwords.items():
            quoted = connection.scalar(
                text("select quote_literal(:password)"), {"password": password}
            )
            connection.exec_driver_sql(f"alter role {role} password {quoted}")
        connection.execute(text(_SCHEMA))


def migrate(admin: URL, revision: str = "head") -> None:
    """Bring the tables to `revision`."""
    engine = create_engine(admin)
    with engine.begin() as connection:
        if not (revision == "head" and _version(connection) == newest_revision()):
            _run_alembic(connection, revision)
    engine.dispose()


def newest_revision() -> str:
    """The newest migration in this code; their numbers are their order."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def check_schema(app: URL) -> None:
    """Raises SchemaNotReady, saying what to do, unless the tables fit this code."""
    engine = create_engine(app)
    with engine.connect() as connection:
        version = _version(connection)
    engine.dispose()
    if version != newest_revision():
        raise SchemaNotReady(
            f"The database is at revision {version or 'none'} and this code needs"
            f" {newest_revision()}. Run `python -m focus_core migrate` with DATABASE_URL naming"
            " an administrator of the database."
        )


def is_ready(app: URL) -> bool:
    """Whether the restricted role finds tables that fit this code."""
    try:
        check_schema(app)
    except (OperationalError, SchemaNotReady):  # without the role or the database: no connection
        return False
    return True


def _version(connection: Connection) -> str | None:
    if connection.scalar(text("select to_regclass('public.alembic_version')")) is None:
        return None
    version: str | None = connection.scalar(text("select version_num from alembic_version"))
    return version


def _run_alembic(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    connection.execute(
        text("grant select on alembic_version to focus_app, focus_admin, focus_scheduler")
    )


def admin_url(settings: Settings) -> URL:
    """The administrator's address of the database, for back-ups and tests."""
    if settings.database_url is not None:
        return with_psycopg(settings.database_url)
    return make_url(embedded.ensure_running(settings.state_dir)).set(database=DATABASE)
