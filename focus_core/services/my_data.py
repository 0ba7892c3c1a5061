"""Everything that is held about a person, for them to see and to take away."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Result, select, text

from db.session import open_for, open_for_sign_in
from focus_core.domain.cells import neutral
from focus_core.domain.consent import WORDINGS, Purpose, wording
from focus_core.services import consents
from focus_core.services.held_data import REGISTRY, TOLD, Held

_READ_ME = """Everything Focus holds about you.

everything.json holds all of it; each CSV file holds one kind. Times are in UTC. An empty kind has
no CSV file. Left out are hashes of passwords and tokens, which say nothing about you.

"""
_GROUPS = text("select * from app.my_groups()")
_KINDS = {held.table.name: held.says for held in REGISTRY} | {told.name: told.says for told in TOLD}


def everything(user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """All rows about a person by kind, ready for JSON; consents with the words agreed to."""
    found: dict[str, list[dict[str, Any]]] = {}
    with open_for(user_id) as transaction:
        for held in REGISTRY:
            if not held.by_sign_in:
                found[held.table.name] = _rows(transaction.connection, held, user_id)
        groups = {str(row.cohort_id): row for row in transaction.execute(_GROUPS)}
        for told in TOLD:
            found[told.name] = _plain_rows(
                transaction.execute(text(f"select * from {told.function}"))  # noqa: S608 - our own
            )
    with open_for_sign_in() as transaction:
        for held in REGISTRY:
            if held.by_sign_in:
                found[held.table.name] = _rows(transaction.connection, held, user_id)
    _name_groups(found, groups)
    for row in found["consents"]:
        row["wording"] = WORDINGS.get((Purpose(row["purpose"]), row["wording_version"]))
    return {name: found[name] for name in _KINDS}


def archive(user_id: UUID) -> bytes:
    """The same as a zip of one JSON file and a CSV file for each kind with rows."""
    held = everything(user_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        listing = "\n".join(f"{name}: {says}" for name, says in _KINDS.items())
        target.writestr("README.txt", _READ_ME + listing + "\n")
        entry = zipfile.ZipInfo("everything.json", datetime.now(UTC).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with io.TextIOWrapper(target.open(entry, "w"), "utf-8") as whole:
            json.dump(held, whole, indent=2, ensure_ascii=False)  # never all of it at once
        for name, rows in held.items():
            if rows:
                target.writestr(f"{name}.csv", _csv(rows))
    return packed.getvalue()


def releases(user_id: UUID) -> list[dict[str, Any]]:
    """The research releases a person's data were in, the newest first; times in UTC."""
    with open_for(user_id) as transaction:
        rows = transaction.execute(text("select * from app.my_releases()"))
        return [dict(row) for row in rows.mappings()]


def takes_part_in_research(user_id: UUID) -> bool:
    """Whether a person's newest decision about research was to take part."""
    decisions = [one for one in consents.history(user_id) if one["purpose"] == Purpose.RESEARCH]
    return bool(decisions and decisions[0]["granted"])


def take_part_in_research(user_id: UUID, *, granted: bool) -> None:
    """Log a person's decision about research; it holds from the next release."""
    with open_for(user_id) as transaction:
        consents.record(transaction, user_id, Purpose.RESEARCH, granted=granted)


def research_wording() -> str:
    """The words people agree to when they take part in research."""
    return wording(Purpose.RESEARCH)


def _name_groups(found: dict[str, list[dict[str, Any]]], groups: dict[str, Any]) -> None:
    """Names beside the ids of groups, as under Sharing; None where a group is gone."""
    for held in REGISTRY:
        if "cohort_id" in held.table.c:
            for row in found[held.table.name]:
                group = groups.get(row["cohort_id"])
                row["cohort"] = group.cohort if group else None
                row["coach"] = group.coach if group else None


def _rows(connection: Connection, held: Held, user_id: UUID) -> list[dict[str, Any]]:
    columns = [column for column in held.table.c if column.name not in held.secret]
    owner = held.table.c[held.owner]
    order = list(held.table.primary_key.columns)
    return _plain_rows(
        connection.execute(select(*columns).where(owner == user_id).order_by(*order))
    )


def _plain_rows(found: Result[Any]) -> list[dict[str, Any]]:
    return [{key: _plain(value) for key, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:
    """`value` as JSON holds it."""
    if value is None or isinstance(value, str | bool | int | float | dict):
        return value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _csv(rows: list[dict[str, Any]]) -> str:
    import pandas as pd

    flat = [{key: _cell(value) for key, value in row.items()} for row in rows]
    written: str = pd.DataFrame(flat, dtype=object).to_csv(index=False)
    return written


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return neutral(value)
