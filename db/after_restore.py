"""What a restore must not bring back: what was ended after the backup stays ended.

It is read from the database that was in use until now. Only endings go over: what was given after
the backup, a consent or a role, is gone with everything else of that time.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

# Past all policies or not at all: a role that sees a part would silently carry over that part.
_SEES_ALL = {"options": "-c row_security=off"}


class _Ending(NamedTuple):
    since: str
    """The first revision with the tables that are read."""
    read: str
    writes: tuple[str, ...]
    """Done for each row that was read."""


_ERASED = _Ending(
    "0006",
    "select id_hash, erased_at from erased_people",
    ("insert into erased_people values (:id_hash, :erased_at) on conflict do nothing",),
)
_ERASE = (
    "delete from users where sha256(convert_to(id::text, 'UTF8'))"
    " in (select id_hash from erased_people)"
)
_ENDINGS = (
    _Ending(
        "0001",
        "select id, disabled_at from users where disabled_at is not null",
        ("update users set disabled_at = :disabled_at where id = :id and disabled_at is null",),
    ),
    _Ending(
        "0001",
        "select id, role from users",
        ("update users set role = 'user' where id = :id and role <> :role",),
    ),
    _Ending(  # and with it a password that others know
        "0001",
        "select user_id, password_hash, password_changed_at from user_credentials",
        (
            "update user_credentials"
            " set password_hash = :password_hash, password_changed_at = :password_changed_at"
            " where user_id = :user_id and password_changed_at < :password_changed_at",
        ),
    ),
    _Ending(
        "0005",
        "select * from (select distinct on (user_id, purpose, cohort_id)"
        " user_id, purpose, cohort_id, granted, wording_version, actor_id, at from consents"
        " order by user_id, purpose, cohort_id, id desc) newest where not granted",
        (
            "insert into consents"
            " (user_id, purpose, cohort_id, granted, wording_version, actor_id, at)"
            " select k.user_id, k.purpose, k.cohort_id, false, :wording_version,"
            " (select id from users where id = cast(:actor_id as uuid)), :at"
            " from (select * from consents where user_id = :user_id and purpose = :purpose"
            " and cohort_id is not distinct from cast(:cohort_id as uuid)"
            " order by id desc limit 1) k where k.granted",
            "delete from cohort_weeks where user_id = :user_id and purpose = :purpose"
            " and cohort_id = cast(:cohort_id as uuid)",
        ),
    ),
    _Ending(
        "0008",
        "select cohort_id, user_id, max(left_at) as left_at,"
        " (array_agg(removed order by left_at desc))[1] as removed"
        " from cohort_members group by cohort_id, user_id having bool_and(left_at is not null)",
        (
            "update cohort_members set left_at = :left_at, removed = :removed"
            " where cohort_id = :cohort_id and user_id = :user_id and left_at is null",
        ),
    ),
    _Ending(  # an old code opens a cohort as long as it isn't replaced
        "0005",
        "select id, invite_code, closed_at from cohorts",
        (
            "update cohorts set invite_code = :invite_code,"
            " closed_at = coalesce(closed_at, :closed_at) where id = :id",
        ),
    ),
    _Ending(
        "0008",
        "select id, withdrawn_at from research_releases where withdrawn_at is not null",
        (
            "update research_releases set rows = null, withdrawn_at = :withdrawn_at"
            " where id = :id and withdrawn_at is null",
        ),
    ),
    # Who asked to be erased still will be, and who decided otherwise since will not.
    _Ending(
        "0006",
        "select id as user_id from users",
        ("delete from account_erasures where user_id = :user_id",),
    ),
    _Ending(
        "0006",
        "select user_id, requested_at, due_at from account_erasures",
        (
            "insert into account_erasures (user_id, requested_at, due_at)"
            " select id, :requested_at, :due_at from users where id = :user_id",
        ),
    ),
    _Ending(
        "0005",
        "select sign_up from installation where sign_up <> 'open'",
        ("update installation set sign_up = :sign_up",),
    ),
)

_SIGN_INS = (
    "update web_sessions set revoked_at = now() where revoked_at is null",
    "update api_sign_ins set revoked_at = now() where revoked_at is null",
    "update personal_tokens set revoked_at = now() where revoked_at is null",
    "update password_reset_links set used_at = now() where used_at is null",
    "delete from account_invitations where used_at is null",
    "delete from sign_in_tickets",
)


def settle(present: URL, restored: URL, kept: str) -> bool:
    """End in the restored copy what ended since in the present database, and every sign-in; log it.

    `kept` is the name under which the present database will be kept. Returns whether it knew
    anybody who is in the copy; where it did not, nobody can know what ended since.
    """
    here = create_engine(present, poolclass=NullPool, connect_args=_SEES_ALL)
    there = create_engine(restored, poolclass=NullPool)
    with here.connect() as source, there.begin() as target:
        revision = _revision(source)
        _carry_over(source, target, revision, _ERASED)
        target.execute(text(_ERASE))
        known = bool(revision) and _have_in_common(source, target)
        for ending in _ENDINGS:
            _carry_over(source, target, revision, ending)
        for statement in _SIGN_INS:
            target.execute(text(statement))
        _record(target, kept, known)
    return known


def _carry_over(source: Connection, target: Connection, revision: str, ending: _Ending) -> None:
    if revision < ending.since:
        return
    rows = [dict(row) for row in source.execute(text(ending.read)).mappings()]
    for write in ending.writes if rows else ():
        target.execute(text(write), rows)


def _revision(source: Connection) -> str:
    """The present tables' revision, '' where there are none yet."""
    if source.scalar(text("select to_regclass('public.alembic_version')")) is None:
        return ""
    return source.scalar(text("select version_num from alembic_version")) or ""


def _have_in_common(source: Connection, target: Connection) -> bool:
    people = source.scalars(text("select id from users")).all()
    found = text("select exists (select from users where id = any(:people))")
    return bool(target.scalar(found, {"people": list(people)}))


def _record(target: Connection, kept: str, known: bool) -> None:
    """As what a command on the host does; no person did it, and it was done to nobody."""
    detail = f"by a command on the host; what was there before is kept as {kept}"
    target.execute(
        text("insert into audit_log (action, detail) values (:action, :detail)"),
        {
            "action": "restored a backup" if known else "restored a backup onto a fresh database",
            "detail": detail[:200],
        },
    )
