"""Rows of a file of sessions, as strict about time as they are lenient about everything else."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """One row with its two moments: when its forecast is due, and when its outcome was known."""

    start: datetime
    known: datetime
    session_id: str
    user_id: str
    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.fields.get(name, "")

    def number(self, name: str) -> float | None:
        """None where there is none: empty, not a number, or infinite."""
        try:
            value = float(self.text(name))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def flag(self, name: str) -> bool | None:
        word = self.text(name).lower()
        if word in {"true", "t", "yes", "y"}:
            return True
        if word in {"false", "f", "no", "n"}:
            return False
        value = self.number(name)
        return None if value is None else value != 0


def read_rows(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file, plain or gzipped, UTF-8. Raises OSError when it can't be read."""
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = gzip.GzipFile(fileobj=raw) if zipped else raw
        with TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="") as lines:
            return [
                {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
                for row in csv.DictReader(lines)
            ]


def in_order(rows: Iterable[dict[str, str]]) -> list[Record]:
    """The rows that have a start, by start and then session id."""
    records = [record for place, row in enumerate(rows) if (record := _record(place, row))]
    return sorted(records, key=lambda record: (record.start, record.session_id))


def _record(place: int, row: dict[str, str]) -> Record | None:
    start = moment(row.get("t_start", ""))
    if start is None:
        return None
    return Record(
        start=start,
        # An outcome can't be known before its own start, whatever a file says.
        known=max(moment(row.get("t_known", "")) or _end(start, row), start),
        session_id=row.get("session_id") or f"{place:08d}",
        user_id=row.get("user_id", ""),
        fields=row,
    )


def _end(start: datetime, row: dict[str, str]) -> datetime:
    """When an outcome without its own time was known: the end of the session, or of the day."""
    if len(row.get("t_start", "")) <= len("2009-04-09"):
        return start + timedelta(hours=23, minutes=59)
    for name in ("actual_minutes", "duration_minutes"):
        try:
            return start + timedelta(minutes=max(float(row.get(name, "")), 0.0))
        except (ValueError, OverflowError):
            continue
    return start


def moment(text: str) -> datetime | None:
    """An ISO date or time; without a zone it counts as UTC. None when it is neither."""
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
