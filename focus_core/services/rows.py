"""How a row of a table becomes the dictionary that pages, the API and scripts get."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID


def as_dict(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Column names as keys; ids as text, exact decimals as numbers, times as they are (UTC)."""
    return {str(key): _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    return value
