"""The command that scores a file, on generated files of each kind, clean and dirty."""

from __future__ import annotations

import csv
import gzip
import random
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focus_core.prediction.evaluate import completions, durations, qualities
from focus_core.prediction.evaluate.__main__ import kind_of, main
from focus_core.prediction.evaluate.records import moment
from tests.prediction.made_up import Rows, duration_rows, records


def sessions_rows(n: int = 200) -> Rows:
    chance = random.Random(5)
    rows = duration_rows(4, n // 4, lambda *_: chance.gauss(0, 0.4))
    return [row | {"was_completed": str(int(chance.random() < 0.6))} for row in rows]


def quality_rows(n: int = 120) -> Rows:
    chance = random.Random(6)
    rows = duration_rows(4, n // 4, lambda *_: 0.0)
    return [
        {key: row[key] for key in ("user_id", "session_id", "t_start")}
        | {"focus_score": str(chance.randint(2, 5))}
        for row in rows
    ]


def some_durations(n: int = 160) -> Rows:
    return duration_rows(4, n // 4, lambda chance, *_: chance.gauss(0.2, 0.5))


# How to make a file, how to walk it, and what could poison its outcomes.
KINDS = {
    "duration": (some_durations, durations.evaluate, {"actual_minutes": ["1e-9", "1e9"]}),
    "sessions": (
        sessions_rows,
        completions.evaluate,
        {"was_completed": ["0", "1"], "actual_minutes": ["0", "1e9"]},
    ),
    "quality": (quality_rows, qualities.evaluate, {"focus_score": ["1", "5"]}),
}


def run(rows, directory, capsys, packed=False):
    """The predictions that the command writes for these rows, and what it prints."""
    source, out = directory / "in.csv", directory / "out.csv"
    opened = gzip.open if packed else open
    with opened(source, "wt", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert main([str(source), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines)), capsys.readouterr().out


@pytest.mark.parametrize("packed", [False, True])
def test_a_duration_file(tmp_path, capsys, packed):
    found, printed = run(some_durations(), tmp_path, capsys, packed)

    assert len(found) == 160
    assert set(found[0]) == {
        "session_id", "actual", "predicted", "lo80", "hi80", "lo90", "hi90", "mean", "baseline",
        "user_id", "n_known",
    }  # fmt: skip
    for row in found:
        low90, low, middle, high, high90 = (
            float(row[name]) for name in ("lo90", "lo80", "predicted", "hi80", "hi90")
        )
        assert 0 < low90 <= low <= middle <= high <= high90
    assert "80 % coverage" in printed


def test_a_sessions_file(tmp_path, capsys):
    found, printed = run(sessions_rows(), tmp_path, capsys)

    assert len(found) == 200
    assert all(0 < float(row["p_completed"]) < 1 for row in found)
    assert {row["was_completed"] for row in found} == {"0", "1"}
    assert "Brier" in printed


def test_a_quality_file(tmp_path, capsys):
    found, printed = run(quality_rows(), tmp_path, capsys)

    assert len(found) == 120
    for row in found:
        assert sum(float(row[f"p{rating}"]) for rating in range(1, 6)) == pytest.approx(1)
    assert "RPS" in printed


def test_the_kind_is_told_by_the_columns():
    assert kind_of(["t_start", "actual_minutes"]) == "duration"
    assert kind_of(["t_start", "actual_minutes", "was_completed"]) == "sessions"
    assert kind_of(["t_start", "focus_score"]) == "quality"
    assert kind_of(["t_start"]) is None


@pytest.mark.parametrize("content", ["", "user_id,t_start\np,2024-01-01\n"])
def test_a_file_of_nothing_known_is_refused_with_a_reason(tmp_path, capsys, content):
    source = tmp_path / "in.csv"
    source.write_text(content)

    with pytest.raises(SystemExit):
        main([str(source), "--out", str(tmp_path / "out.csv")])

    assert "needs a column" in capsys.readouterr().err


def test_a_missing_file_is_refused_with_a_reason(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none.csv"), "--out", str(tmp_path / "out.csv")])

    assert "can't read" in capsys.readouterr().err


def test_dirty_rows_are_survived(tmp_path, capsys):
    rows = some_durations()
    rows[3]["expected_minutes"] = "0"
    rows[4]["expected_minutes"] = "-20"
    rows[5]["expected_minutes"] = ""
    rows[6]["expected_minutes"] = "inf"
    rows[7]["expected_minutes"] = "1e300"
    rows[8]["actual_minutes"] = "1e308"
    rows[9]["task_type"] = ""
    rows[10]["t_start"] = "2024-01-05"
    rows[11]["t_known"] = ""
    rows[12]["t_known"] = "1999-01-01"
    for place, bad in enumerate(["0", "-3", "", "nan", "many"], start=20):
        rows[place]["actual_minutes"] = bad
    rows[30]["t_start"] = "yesterday"
    rows[31]["session_id"] = ""

    found, printed = run(rows, tmp_path, capsys)

    assert len(found) == 160 - 5 - 1
    assert all(float(row["baseline"]) > 0 for row in found)
    assert "left out: 1 without a readable t_start" in printed
    assert "left out: 5 without an outcome" in printed


def test_only_the_needed_columns(tmp_path, capsys):
    rows = [
        {"t_start": row["t_start"], "actual_minutes": row["actual_minutes"]}
        for row in some_durations()
    ]

    found, _ = run(rows, tmp_path, capsys)

    assert len(found) == 160
    assert float(found[-1]["n_known"]) > 100


def test_moments():
    assert moment("2024-01-05T10:00:00Z") == moment("2024-01-05 11:00+01:00")
    assert moment("2024/01/05") == moment("2024-01-05 00:00")
    assert moment("soon") is None
    assert isinstance(moment("2024-01-05"), datetime)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None)
@given(first_poisoned=st.integers(1, 119), way=st.integers(0, 1))
def test_no_forecast_knows_the_future(kind, first_poisoned, way):
    """What had not come to be known when a session started changes no bit of its forecast."""
    make, evaluate, poisons = KINDS[kind]
    rows = make()
    moments = sorted(row["t_start"] for row in rows)
    now = moments[first_poisoned]
    poisoned = [
        row
        if row.get("t_known", row["t_start"]) < now
        else row | {name: worst[way] for name, worst in poisons.items()}
        for row in rows
    ]

    def forecasts(source):
        evaluation = evaluate(records(source))
        told = [
            place
            for place, name in enumerate(evaluation.header)
            if name not in {"actual", "was_completed", "focus_score"}
        ]
        known_by = {row["session_id"]: row["t_start"] for row in source}
        return [
            [row[place] for place in told] for row in evaluation.rows if known_by[row[0]] <= now
        ]

    assert forecasts(rows) == forecasts(poisoned)


def test_what_is_known_at_the_very_start_comes_too_late():
    rows = some_durations(8)
    for row in rows[1:]:
        row["t_start"] = rows[0]["t_known"]
        row["user_id"] = rows[0]["user_id"]

    known = [row[10] for row in durations.evaluate(records(rows)).rows]

    assert known == [0] * 8
