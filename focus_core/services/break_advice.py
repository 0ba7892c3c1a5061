"""How long a break to take after a session, and what that rests on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from db.queries import breaks
from db.session import open_for
from focus_core.domain import limits
from focus_core.domain.break_advice import LONGEST_MINUTES, advise, taken
from focus_core.domain.errors import SessionStillRunning
from focus_core.domain.insights import PAST
from focus_core.domain.sessions import SessionType
from focus_core.services.running_sessions import found
from focus_core.services.timer import earned_minutes, pomodoros_today, preferences_of


def get_break_advice(user_id: UUID | str, session_id: UUID | str) -> dict[str, Any]:
    """For the break after a finished session of today.

    `minutes`; `own` (whether the person's own breaks say so, or else the technique); `message`, a
    sentence or two that say which and why; `n` (own breaks that count, in `window`); `sure` (the
    effect with its interval in words, None for the technique's). Raises NotFound,
    SessionStillRunning, NotSignedIn, InvalidInput.
    """
    owner, key = limits.identifier(user_id), limits.identifier(session_id)
    with open_for(owner) as transaction:
        preferences = preferences_of(transaction, owner)
        session = found(transaction, owner, key)
        if session["end_time"] is None:
            raise SessionStillRunning
        due = earned_minutes(session, pomodoros_today(transaction, owner, preferences), preferences)
        since = transaction.now - PAST
        rows = breaks.effects(transaction, owner, since, longest=LONGEST_MINUTES)
    kind = SessionType(session["session_type"])
    return asdict(advise(taken([dict(row) for row in rows]), due, kind))
