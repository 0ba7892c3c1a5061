"""The bounds of every field a person can fill, and what is said when one is crossed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import available_timezones

from focus_core.domain.errors import InvalidInput, NotFound
from focus_core.domain.sessions import SessionType

CONTEXT_LENGTH = 2_000
NOTES_LENGTH = 10_000
TITLE_LENGTH = 300
COURSE_LENGTH = 120
TASK_TYPE_LENGTH = 60
REASON_LENGTH = 500
LONGEST_SESSION_MINUTES = 1_440
LONGEST_TASK_MINUTES = 60_000
MOST_INTERRUPTIONS = 1_000
LONGEST_WINDOW_DAYS = 3_650
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


def text(field: str, value: str | None, longest: int) -> str | None:
    """The text as typed; None when there is nothing but white space. Raises InvalidInput."""
    if value is None or not str(value).strip():
        return None
    value = str(value)
    if len(value) > longest:
        raise InvalidInput(
            field,
            f"The {words(field)} is {len(value):,} characters long;"
            f" shorten it to {longest:,} or fewer.",
        )
    if "\x00" in value or not _encodable(value):
        raise InvalidInput(
            field,
            f"The {words(field)} holds a character that can't be stored. Type it again without it.",
        )
    return value


def title(field: str, value: str | None, longest: int) -> str | None:
    """Text of one line, white space folded: names that are compared. Raises InvalidInput."""
    kept = text(field, value, longest)
    return " ".join(kept.split()) if kept else None


def whole_number(field: str, value: int | None, lowest: int, highest: int) -> int | None:
    """Raises InvalidInput unless `value` is None or a whole number within the bounds."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise InvalidInput(
            field, f"The {words(field)} must be a whole number from {lowest} to {highest:,}."
        )
    return value


def minutes(field: str, value: int | None, longest: int = LONGEST_SESSION_MINUTES) -> int | None:
    return whole_number(field, value, 1, longest)


def flag(field: str, value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise InvalidInput(field, f"{words(field).capitalize()} must be yes or no.")


def session_type(value: str) -> SessionType:
    try:
        return SessionType(value)
    except ValueError:
        known = ", ".join(SessionType)
        raise InvalidInput("session_type", f"The session type must be one of {known}.") from None


def timezone(value: str) -> str:
    """An IANA zone's name. Raises InvalidInput."""
    if value in available_timezones():
        return value
    raise InvalidInput(
        "timezone", "That time zone is unknown. Choose one from the list, such as Europe/Berlin."
    )


def identifier(value: UUID | str) -> UUID:
    """An id; what can't be one belongs to nothing. Raises NotFound."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound from None


def moment(field: str, value: datetime) -> datetime:
    """An aware time in UTC. Raises InvalidInput."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidInput(field, f"The {words(field)} needs a date, a time and a time zone.")
    try:
        return value.astimezone(UTC)
    except OverflowError:  # within hours of the year 1 or 9999
        raise InvalidInput(field, f"The {words(field)} is out of range. Check the date.") from None


def span(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """A finished session's start and end in UTC. Raises InvalidInput."""
    start, end = moment("start_time", start), moment("end_time", end)
    if start > now:
        raise InvalidInput(
            "start_time", "The start is in the future. A past session must have ended by now."
        )
    if end <= start:
        raise InvalidInput("end_time", "The end must be after the start. Change one of them.")
    if start < OLDEST:
        raise InvalidInput("start_time", "The start is before the year 2000. Check the date.")
    if end > now + timedelta(seconds=1):
        raise InvalidInput(
            "end_time", "The end is in the future. A past session must have ended by now."
        )
    if end - start > timedelta(minutes=LONGEST_SESSION_MINUTES):
        raise InvalidInput(
            "end_time", "The session is longer than 24 hours. Split it, or check the dates."
        )
    return start, end


def words(field: str) -> str:
    return {"expected_duration": "planned length"}.get(field, field.replace("_", " "))


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True
