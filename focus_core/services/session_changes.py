"""Word of every change of a person's sessions, whatever process made it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from db.engine import app_engine
from db.notifications import SESSION_CHANGED, Listener
from db.queries import sessions as queries
from db.session import open_for
from focus_core.services.running_sessions import settle
from focus_core.services.session_values import as_session


def listen(on_change: Callable[[UUID], None], on_connect: Callable[[], None]) -> Listener:
    """A started listener; stop it when done. `on_change` gets whose sessions changed.

    `on_connect` runs whenever listening begins: what changed before, nobody was told. Both run in
    the listener's thread.
    """
    listener = Listener(
        app_engine,
        {SESSION_CHANGED: lambda user_id: on_change(UUID(user_id))},
        on_connect=on_connect,
    )
    listener.start()
    return listener


def current_state(user_id: UUID) -> dict[str, Any]:
    """What runs now, without any content: `state` (none, running, paused), `session_id`,
    `deadline` (None while paused or counting up), `server_time`. Ends first what is over."""
    with open_for(user_id) as transaction:
        row = queries.find_running(transaction, user_id)
        session = as_session(row) if row is not None else None
        if session is not None and not session.settle(transaction.now).running:
            settle(transaction, user_id)
            session = None
        state = "none" if session is None else "paused" if session.paused_at else "running"
        return {
            "state": state,
            "session_id": str(session.id) if session else None,
            "deadline": session.deadline if session and not session.overtime else None,
            "server_time": transaction.now,
        }
