"""Statements over what is planned for a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import RowMapping, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from db.models import planned_tasks, users
from db.notifications import SESSION_CHANGED
from db.session import Transaction

# The plan's few tasks pick their sessions from one range of the index on (user_id, start_time).
# A session that runs past the end of the day is split there, as in every daily total. What was
# closed automatically and not corrected says nothing about how long anything took.
_PLANNED = text(
    """
    with spent as (
      select task_id, sum(focused_seconds)::float8 as seconds,
             sum(focused_seconds * extract(epoch from end_time - greatest(start_time, :begins))
                 / extract(epoch from end_time - start_time))
               filter (where end_time > :begins and end_time > start_time)::float8 as seconds_today
        from focus_sessions
       where user_id = :user_id and end_time is not null and ended_by <> 'auto_close'
         and task_id in (select task_id from planned_tasks
                          where user_id = :user_id and day = :day)
       group by task_id
    )
    select t.id as task_id, t.title, t.course_id, c.name as course_name, t.task_type,
           t.estimate_minutes, t.due_on, t.done_at,
           coalesce(s.seconds, 0) / 60 as spent_minutes,
           coalesce(s.seconds_today, 0) / 60 as spent_today_minutes
      from planned_tasks p
      join tasks t on t.user_id = p.user_id and t.id = p.task_id
      left join courses c on c.id = t.course_id
      left join spent s on s.task_id = t.id
     where p.user_id = :user_id and p.day = :day
     order by p.position, p.created_at, t.id
    """
)

_LEFT_OVER = text(
    """
    select p.task_id, t.title, max(p.day) as day
      from planned_tasks p join tasks t on t.user_id = p.user_id and t.id = p.task_id
     where p.user_id = :user_id and p.day < :day and p.day >= :since and t.done_at is null
       and not exists (select from planned_tasks n
                        where n.user_id = p.user_id and n.day = :day and n.task_id = p.task_id)
     group by p.task_id, t.title
     order by max(p.day), min(p.position), p.task_id
    """
)


def planned(
    transaction: Transaction, user_id: UUID, day: date, begins: datetime
) -> Sequence[RowMapping]:
    """The day's tasks in order, with the focused minutes of their finished sessions: all of them,
    and since the day `begins`."""
    values = {"user_id": user_id, "day": day, "begins": begins}
    return transaction.execute(_PLANNED, values).mappings().all()


def left_over(
    transaction: Transaction, user_id: UUID, day: date, since: date
) -> Sequence[RowMapping]:
    """Tasks planned from `since` on and before `day`, neither done nor on that day's list; those
    of the earliest day first."""
    values = {"user_id": user_id, "day": day, "since": since}
    return transaction.execute(_LEFT_OVER, values).mappings().all()


def task_ids(transaction: Transaction, user_id: UUID, day: date) -> list[UUID]:
    """What is planned for the day, in order."""
    statement = (
        select(planned_tasks.c.task_id)
        .where(planned_tasks.c.user_id == user_id, planned_tasks.c.day == day)
        .order_by(planned_tasks.c.position, planned_tasks.c.created_at, planned_tasks.c.task_id)
    )
    return list(transaction.execute(statement).scalars())


def put(transaction: Transaction, user_id: UUID, day: date, order: Sequence[UUID]) -> None:
    """Plan these tasks for the day in this order; those that are on its list move."""
    if not order:
        return
    rows = [
        {
            "user_id": user_id,
            "day": day,
            "task_id": task_id,
            "position": position,
            "created_at": transaction.now,
        }
        for position, task_id in enumerate(order)
    ]
    statement = insert(planned_tasks).values(rows)
    transaction.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "day", "task_id"],
            set_={"position": statement.excluded.position},
        )
    )


def take_off(transaction: Transaction, user_id: UUID, task_id: UUID, day: date) -> bool:
    """Take a task off the list of that day and of those before; False when it was on none."""
    statement = delete(planned_tasks).where(
        planned_tasks.c.user_id == user_id,
        planned_tasks.c.task_id == task_id,
        planned_tasks.c.day <= day,
    )
    return transaction.execute(statement).rowcount > 0


def count_change(transaction: Transaction, user_id: UUID) -> None:
    """Tell the person's other pages to look again. Until the transaction ends, their other
    changes of the plan wait."""
    transaction.tell(SESSION_CHANGED, str(user_id))
    transaction.execute(
        update(users).where(users.c.id == user_id).values(data_version=users.c.data_version + 1)
    )


def keep_done_by(transaction: Transaction, user_id: UUID, wall: time) -> None:
    """The local time of day that the person's plans are to be done by."""
    transaction.execute(update(users).where(users.c.id == user_id).values(plan_done_by=wall))
