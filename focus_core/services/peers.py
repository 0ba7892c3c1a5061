"""Where a person stands among those of a cohort who compare: a band, never a rank."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from db.session import open_for

_FREEZE = text("select app.freeze_cohort(:cohort_id)")
_BANDS = text("select * from app.peer_bands(:cohort_id)")


@dataclass(frozen=True)
class Position:
    """Mean focused hours a week over the last four frozen weeks, each capped at 40.

    The middle half of the others and oneself lies between `lower_hours` and `upper_hours`, whole
    hours and the same for everybody who looks; `band` is lower, middle or upper.
    """

    lower_hours: float
    upper_hours: float
    own_hours: float
    band: str


def get_position(user_id: UUID, cohort_id: UUID) -> Position | None:
    """None when the person does not compare, is not in the frozen weeks yet, or fewer than ten
    others are. Raises DatabaseUnavailable."""
    with open_for(user_id) as transaction:
        transaction.execute(_FREEZE, {"cohort_id": cohort_id})
        row = transaction.execute(_BANDS, {"cohort_id": cohort_id}).one_or_none()
    if row is None:
        return None
    return Position(float(row.lower_hours), float(row.upper_hours), float(row.own_hours), row.band)
