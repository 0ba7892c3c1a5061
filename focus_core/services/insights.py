"""What stands out: about one session against the person's past at that time, and about now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db.queries import breaks, sessions
from db.queries import insights as queries
from db.session import Transaction, open_for
from focus_core.domain.break_advice import LONGEST_MINUTES
from focus_core.domain.calendar import local_day
from focus_core.domain.current_insights import (
    LYING_AFTER,
    LYING_SESSIONS,
    LeftLying,
    current_insights,
)
from focus_core.domain.errors import NotFound, NotSignedIn
from focus_core.domain.evidence import WINDOW
from focus_core.domain.group_differences import LENGTH_EDGES, SEVERAL
from focus_core.domain.insights import PAST, Past, SessionFacts, session_insights
from focus_core.domain.sessions import SessionType
from focus_core.services.session_values import as_session


def get_session_insights(user_id: UUID, session_id: UUID) -> dict[str, Any]:
    """What stands out about a session against the person's own past at that time.

    `insights`: dictionaries with `type` (positive, neutral, attention), `message`, `n` (earlier
    sessions it rests on), `window` and `compared_with` (None where it speaks for itself). Only
    sessions that had ended before this one started count. Raises NotFound.
    """
    with open_for(user_id) as transaction:
        row = sessions.find(transaction, user_id, session_id)
        if row is None:
            raise NotFound
        started = row["start_time"]
        past = queries.before(transaction, user_id, session_id, started, started - PAST)
        facts = _facts(row, transaction)
    found = session_insights(facts, Past(**past))
    return {"session_id": str(session_id), "insights": [asdict(insight) for insight in found]}


def get_current_insights(user_id: UUID) -> dict[str, Any]:
    """At most five things worth acting on now, over the last 90 days.

    `insights`: dictionaries as above and `key`, `sure` (how sure, in words), `suggestion` and
    `task_id` (None unless about a task). Also `n` (eligible sessions), `window` and `comparisons`
    (how many had enough sessions to be looked at). Raises NotSignedIn.
    """
    with open_for(user_id) as transaction:
        owner = sessions.preferences(transaction, user_id)
        if owner is None:
            raise NotSignedIn
        since = transaction.now - PAST
        rows = queries.tallies(
            transaction, user_id, since, length_edges=LENGTH_EDGES, several=SEVERAL
        )
        rests = breaks.effects(transaction, user_id, since, longest=LONGEST_MINUTES)
        forgotten = queries.forgotten(transaction, user_id, since)
        lying = _left_lying(transaction, user_id)
        today = local_day(transaction.now, ZoneInfo(owner["timezone"]), owner["day_start"])
    found = current_insights(
        [dict(row) for row in rows], [dict(row) for row in rests], today, forgotten, lying
    )
    return {
        "insights": [
            {**asdict(insight), "task_id": str(insight.task_id) if insight.task_id else None}
            for insight in found.insights
        ],
        "n": sum(row["n"] for row in rows),
        "window": WINDOW,
        "comparisons": found.comparisons,
    }


def _facts(row: Mapping[Any, Any], transaction: Transaction) -> SessionFacts:
    session = as_session(row)
    measured = row["source"] == "timer"
    return SessionFacts(
        running=session.running,
        ended_by=session.ended_by,
        was_completed=session.was_completed,
        focused_minutes=session.focused(transaction.now).total_seconds() / 60,
        expected_minutes=session.expected_duration,
        could_run_over=(
            session.session_type is SessionType.FLOWTIME or session.overtime or not measured
        ),
        # An import seldom knows; a nought in it is no praise.
        counted_interruptions=(
            None if row["source"].startswith("import:") else row["interruption_count"]
        ),
        focus_score=row["focus_score"],
    )


def _left_lying(transaction: Transaction, user_id: UUID) -> LeftLying | None:
    row = queries.left_lying(
        transaction,
        user_id,
        since=transaction.now - PAST,
        untouched_since=transaction.now - LYING_AFTER,
        sessions=LYING_SESSIONS,
    )
    if row is None:
        return None
    untouched = (transaction.now - row["last_end"]).days
    return LeftLying(row["task_id"], row["title"], row["n"], row["focused_minutes"], untouched)
