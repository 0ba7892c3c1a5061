"""What people agreed to: a log that only grows. What holds is the newest entry of each purpose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from db.models import consents
from db.session import Transaction, open_for
from focus_core.domain.consent import Purpose, newest_wording


def record(
    transaction: Transaction,
    user_id: UUID,
    purpose: Purpose,
    *,
    granted: bool,
    cohort_id: UUID | None = None,
) -> None:
    """Log one decision of the actor in the caller's transaction, with the words shown today.

    `cohort_id` is None for research, and only for it.
    """
    transaction.execute(
        insert(consents).values(
            user_id=user_id,
            purpose=purpose,
            cohort_id=cohort_id,
            granted=granted,
            wording_version=newest_wording(purpose),
        )
    )


def history(user_id: UUID) -> list[dict[str, Any]]:
    """Every decision about a person's data, the newest first; times in UTC. `by_coach`: a coach
    ended it, not the person. Raises DatabaseUnavailable."""
    with open_for(user_id) as transaction:
        rows = transaction.execute(
            select(
                consents.c.purpose,
                consents.c.cohort_id,
                consents.c.granted,
                consents.c.wording_version,
                consents.c.at,
                consents.c.actor_id.is_distinct_from(user_id).label("by_coach"),
            )
            .where(consents.c.user_id == user_id)
            .order_by(consents.c.id.desc())
        )
        return [dict(row) for row in rows.mappings()]
