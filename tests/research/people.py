"""The made-up people of `population` as accounts with sessions, in the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Engine, insert

from db.models import consents, focus_sessions, users
from tests.research.population import generate

ZONES = {
    "Europe": "Europe/Berlin",
    "America": "America/New_York",
    "Asia": "Asia/Tokyo",
    "Pacific": "Pacific/Auckland",
    "Etc": "UTC",
}


def settle(
    engine: Engine, people: int, *, weeks: int = 6, seed: int = 1, agree: bool = True
) -> list[UUID]:
    """Make them past all policies, which is quick; what is tested of them, the app does."""
    sessions = generate(people, weeks=weeks, seed=seed)
    sessions = sessions[sessions["hour"] != 2]  # an hour that some days lack
    sessions["day"] = sessions.groupby(["subject", "week", "hour"]).cumcount()
    sessions = sessions[sessions["day"] < 7]
    ids = {subject: uuid4() for subject in sessions["subject"].unique()}
    zones = {ids[s]: ZONES[a] for s, a in sessions.groupby("subject")["area"].first().items()}
    with engine.begin() as connection:
        connection.execute(
            insert(users),
            [
                {"id": one, "username": f"p-{one.hex}", "display_name": "Ann", "timezone": zone}
                for one, zone in zones.items()
            ],
        )
        if agree:
            connection.execute(insert(consents), [agreement(one) for one in zones])
        rows = [_row(ids[row.subject], zones, row) for row in sessions.itertuples()]
        for start in range(0, len(rows), 2000):
            connection.execute(insert(focus_sessions), rows[start : start + 2000])
    return list(zones)


def agreement(user_id: UUID, *, granted: bool = True) -> dict[str, object]:
    return {
        "user_id": user_id,
        "purpose": "research",
        "granted": granted,
        "wording_version": "2026-11",
        "actor_id": user_id,
    }


def _row(user_id: UUID, zones: dict[UUID, str], row: Any) -> dict[str, object]:
    zone = ZoneInfo(zones[user_id])
    start = (row.week + pd.Timedelta(days=row.day, hours=row.hour)).to_pydatetime()
    start = start.replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
    end = start + pd.Timedelta(minutes=min(row.focused_minutes, 59)).to_pytimedelta()
    return {
        "user_id": user_id,
        "start_time": start,
        "end_time": end,
        "actual_start_time": start,
        "actual_end_time": end,
        "expected_duration": None if pd.isna(row.planned_minutes) else int(row.planned_minutes),
        "was_completed": bool(row.completed),
        "interruption_count": int(row.interruptions),
        "focus_score": None if pd.isna(row.rating) else int(row.rating),
        "timezone": zones[user_id],
        "ended_by": "user",
    }
