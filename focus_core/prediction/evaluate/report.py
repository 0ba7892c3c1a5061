"""What an evaluation hands back: one row a prediction, and a table of bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan


@dataclass(frozen=True)
class Line:
    """One score beside the plain baseline's and the bar. Empty texts where there is none."""

    measure: str
    ours: float
    baseline: str = ""
    bar: str = ""


@dataclass(frozen=True)
class Evaluation:
    kind: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    lines: Sequence[Line]
    left_out: int
    """Records without an outcome that can be scored."""


def as_table(lines: Sequence[Line]) -> str:
    cells = [("measure", "ours", "baseline", "bar")]
    for line in lines:
        cells.append((line.measure, figure(line.ours), line.baseline, line.bar))
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def figure(value: float) -> str:
    return "—" if isnan(value) else f"{value:.4f}"
