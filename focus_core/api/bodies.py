"""What bodies are made of: strict types, no unknown fields, bounds that the document shows."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
)
from pydantic_core import CoreSchema

from focus_core.domain import limits

STORABLE = r"^[^\x00]*$"
"""Postgres keeps any character but one."""
NOT_BLANK = r"^[^\x00]*[^\s\x00\x1c-\x1f\x85][^\x00]*$"
"""For the document alone: services check it, and word the refusal."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Body(BaseModel):
    """What comes in."""

    model_config = ConfigDict(extra="forbid")

    def named(self) -> dict[str, Any]:
        """The fields that came, null or not."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def only_text(value: Any) -> Any:
    """Where a number would be taken for a day or a moment."""
    if not isinstance(value, str):
        raise ValueError("This must be a string.")  # noqa: TRY004 - what pydantic reports
    return value


def _only_timestamp(value: Any) -> Any:
    only_text(value)
    if len(value) < len("2026-01-01T00:00Z") or value[10:11] not in ("T", "t", " "):
        raise ValueError("This must be a date and time with a zone, as RFC 3339 writes it.")
    return value


def _only_day(value: Any) -> Any:
    if not _DAY.fullmatch(only_text(value)):  # a number in a text would be taken for a moment
        raise ValueError("This must be a day, such as 2026-01-31.")
    return value


def stored(longest: int, shortest: int = 0) -> Any:
    """Characters as typed, at most `longest`."""
    return Field(strict=True, min_length=shortest, max_length=longest, pattern=STORABLE)


class _Telling:
    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": NOT_BLANK}


TELLING = _Telling()
"""Put behind `stored` where a name must say something."""


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 25.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)


def within(lowest: int, highest: int) -> Any:
    """A number, not a text that looks like one. A `WHOLE` one: put that behind."""
    return Field(strict=True, ge=lowest, le=highest)


def absent() -> Any:
    """May be left out, and may not be null."""
    return Field(default=None, json_schema_extra=_no_default)


def _no_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


Flag = Annotated[bool, Strict()]
Id = Annotated[UUID, BeforeValidator(only_text)]
Day = Annotated[date, BeforeValidator(_only_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_only_timestamp)]
Minutes = Annotated[int, within(1, limits.LONGEST_SESSION_MINUTES), WHOLE]

IdOut = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
MomentOut = datetime
