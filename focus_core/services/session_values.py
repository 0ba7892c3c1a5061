"""Between a session's row, its rules and the dictionary that goes out; and what may come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from db.queries import sessions as queries
from db.session import Transaction
from focus_core.domain import limits
from focus_core.domain.errors import InvalidInput
from focus_core.domain.sessions import EndedBy, FocusSession, SessionType
from focus_core.services import profiles, tasks
from focus_core.services.rows import as_dict


def as_session(row: Mapping[Any, Any]) -> FocusSession:
    """The part of the row that the session's rules need."""
    return FocusSession(
        id=row["id"],
        session_type=SessionType(row["session_type"]),
        start_time=row["start_time"],
        end_time=row["end_time"],
        expected_duration=row["expected_duration"],
        overtime=row["overtime"],
        paused_seconds=row["paused_seconds"],
        paused_at=row["paused_at"],
        last_seen_at=row["last_seen_at"],
        was_completed=row["was_completed"],
        ended_by=EndedBy(row["ended_by"]) if row["ended_by"] else None,
    )


def described(row: Mapping[Any, Any], now: datetime) -> dict[str, Any]:
    """The session as it goes out; `now` is what a running one is measured at."""
    session = as_session(row)
    found = as_dict(row)
    if session.running:
        found["focused_seconds"] = round(session.focused(now).total_seconds())
    focused = found["focused_seconds"]
    expected = row["expected_duration"]
    found["completion_percentage"] = round(focused / 60 / expected * 100, 1) if expected else None
    if session.running:
        left = session.plan.total_seconds() - focused if session.plan else None
        found |= {
            "is_paused": session.paused_at is not None,
            "deadline": session.deadline,
            "remaining_seconds": None if left is None else round(left),
            "server_time": now,
        }
    return found


def cursor(session: Mapping[str, Any]) -> str:
    """Where the page after this session begins."""
    return f"{session['start_time'].isoformat()}~{session['id']}"


def position(text: str) -> tuple[datetime, UUID]:
    """What `cursor` said. Raises InvalidInput."""
    start, _, session_id = text.partition("~")
    try:
        return limits.moment("before", datetime.fromisoformat(start)), UUID(session_id)
    except ValueError:
        raise InvalidInput("before", "That page is unknown. Go back to the first one.") from None


def outcome(
    was_completed: bool | None,
    focus_score: int | None,
    interruption_count: int | None,
    session_notes: str | None,
) -> dict[str, Any]:
    """What was said of how a session went, without what was left out. Raises InvalidInput."""
    said = {
        "was_completed": limits.flag("was_completed", was_completed),
        "focus_score": limits.whole_number("focus_score", focus_score, 1, 5),
        "interruption_count": limits.whole_number(
            "interruption_count", interruption_count, 0, limits.MOST_INTERRUPTIONS
        ),
        "session_notes": limits.text("session_notes", session_notes, limits.NOTES_LENGTH),
    }
    return {name: value for name, value in said.items() if value is not None}


def corrections(
    transaction: Transaction,
    owner: UUID,
    changes: Mapping[str, Any],
    row: Mapping[Any, Any] | None = None,
) -> dict[str, Any]:
    """Checked columns for what a person wants to set in `row`, None for a new session; names of
    tasks and courses are resolved. Raises InvalidInput, NotFound.
    """
    checks: dict[str, Callable[[Any], Any]] = {
        "session_type": limits.session_type,
        "expected_duration": lambda value: limits.minutes("expected_duration", value),
        "was_completed": lambda value: bool(limits.flag("was_completed", value)),
        "focus_score": lambda value: limits.whole_number("focus_score", value, 1, 5),
        "interruption_count": lambda value: (
            limits.whole_number("interruption_count", value, 0, limits.MOST_INTERRUPTIONS) or 0
        ),
        "break_minutes": lambda value: (
            limits.whole_number("break_minutes", value, 0, limits.LONGEST_SESSION_MINUTES) or 0
        ),
        "context": lambda value: limits.text("context", value, limits.CONTEXT_LENGTH),
        "session_notes": lambda value: limits.text("session_notes", value, limits.NOTES_LENGTH),
    }
    unknown = changes.keys() - checks.keys() - _TASK - _COURSE
    if unknown:
        raise InvalidInput(min(unknown), f"The {limits.words(min(unknown))} can't be changed.")
    values = {name: checks[name](value) for name, value in changes.items() if name in checks}
    values |= _subject(transaction, owner, changes, row)
    return values | _cycles(values, row)


_TASK = frozenset({"task_id", "task"})
_COURSE = frozenset({"course_id", "course"})


def _subject(
    transaction: Transaction,
    owner: UUID,
    changes: Mapping[str, Any],
    row: Mapping[Any, Any] | None,
) -> dict[str, Any]:
    """`task_id` and `course_id`, as far as `changes` speak of them."""
    chosen = {name: changes[name] for name in _TASK | _COURSE if name in changes}
    if not chosen:
        return {}
    names_course = bool(chosen.keys() & _COURSE)
    if row is not None and not names_course and not chosen.get("task_id"):
        chosen["course_id"] = row["course_id"]  # a task typed in belongs to the session's course
    resolved = tasks.resolve(transaction, owner, **chosen)
    if not chosen.keys() & _TASK:
        del resolved["task_id"]
    if not names_course and resolved["course_id"] is None:
        del resolved["course_id"]
    return resolved


def _cycles(changes: Mapping[str, Any], row: Mapping[Any, Any] | None) -> dict[str, int]:
    """A completed pomodoro counts at least one cycle, anything else none."""
    if not changes.keys() & {"session_type", "was_completed"}:
        return {}
    session = {**(row or {"cycles_completed": 1}), **changes}
    counts = session["session_type"] == SessionType.POMODORO and session["was_completed"]
    return {"cycles_completed": max(session["cycles_completed"], 1) if counts else 0}


def filters(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Checked filters of the history, without those left out. Raises InvalidInput, NotFound."""
    checks: dict[str, Callable[[Any], Any]] = {
        "since": lambda value: limits.moment("since", value),
        "until": lambda value: limits.moment("until", value),
        "course_id": limits.identifier,
        "task_id": limits.identifier,
        "session_type": limits.session_type,
        "was_completed": lambda value: limits.flag("was_completed", value),
        "ended_by": str,
        "search": lambda value: limits.text("search", value, limits.TITLE_LENGTH),
    }
    unknown = wanted.keys() - checks.keys()
    if unknown:
        raise InvalidInput(min(unknown), f"Sessions can't be filtered by {min(unknown)}.")
    kept = {name: checks[name](value) for name, value in wanted.items() if value not in (None, "")}
    return {name: value for name, value in kept.items() if value is not None}


def write_end(
    transaction: Transaction,
    owner: UUID,
    session: FocusSession,
    said: Mapping[str, Any],
) -> Mapping[Any, Any]:
    """Store how a session ended and file a profile refresh, in the caller's transaction.

    Returns the columns of `focus_sessions`.
    """
    completed = said.get("was_completed", session.was_completed)
    pomodoro = session.session_type is SessionType.POMODORO
    ended = queries.end(
        transaction,
        owner,
        session.id,
        {
            "end_time": session.end_time,
            "paused_seconds": session.paused_seconds,
            "ended_by": session.ended_by,
            "was_completed": completed,
            "cycles_completed": 1 if pomodoro and completed else 0,
            "confirmed_at": transaction.now if "focus_score" in said else None,
            **{name: said.get(name) for name in _SAID},
        },
    )
    profiles.request_refresh(transaction, owner)
    return ended


_SAID = ("focus_score", "interruption_count", "session_notes")
