"""What an open page tells of a running session by itself: that it went out of sight or is back."""

from __future__ import annotations

from uuid import UUID

from db.queries import sessions as queries
from db.session import open_for
from focus_core.domain import limits
from focus_core.services.session_values import as_session

MOST_KEPT = 200
"""Of one session: half of them hidden, half shown."""


def note(user_id: UUID | str, session_id: UUID | str, *, hidden: bool) -> None:
    """Keep with the running session that a tab of it was hidden or shown now.

    A session begins in sight, and what is known already is not kept twice, whichever tab says it.
    Nothing happens after the session's end, nor once `MOST_KEPT` are kept. The timer stays as it
    is: no page has to look again. Raises NotFound for what is no id.
    """
    owner, key = limits.identifier(user_id), limits.identifier(session_id)
    with open_for(owner) as transaction:
        row = queries.find_running(transaction, owner)
        if row is None or row["id"] != key or not as_session(row).settle(transaction.now).running:
            return
        queries.add_tab_event(transaction, owner, key, "hidden" if hidden else "shown", MOST_KEPT)
