"""The migrations make what the models say, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, create_engine, text

from db import engine, setup
from db.models import metadata

SNAPSHOT = """
select 'column', table_name || '.' || column_name,
       concat_ws(' ', data_type, is_nullable, column_default, generation_expression)
  from information_schema.columns where table_schema = 'public'
union all
select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace
union all
select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
union all
select 'policy', tablename || '.' || policyname, concat_ws(' ', roles, cmd, qual, with_check)
  from pg_policies where schemaname = 'public'
union all
select 'security', relname, concat_ws(' ', relrowsecurity, relforcerowsecurity)
  from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
union all
select 'grant', table_name || '.' || column_name || ' ' || grantee, string_agg(
         privilege_type, ' ' order by privilege_type)
  from information_schema.column_privileges where table_schema = 'public' group by 2
union all
select 'function', proname, prosrc from pg_proc where pronamespace = to_regnamespace('app')
union all
select 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
  from pg_trigger where not tgisinternal
order by 1, 2
"""


@pytest.fixture
def fresh(server: URL, state_dir: Any) -> URL:
    """An empty database with the roles, and no table."""
    setup.create_database(server, "focus_migrations")
    admin = server.set(database="focus_migrations")
    setup.provision(admin, engine.role_passwords(state_dir))
    return admin


def snapshot(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(SNAPSHOT))]


def downgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(setup.MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def test_up_down_up(fresh: URL) -> None:
    pool = create_engine(fresh)
    setup.migrate(fresh)
    with pool.begin() as connection:
        before = snapshot(connection)
        downgrade(connection)
        left = connection.scalars(
            text("select tablename from pg_tables where schemaname in ('public', 'app')")
        ).all()
        functions = connection.scalar(
            text("select count(*) from pg_proc where pronamespace = to_regnamespace('app')")
        )
    assert (left, functions) == (["alembic_version"], 0)
    setup.migrate(fresh)
    setup.migrate(fresh)  # nothing to do
    with pool.connect() as connection:
        assert snapshot(connection) == before
    pool.dispose()


def test_models_and_migrations_agree(shared_database: URL) -> None:
    pool = create_engine(shared_database)
    with pool.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        drift = [
            change
            for change in compare_metadata(context, metadata)
            if not (change[0] == "remove_table" and change[1].name == "alembic_version")
        ]
    pool.dispose()
    assert drift == []


def test_the_newest_migration_is_the_last_one_run(shared_database: URL) -> None:
    setup.check_schema(shared_database)
    assert (
        setup.newest_revision()
        == sorted(path.name[:4] for path in (setup.MIGRATIONS / "versions").glob("0*.py"))[-1]
    )
