"""What the timer screen stands on: the running session or break, the cycle, what waits for a word.

One transaction reads it all, so that a screen never shows two moments mixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db.queries import breaks
from db.queries import sessions as queries
from db.session import Transaction, open_for
from focus_core.domain import limits
from focus_core.domain.calendar import day_begins, local_day
from focus_core.domain.errors import NotFound, NotSignedIn, SessionAlreadyRunning
from focus_core.domain.pomodoro import break_minutes, next_cycle
from focus_core.domain.sessions import SessionType
from focus_core.services.rows import as_dict
from focus_core.services.running_sessions import found, settle
from focus_core.services.session_values import described

ASK_WITHIN = timedelta(hours=12)
GOES_ON_WITHIN = timedelta(hours=4)
"""How long after a session the next one is taken to be on the same task."""
"""How long after its end a session is still asked about; later it is changed in the history."""

_PREFERENCES = (
    "work_minutes",
    "short_break_minutes",
    "long_break_minutes",
    "long_break_every",
    "overtime",
    "auto_start_breaks",
    "sound",
    "sound_volume_pct",
    "notifications",
    "timezone",
)


def get_timer(user_id: UUID | str) -> dict[str, Any]:
    """All the timer screen needs, as of one moment.

    `session` runs now or is None; `unexplained` says that no reason was given yet for its latest
    interruption; `break` runs now or is None (`start_time`, `deadline`, `planned_minutes`);
    `unconfirmed` is a session that ended in the last 12 hours and about which its owner has said
    nothing yet, with `break_minutes_due`; `rested` is the id of the session that ended last if its
    break was begun or passed over, else None; `last_kind` and `last_minutes` are the last
    session's type and plan, None while one runs or before the first; `last_subject`, `task_id` and
    `course_name`, is what is worked on now or was in the last four hours, else None;
    `cycle` counts from 1 to `preferences["long_break_every"]`; `completed_today` counts pomodoros;
    `version` is the actor's `data_version`, another one as soon as any of this has changed;
    `server_time`.
    Ends first what is over. Raises NotSignedIn.
    """
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        running = settle(transaction, owner)
        resting = _resting(transaction, owner)
        preferences = preferences_of(transaction, owner)
        completed = pomodoros_today(transaction, owner, preferences)
        latest = None if running else queries.latest_finished(transaction, owner)
        return {
            "session": described(running, transaction.now) if running else None,
            "break": resting,
            "unexplained": _unexplained(transaction, running),
            "rested": _rested(transaction, latest),
            "last_kind": latest["session_type"] if latest else None,
            "last_minutes": latest["expected_duration"] if latest else None,
            "last_subject": _last_subject(transaction, running or latest),
            "unconfirmed": _unconfirmed(transaction, latest, completed, preferences),
            "cycle": next_cycle(completed, preferences["long_break_every"]),
            "completed_today": completed,
            "preferences": {name: preferences[name] for name in _PREFERENCES},
            "version": preferences["data_version"],
            "server_time": transaction.now,
        }


def start_break(
    user_id: UUID | str, session_id: UUID | str, minutes: int | None = None
) -> dict[str, Any]:
    """Begin the break after a finished session; without `minutes`, as long as it earned.

    Returns the break. A break already taken after that session stays as it was. Raises
    SessionAlreadyRunning, InvalidInput, NotFound, NotSignedIn.
    """
    owner, key = limits.identifier(user_id), limits.identifier(session_id)
    planned = limits.whole_number("minutes", minutes, 1, 240)
    with open_for(owner) as transaction:
        earned = _earned(transaction, owner, key)
        planned = planned or earned
        breaks.close(transaction, owner, only_due=True)
        breaks.start(transaction, owner, key, planned, transaction.now)
        queries.change(transaction, owner, key, {})  # counts as a change, so other pages look again
        resting = breaks.find_running(transaction, owner)
        if resting is None:
            raise NotFound("That break is over already.")
        return _break(resting)


def skip_break(user_id: UUID | str, session_id: UUID | str) -> None:
    """Take no break after a finished session, and be offered it nowhere again.

    It is kept as a break without length; one that was begun already stays as it was. Raises
    SessionAlreadyRunning, NotFound, NotSignedIn.
    """
    owner, key = limits.identifier(user_id), limits.identifier(session_id)
    with open_for(owner) as transaction:
        earned = _earned(transaction, owner, key)
        breaks.pass_over(transaction, owner, key, earned, transaction.now)
        queries.change(transaction, owner, key, {})  # other pages take the offer back


def end_break(user_id: UUID | str) -> None:
    """End the running break now; does nothing when none runs."""
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        breaks.close(transaction, owner)


def preferences_of(transaction: Transaction, owner: UUID) -> Mapping[Any, Any]:
    """Zone and timer settings. Raises NotSignedIn."""
    preferences = queries.preferences(transaction, owner)
    if preferences is None:
        raise NotSignedIn
    return preferences


def pomodoros_today(transaction: Transaction, owner: UUID, preferences: Mapping[Any, Any]) -> int:
    """How many were completed since the person's day began."""
    zone, day_start = ZoneInfo(preferences["timezone"]), preferences["day_start"]
    today = local_day(transaction.now, zone, day_start)
    return queries.completed_pomodoros(transaction, owner, day_begins(today, zone, day_start))


def earned_minutes(
    session: Mapping[str, Any], completed_today: int, preferences: Mapping[Any, Any]
) -> int:
    """The break that a finished session earned, by the technique and the person's settings."""
    return break_minutes(
        SessionType(session["session_type"]),
        session["focused_seconds"] / 60,
        # An abandoned pomodoro earns no long break, however many came before it.
        completed_today=completed_today if session["was_completed"] else 0,
        short_minutes=preferences["short_break_minutes"],
        long_minutes=preferences["long_break_minutes"],
        long_break_every=preferences["long_break_every"],
    )


def _earned(transaction: Transaction, owner: UUID, session_id: UUID) -> int:
    """Minutes of the break after a session. Raises SessionAlreadyRunning while any runs, NotFound,
    NotSignedIn."""
    preferences = preferences_of(transaction, owner)
    running = settle(transaction, owner)
    if running is not None:
        raise SessionAlreadyRunning(described(running, transaction.now))
    session = found(transaction, owner, session_id)
    return earned_minutes(session, pomodoros_today(transaction, owner, preferences), preferences)


def _unexplained(transaction: Transaction, running: Mapping[Any, Any] | None) -> bool:
    if running is None or not running["interruption_count"]:
        return False
    latest = queries.latest_interruption(transaction, running["user_id"], running["id"])
    return latest is not None and latest["reason"] is None and latest["reason_kind"] is None


def _rested(transaction: Transaction, latest: Mapping[Any, Any] | None) -> str | None:
    if latest is None or not breaks.is_settled(transaction, latest["user_id"], latest["id"]):
        return None
    return str(latest["id"])


def _resting(transaction: Transaction, owner: UUID) -> dict[str, Any] | None:
    """The break that runs on; ends it first if it is over by now."""
    row = breaks.find_running(transaction, owner)
    if row is None:
        return None
    resting = _break(row)
    if resting["deadline"] > transaction.now:
        return resting
    breaks.close(transaction, owner, only_due=True)
    return None


def _last_subject(
    transaction: Transaction, session: Mapping[Any, Any] | None
) -> dict[str, str | None] | None:
    if session is None:
        return None
    if session["end_time"] and transaction.now - session["end_time"] > GOES_ON_WITHIN:
        return None
    task_id = session["task_id"]
    return {
        "task_id": str(task_id) if task_id else None,
        "course_name": session["course_name"],
    }


def _unconfirmed(
    transaction: Transaction,
    latest: Mapping[Any, Any] | None,
    completed_today: int,
    preferences: Mapping[Any, Any],
) -> dict[str, Any] | None:
    if latest is None or latest["confirmed_at"] is not None:
        return None
    if transaction.now - latest["end_time"] > ASK_WITHIN:
        return None
    session = described(latest, transaction.now)
    return {**session, "break_minutes_due": earned_minutes(session, completed_today, preferences)}


def _break(row: Mapping[Any, Any]) -> dict[str, Any]:
    deadline = row["start_time"] + timedelta(minutes=row["planned_minutes"])
    return {**as_dict(row), "deadline": deadline}
