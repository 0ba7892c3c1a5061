"""One file that holds everything, and the way back from it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from db import after_restore, embedded, setup
from db.engine import role_passwords
from db.trouble import DatabaseTrouble
from focus_core.config import Settings

_RESTORING = "focus_restoring"
_DROP = 'drop database if exists "{}" with (force)'


class BackupError(DatabaseTrouble):
    """The message says what went wrong and what to do."""


@dataclass(frozen=True)
class Restored:
    kept: str
    """The name under which the database that was there is kept."""
    endings_known: bool
    """Whether that one knew what was ended since the backup."""


def back_up(settings: Settings, target: Path) -> None:
    """Write a consistent copy of the database to `target`, mode 0600, while Focus may run.

    Raises BackupError, also when `target` exists.
    """
    draft = target.with_name(f"{target.name}.part")
    try:
        if target.exists():
            raise BackupError(f"{target} exists already. Choose another name.")
        draft.touch(mode=0o600)
    except OSError as error:
        raise BackupError(f"{target} can't be written: {error.strerror}.") from error
    try:
        admin = _reach(settings, setup.admin_url(settings))
        _run(settings, admin, "pg_dump", "--format=custom", f"--file={draft}", str(admin.database))
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def restore(settings: Settings, source: Path) -> Restored:
    """Put the copy in the place of the database. What was ended since stays ended, see
    `db.after_restore`. A copy that can't be read changes nothing. Raises BackupError."""
    if not source.is_file():
        raise BackupError(f"There is no file {source}.")
    admin = setup.admin_url(settings)
    server = _reach(settings, admin.set(database="postgres"))
    name = str(admin.database)
    kept = _kept_name(name, f"{datetime.now(UTC):%Y%m%d_%H%M%S_%f}")
    setup.create_database(server, name)
    setup.provision(admin, role_passwords(settings.state_dir))
    try:
        _control(server, _DROP.format(_RESTORING))
        setup.create_database(server, _RESTORING)
        aside = admin.set(database=_RESTORING)
        _run(
            settings, aside, "pg_restore", "--exit-on-error", f"--dbname={_RESTORING}", str(source)
        )
        setup.provision(aside, role_passwords(settings.state_dir))
        setup.migrate(aside)
        known = after_restore.settle(admin, aside, kept)
        _control(
            server,
            # Whoever is connected is cut off for a moment and comes back to the restored one.
            f'alter database "{name}" with allow_connections false',
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'",  # noqa: S608
            f'alter database "{name}" rename to "{kept}"',
            f'alter database "{_RESTORING}" rename to "{name}"',
        )
    finally:
        _control(server, _DROP.format(_RESTORING))  # half of somebody's data is left nowhere
    return Restored(kept, known)


def list_kept(settings: Settings) -> list[str]:
    """The databases that restores kept aside, the oldest first: their names end in a date, UTC."""
    admin = _reach(settings, setup.admin_url(settings))
    engine = create_engine(admin)
    with engine.connect() as connection:
        found = connection.scalars(
            text("select datname from pg_database where starts_with(datname, :name) order by 1"),
            {"name": _kept_name(str(admin.database))},
        )
        names: list[str] = list(found)
    engine.dispose()
    return names


def drop_kept(settings: Settings, name: str) -> None:
    """Delete one of them for good. Raises BackupError for any other database."""
    if name not in list_kept(settings):
        raise BackupError(f"No restore kept a database {name}.")
    _control(setup.admin_url(settings).set(database="postgres"), _DROP.format(name))


def _kept_name(database: str, when: str = "") -> str:
    return f"{database}_before_{when}"


def _reach(settings: Settings, url: URL) -> URL:
    own = settings.database_url is not None
    return setup.reach("database in DATABASE_URL" if own else "embedded database", url)


def _control(server: URL, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _run(settings: Settings, admin: URL, program: str, *arguments: str) -> None:
    environment = os.environ | {
        "PGHOST": str(admin.query.get("host") or admin.host or "localhost"),
        "PGPORT": str(admin.query.get("port") or admin.port or 5432),
        "PGUSER": str(admin.username),
        "PGPASSWORD": str(admin.password or ""),
    }
    done = subprocess.run(
        [_find(settings, program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-600:]}")


def _find(settings: Settings, program: str) -> str:
    if settings.database_url is None:
        return str(embedded.binaries(settings.state_dir) / program)
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not on this machine. Install Postgres's client programs.")
    return found
