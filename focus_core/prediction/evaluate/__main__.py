"""python -m focus_core.prediction.evaluate SESSIONS.csv[.gz] --out predictions.csv"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from focus_core.prediction.evaluate import completions, durations, qualities
from focus_core.prediction.evaluate.records import Record, in_order, read_rows
from focus_core.prediction.evaluate.report import Evaluation, as_table

KINDS: dict[str, Callable[[Sequence[Record]], Evaluation]] = {
    "duration": durations.evaluate,
    "sessions": completions.evaluate,
    "quality": qualities.evaluate,
}


def kind_of(columns: Sequence[str]) -> str | None:
    """What a file is about, by its columns."""
    for column, kind in (
        ("was_completed", "sessions"),
        ("focus_score", "quality"),
        ("actual_minutes", "duration"),
    ):
        if column in columns:
            return kind
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m focus_core.prediction.evaluate")
    parser.add_argument("file", type=Path, help="CSV of sessions, plain or gzipped")
    parser.add_argument("--out", type=Path, required=True, help="where the predictions go")
    parser.add_argument("--kind", choices=KINDS, help="instead of judging by the columns")
    chosen = parser.parse_args(arguments)
    try:
        rows = read_rows(chosen.file)
    except OSError as problem:
        parser.error(f"can't read {chosen.file}: {problem}")
    kind = chosen.kind or kind_of(list(rows[0]) if rows else [])
    if kind is None:
        parser.error("needs a column was_completed, focus_score or actual_minutes, and a row")
    records = in_order(rows)
    began = time.perf_counter()
    evaluation = KINDS[kind](records)
    took = time.perf_counter() - began
    with chosen.out.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(evaluation.header)
        writer.writerows(evaluation.rows)
    print(f"{kind}: {len(evaluation.rows)} predictions in {took:.1f} s")  # noqa: T201
    for count, reason in (
        (len(rows) - len(records), "without a readable t_start"),
        (evaluation.left_out, "without an outcome that can be scored"),
    ):
        if count:
            print(f"left out: {count} {reason}")  # noqa: T201
    print(as_table(evaluation.lines))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
