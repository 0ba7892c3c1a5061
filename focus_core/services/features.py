"""What the forecasts are made from, for training elsewhere: strictly as of each session's start.

"As of the start" is about sessions: only those that had ended before say anything. Each stands in
the table as it stands in the history today, so a correction changes what later rows say of it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from db.queries import features as queries
from db.queries import sessions
from db.session import Transaction, open_for
from focus_core.domain import limits
from focus_core.domain.cells import neutral
from focus_core.domain.errors import InvalidInput, NotSignedIn
from focus_core.prediction.features import (
    SESSION_LEVEL,
    TARGETS,
    USER_LEVEL,
    FinishedSession,
    KnownSessions,
    Row,
    feature_rows,
)

if TYPE_CHECKING:
    import pandas as pd


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


_NAMES: Final = {
    "session_id": "Which session the row is about.",
    "start_time": "When it started, UTC. Rows are in this order.",
}
_AS_TODAY: Final = {
    "task_type": "Type of the session's task, as the task stands today.",
    "course_id": "Id of the session's course, as the session stands today.",
}
_LEVELS: Final = {
    "name": _NAMES,
    "user": USER_LEVEL,
    "session": SESSION_LEVEL | _AS_TODAY,
    "target": TARGETS,
}
_COLUMN_TYPES: Final = {
    "session_id": "text",
    "start_time": "moment",
    "sessions_known": "whole number",
    "hour_of_day": "whole number",
    "day_of_week": "whole number",
    "task_type": "text",
    "course_id": "text",
    "recent_interruptions": "whole number",
    "was_completed": "yes or no",
    "focus_quality": "whole number",
    "ended_by_timer": "yes or no",
}
_STORED_AS: Final = {
    "text": "string",
    "moment": "datetime64[us, UTC]",
    "whole number": "Int64",
    "number": "Float64",
    "yes or no": "boolean",
}


def dictionary() -> list[dict[str, str]]:
    """What each column means, in the order of the table: `name`, `level` (name, user, session or
    target), `type`, `meaning`. Empty always means unknown."""
    return [
        {
            "name": name,
            "level": level,
            "type": _COLUMN_TYPES.get(name, "number"),
            "meaning": meaning,
        }
        for level, columns in _LEVELS.items()
        for name, meaning in columns.items()
    ]


def get_features(user_id: UUID | str) -> Row:
    """The user-level features as of now, by the names of `dictionary`; None where unknown.

    Over all eligible sessions, in the person's own zone. Raises NotSignedIn, NotFound.
    """
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        known = _nothing_known(transaction, owner)
        rows = queries.sessions(transaction, owner)
        now = transaction.now
    for session in sorted(map(_finished, rows), key=lambda session: session.end):
        known.add(session)
    return known.user_level(now)


def list_features(user_id: UUID | str) -> list[dict[str, Any]]:
    """One row for each eligible session, in order of start, with the columns of `dictionary`.

    `start_time` is an aware datetime in UTC, ids are text. Raises NotSignedIn, NotFound.
    """
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        known = _nothing_known(transaction, owner)
        rows = queries.sessions(transaction, owner)
    found = feature_rows(map(_finished, rows), known.zone, known.day_start)
    return [
        {"session_id": str(row["id"]), "start_time": row["start_time"], **features}
        for row, features in zip(rows, found, strict=True)
    ]


def export_features(user_id: UUID | str, form: str) -> bytes:
    """The same as a file, `form` csv or parquet; Parquet carries the dictionary with it, as
    pandas' `attrs["dictionary"]`. Raises InvalidInput, NotSignedIn,
    NotFound."""
    wanted = _format(form)
    return _encode(_frame(list_features(user_id)), wanted)


def archive(user_id: UUID | str, form: str) -> bytes:
    """The file and its dictionary.csv in one zip. Raises InvalidInput, NotSignedIn."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(f"features.{_format(form)}", export_features(user_id, form))
        target.writestr("dictionary.csv", _csv(_dictionary_frame()))
    return packed.getvalue()


def _format(form: str) -> Format:
    try:
        return Format(form)
    except ValueError:
        raise InvalidInput("format", f"The format is one of {', '.join(Format)}.") from None


def _nothing_known(transaction: Transaction, owner: UUID) -> KnownSessions:
    preferences = sessions.preferences(transaction, owner)
    if preferences is None:
        raise NotSignedIn
    return KnownSessions(ZoneInfo(preferences["timezone"]), preferences["day_start"])


def _finished(row: Mapping[Any, Any]) -> FinishedSession:
    return FinishedSession(
        start=row["start_time"],
        end=row["end_time"],
        focused_minutes=row["focused_seconds"] / 60,
        expected_minutes=row["expected_duration"],
        interruptions=row["interruption_count"],
        completed=row["was_completed"],
        rating=row["focus_score"],
        task_type=row["task_type"],
        course_id=None if row["course_id"] is None else str(row["course_id"]),
        ended_by_timer=row["ended_by_timer"],
    )


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    described = dictionary()
    frame = pd.DataFrame(rows, columns=[column["name"] for column in described], dtype=object)
    # By declared types, so that the columns of an empty or a half-known table are the same.
    frame = frame.astype({column["name"]: _STORED_AS[column["type"]] for column in described})
    frame.attrs["dictionary"] = described
    return frame


def _dictionary_frame() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(dictionary())


def _encode(frame: pd.DataFrame, form: Format) -> bytes:
    if form is Format.CSV:
        return _csv(frame)
    packed = io.BytesIO()
    frame.to_parquet(packed, index=False)
    return packed.getvalue()


def _csv(frame: pd.DataFrame) -> bytes:
    """UTF-8; no cell is one that a spreadsheet takes for a formula."""
    text = frame.select_dtypes("string").columns
    safe: pd.DataFrame = frame.assign(**{name: frame[name].map(neutral) for name in text})
    written: str = safe.to_csv(index=False)
    return written.encode()
