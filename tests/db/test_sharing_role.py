"""The owner of the sharing functions: what it may not do, whatever a function of it were told."""

from __future__ import annotations

import pytest
from sqlalchemy import URL, Engine, text

from db import engine, setup


def test_it_has_no_login_no_bypass_and_nobody_becomes_it(admin_engine: Engine) -> None:
    with admin_engine.connect() as connection:
        role = connection.execute(
            text("select * from pg_roles where rolname = 'focus_helper'")
        ).one()
        assert not role.rolcanlogin
        assert not role.rolsuper
        assert not role.rolbypassrls
        assert not role.rolcreaterole
        for other in ("focus_app", "focus_sign_in", "focus_admin", "focus_scheduler"):
            member = text("select pg_has_role(:role, 'focus_helper', 'member')")
            assert not connection.scalar(member, {"role": other}), other


def test_it_meets_no_text_of_anybody(admin_engine: Engine) -> None:
    may = text("select has_column_privilege('focus_helper', :table, :column, 'select')")
    with admin_engine.connect() as connection:
        for table, column in (
            ("focus_sessions", "context"),
            ("focus_sessions", "session_notes"),
            ("focus_sessions", "task_id"),
            ("focus_sessions", "course_id"),
            ("user_focus_profiles", "performance_by_course"),
            ("users", "username"),
            ("tasks", "title"),
            ("courses", "name"),
            ("session_events", "reason"),
            ("user_credentials", "password_hash"),
        ):
            assert not connection.scalar(may, {"table": table, "column": column}), (table, column)


def test_every_function_that_runs_as_it_fixes_its_search_path(admin_engine: Engine) -> None:
    with admin_engine.connect() as connection:
        functions = connection.execute(
            text(
                "select p.proname, p.proconfig, p.prosecdef,"
                "       has_function_privilege('public', p.oid, 'execute') as everybody"
                "  from pg_proc p where p.proowner = 'focus_helper'::regrole"
            )
        ).all()
    assert len(functions) > 20
    for function in functions:
        assert function.prosecdef, function.proname
        assert function.proconfig == ["search_path=public, pg_temp"], function.proname
        assert not function.everybody, function.proname


def test_who_may_not_make_roles_is_told_what_is_missing(
    database: URL, admin_engine: Engine
) -> None:
    with admin_engine.begin() as connection:
        connection.execute(text("create role test_weak login password 'long enough'"))
    weak = engine.with_psycopg(database).set(username="test_weak", password="long enough")
    try:
        with pytest.raises(setup.RolesNotMade, match="need not be a superuser"):
            setup.provision(weak, {})
    finally:
        with admin_engine.begin() as connection:
            connection.execute(text("drop role test_weak"))
