"""Postgres's notifications: how one process learns at once what another has committed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import cast

import psycopg
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PROFILE_REQUESTED = "focus_profile_requested"
"""Somebody's profile should be refreshed; the payload is the user id."""

PROFILE_REFRESHED = "focus_profile_refreshed"
"""A profile that may be cached is old now; payload as above."""

SESSION_CHANGED = "focus_session_changed"
"""A person's sessions changed; payload as above."""

PEOPLE_ERASED = "focus_people_erased"
"""Somebody was erased; nothing that may hold data of theirs is kept. No payload."""

_RETRY_SECONDS = 1.0
_LOOK_UP_SECONDS = 0.5

log = structlog.get_logger()


class Listener(threading.Thread):
    """Calls what belongs to a channel with each payload, on its own connection, until `stop()`.

    `on_connect` runs whenever listening begins, also after an interruption: what was notified in
    between is lost, so whoever keeps something up to date starts afresh there. `on_disconnect`
    runs when listening ends, for whatever reason.
    """

    def __init__(
        self,
        engine: Callable[[], Engine],
        channels: Mapping[str, Callable[[str], None]],
        on_connect: Callable[[], None] = lambda: None,
        on_disconnect: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(name="focus-listener", daemon=True)
        self._engine = engine
        self._channels = channels
        self._on_connect = on_connect
        self._on_disconnect = on_disconnect
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Stop listening; returns when the thread has ended."""
        self._stopped.set()
        self.join()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (psycopg.OperationalError, DBAPIError, PoolTimeout) as error:
                log.warning("listening_interrupted", reason=type(error).__name__)
                self._stopped.wait(_RETRY_SECONDS)

    def _listen(self) -> None:
        pooled = self._engine().raw_connection()
        connection: psycopg.Connection = cast("psycopg.Connection", pooled.driver_connection)
        pooled.detach()  # ours alone: never back into the pool with its subscriptions
        try:
            connection.autocommit = True
            for channel in self._channels:
                connection.execute(f"listen {channel}")
            self._on_connect()
            while not self._stopped.is_set():
                for notification in connection.notifies(timeout=_LOOK_UP_SECONDS):
                    self._channels[notification.channel](notification.payload)
        finally:
            self._on_disconnect()
            connection.close()
