"""When a day's plan will be done, as it was forecast, beside when it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, exists, func, insert, literal, select, text

from db.models import plan_predictions
from db.session import Transaction

# One row a day: of the forecasts of the list as it ended up (nothing was added after them) whose
# tasks were all done that day, the first; of a day without such a one, its first, without outcome.
# Days and months are the person's own. Tasks are looked at once for each list, not each of the many
# times it was forecast: a year of those would take many seconds.
_ROWS = text(
    """
    with added as materialized (
      select day, max(created_at) as at from planned_tasks where user_id = :user_id group by day),
    lists as materialized (
      select distinct on (p.day, p.task_ids) p.id, p.day, p.task_ids, p.issued_at
        from plan_predictions p left join added on added.day = p.day
       where p.user_id = :user_id and p.issued_at >= :since
         and (added.at is null or added.at <= p.issued_at)
       order by p.day, p.task_ids, p.issued_at),
    done as materialized (
      select lists.id, max(t.done_at) as at
        from lists cross join unnest(lists.task_ids) as planned (id)
        join users u on u.id = :user_id
        left join tasks t on t.user_id = :user_id and t.id = planned.id
       group by lists.id
      having bool_and(coalesce(
        t.done_at > lists.issued_at
        and (t.done_at at time zone u.timezone - u.day_start)::date = lists.day, false)))
    select distinct on (p.day) 'plan_minutes' as target, p.model_version, p.estimate_minutes,
           p.p50_minutes, p.low80_minutes, p.high80_minutes, p.issued_at as start_time, p.day,
           date_trunc('month', p.day)::date as month, false as cut_off,
           (extract(epoch from done.at - p.issued_at) / 60)::float8 as outcome
      from plan_predictions p left join done on done.id = p.id
     where p.user_id = :user_id and p.issued_at >= :since
     order by p.day, done.id is null, p.issued_at
    """
)


_THE_SAME = ("user_id", "day", "task_ids", "estimates_minutes", "under_way", "done_by")
"""What makes a forecast no other one than before."""


def store(
    transaction: Transaction, row: Mapping[str, Any], again_after: timedelta, most_a_day: int
) -> None:
    """Keep a forecast, unless the same was kept less than `again_after` ago or its day has
    `most_a_day` of them."""
    given = {name: literal(row[name], plan_predictions.c[name].type) for name in row}
    same = [plan_predictions.c[name] == given[name] for name in _THE_SAME]
    young = plan_predictions.c.issued_at > row["issued_at"] - again_after
    of_day = [plan_predictions.c[name] == given[name] for name in ("user_id", "day")]
    number = select(func.count()).select_from(plan_predictions).where(*of_day).scalar_subquery()
    values = select(*given.values()).where(~exists().where(*same, young), number < most_a_day)
    transaction.execute(insert(plan_predictions).from_select(list(given), values))


def store_all(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        transaction.execute(insert(plan_predictions), [dict(row) for row in rows])


def of_day(transaction: Transaction, user_id: UUID, day: date) -> Sequence[RowMapping]:
    """What was forecast for that day of the person's, oldest first."""
    statement = (
        select(plan_predictions)
        .where(plan_predictions.c.user_id == user_id, plan_predictions.c.day == day)
        .order_by(plan_predictions.c.issued_at, plan_predictions.c.id)
    )
    return transaction.execute(statement).mappings().all()


def against_outcomes(
    transaction: Transaction, user_id: UUID, since: datetime
) -> Sequence[RowMapping]:
    """One forecast for each day since then, oldest first, with the columns of
    `scorecard.forecasts`. `outcome`: minutes until the last of its tasks was done, None unless all
    of them were on that day and none was added after the forecast."""
    values = {"user_id": user_id, "since": since}
    return transaction.execute(_ROWS, values).mappings().all()
