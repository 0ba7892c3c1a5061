"""Everything that can be configured, read once from the environment."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    state_dir: Path
    """Keys, logs and the embedded database live here; absolute."""
    database_url: str | None
    """SQLAlchemy or libpq URL of an own Postgres (15 or newer); None: embedded."""
    scheduler_database_url: str | None
    """Role of the scheduler on an own Postgres; None: found as `database_url` is."""
    redis_url: str | None
    """Shared cache; None: each process keeps its own."""
    public_url: str | None
    """The address people type, when a proxy stands in front: cookies become Secure with https."""
    port: int
    address: str
    log_level: str
    api_limit_per_person: str
    """Requests by one person's tokens, as the library `limits` writes it."""
    api_limit_per_address: str
    sign_up_limit_per_address: str
    """Accounts that may be asked for from one address."""
    keep_deleted_days: int
    """How long a deleted session can be taken back."""
    keep_sign_ins_days: int
    """How long sign-ins, tokens and reset links are kept after they ended."""
    keep_looks_days: int
    """How long people can see who looked at their data."""
    erase_after_days: int
    """How long somebody who asked to be erased can change their mind."""

    @property
    def home(self) -> str:
        """The address people open, without a slash at its end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def origins(self) -> frozenset[str]:
        """The exact Origins from which a browser may talk to us."""
        if self.public_url:
            return frozenset({self.public_url.rstrip("/")})
        return frozenset(f"http://{host}:{self.port}" for host in ("localhost", "127.0.0.1"))

    @property
    def secure_cookies(self) -> bool:
        return bool(self.public_url and self.public_url.startswith("https://"))


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (the process's own by default).

    Raises ValueError, naming the variable, when one can't be used.
    """
    env = os.environ if environment is None else environment
    return Settings(
        state_dir=Path(env.get("FOCUS_STATE_DIR") or _default_state_dir(env))
        .expanduser()
        .absolute(),
        database_url=_database_url("DATABASE_URL", env.get("DATABASE_URL")),
        scheduler_database_url=_database_url(
            "SCHEDULER_DATABASE_URL", env.get("SCHEDULER_DATABASE_URL")
        ),
        redis_url=_redis_url(env.get("REDIS_URL")),
        public_url=_public_url(env.get("FOCUS_PUBLIC_URL")),
        port=_port(env.get("FOCUS_PORT") or "8501"),
        address=env.get("FOCUS_ADDRESS") or "127.0.0.1",
        log_level=_log_level(env.get("FOCUS_LOG_LEVEL") or "info"),
        api_limit_per_person=_limit(
            "FOCUS_API_LIMIT_PER_PERSON", env.get("FOCUS_API_LIMIT_PER_PERSON"), "600/minute"
        ),
        api_limit_per_address=_limit(
            "FOCUS_API_LIMIT_PER_ADDRESS", env.get("FOCUS_API_LIMIT_PER_ADDRESS"), "1200/minute"
        ),
        sign_up_limit_per_address=_limit(
            "FOCUS_SIGN_UP_LIMIT_PER_ADDRESS",
            env.get("FOCUS_SIGN_UP_LIMIT_PER_ADDRESS"),
            "100/hour",
        ),
        keep_deleted_days=_days("FOCUS_KEEP_DELETED_DAYS", env.get("FOCUS_KEEP_DELETED_DAYS"), 30),
        keep_sign_ins_days=_days(
            "FOCUS_KEEP_SIGN_INS_DAYS", env.get("FOCUS_KEEP_SIGN_INS_DAYS"), 30
        ),
        keep_looks_days=_days("FOCUS_KEEP_LOOKS_DAYS", env.get("FOCUS_KEEP_LOOKS_DAYS"), 365),
        erase_after_days=_days("FOCUS_ERASE_AFTER_DAYS", env.get("FOCUS_ERASE_AFTER_DAYS"), 7),
    )


def _default_state_dir(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base) / "focus"


def _database_url(name: str, value: str | None) -> str | None:
    if not value:
        return None
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        usable = make_url(value).drivername.split("+")[0] in ("postgresql", "postgres")
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        usable = False
    if not usable:
        raise ValueError(
            f"{name} must be an address such as postgresql://name:password@host/database,"
            f" not {_harmless(value)!r}."
        )
    return value


def _redis_url(value: str | None) -> str | None:
    if not value:
        return None
    from redis.connection import parse_url

    try:
        parse_url(value)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise ValueError(
            "REDIS_URL must be an address such as redis://localhost:6379/0,"
            f" not {_harmless(value)!r}."
        ) from error
    return value


def _public_url(value: str | None) -> str | None:
    if not value:
        return None
    if not re.fullmatch(r"https?://(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?/?", value):
        raise ValueError(
            "FOCUS_PUBLIC_URL must be an address such as https://focus.example.org, with nothing"
            f" after the host but a port, not {_harmless(value)!r}."
        )
    return value


def _log_level(value: str) -> str:
    if value.upper() not in logging.getLevelNamesMapping():
        raise ValueError(f"FOCUS_LOG_LEVEL must be debug, info, warning or error, not {value!r}.")
    return value.lower()


def _harmless(value: str) -> str:
    """An address as far as it can be shown: where it may hold a password, only its beginning."""
    if "@" in value or "password" in value.lower():
        beginning = re.match(r"[\w+.-]+(?=[:=])", value)
        return (beginning[0] if beginning else "") + "…"
    return value


def _limit(name: str, value: str | None, default: str) -> str:
    if not value:
        return default
    from limits import parse_many

    try:
        usable = [limit.amount > 0 for limit in parse_many(value)] == [True]  # 0 would refuse none
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"{name} must be one limit such as {default}, not {value!r}.")
    return value


def _days(name: str, value: str | None, default: int) -> int:
    if not value:
        return default
    if value.isdecimal() and int(value) <= 3650:
        return int(value)
    raise ValueError(f"{name} must be a number of days from 0 to 3650, not {value!r}.")


def _port(value: str) -> int:
    if value.isdecimal() and 0 < int(value) < 2**16:
        return int(value)
    raise ValueError(f"FOCUS_PORT must be a port number from 1 to 65535, not {value!r}.")
