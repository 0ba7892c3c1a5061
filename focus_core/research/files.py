"""A release as files: the rows, what each column means, and the manifest."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from focus_core.domain.cells import neutral
from focus_core.research import bands
from focus_core.research.ladder import Rung, Tier

if TYPE_CHECKING:
    import pandas as pd


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


def dictionary(rows: pd.DataFrame, rung: Rung, tier: Tier) -> list[dict[str, Any]]:
    """What each column of `rows` means: name, type, meaning, values."""
    scales = bands.OF_SUBJECTS if tier is Tier.SUBJECTS else bands.OF_SESSIONS
    known = {scale.name: scale for scale in (*scales, rung.activity, rung.slot) if scale}
    known["area"] = bands.AREAS
    described = [_plain(name, rung) or _scale(known[name]) for name in rows.columns]
    return [{"name": name, **found} for name, found in zip(rows.columns, described, strict=True)]


def archive(
    rows: pd.DataFrame,
    described: list[dict[str, Any]],
    manifest: Mapping[str, Any],
    form: Format,
) -> bytes:
    """A zip of rows, dictionary.csv and manifest.json."""
    import pandas as pd

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(f"release.{form}", _encode(rows, form))
        flat = [{**column, "values": "; ".join(column["values"])} for column in described]
        target.writestr("dictionary.csv", csv(pd.DataFrame(flat)))
        target.writestr("manifest.json", json.dumps(dict(manifest), indent=2, sort_keys=True))
    return packed.getvalue()


def csv(rows: pd.DataFrame) -> bytes:
    """UTF-8, with no cell that a spreadsheet would take for a formula."""
    written: str = rows.map(neutral).to_csv(index=False)
    return written.encode()


def _encode(rows: pd.DataFrame, form: Format) -> bytes:
    if form is Format.CSV:
        return csv(rows)
    packed = io.BytesIO()
    rows.to_parquet(packed, index=False)
    return packed.getvalue()


def _plain(name: str, rung: Rung) -> dict[str, Any] | None:
    if name == "subject":
        meaning = "pseudonym, of this release only: the same person has another in every release"
        return {"type": "text", "meaning": meaning, "values": []}
    if name == "week":
        wide = "a week" if rung.weeks == 1 else f"{rung.weeks} weeks"
        meaning = f"first Monday of a step of {wide}, in the subject's own time zone"
        return {"type": "date", "meaning": meaning, "values": []}
    return None


def _scale(scale: bands.Scale) -> dict[str, Any]:
    return {
        "type": "ordered band" if scale.name != "area" else "category",
        "meaning": f"{scale.meaning}; empty: not told",
        "values": list(scale.labels),
    }
