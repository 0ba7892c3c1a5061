"""The feature table from the database: as of each start, typed, and this person's alone."""

from __future__ import annotations

import io
import zipfile
from datetime import time, timedelta

import pandas as pd
import pytest

from focus_core.domain.errors import InvalidInput, NotSignedIn
from focus_core.prediction.features import DESCRIPTIONS
from focus_core.services import FocusSessionService, features, task_changes
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

pytestmark = pytest.mark.usefixtures("database", "clock")

MONDAY = utc(2026, 2, 2, 8)
# Every name of the specification's lists.
USER = {
    "avg_focus_duration",
    "avg_interruptions",
    "completion_ratio",
    "underestimation_pct",
    "peak_hour_variance",
    "consistency_score",
}
SESSION = {
    "hour_of_day",
    "day_of_week",
    "expected_duration",
    "task_type",
    "course_id",
    "recent_interruptions",
    "time_since_last_session",
}
TARGET = {"actual_duration", "was_completed", "focus_quality"}


def test_every_feature_that_was_promised_has_its_meaning() -> None:
    described = {column["name"]: column for column in features.dictionary()}
    for level, names in (("user", USER), ("session", SESSION), ("target", TARGET)):
        assert names <= {name for name, column in described.items() if column["level"] == level}
    assert set(described) == {"session_id", "start_time", *DESCRIPTIONS}
    assert all(column["meaning"].endswith(".") for column in described.values())


def test_features_of_the_person_now(person: Person, clock: Clock) -> None:
    add_session(person, MONDAY, 30, interruption_count=2)
    add_session(person, MONDAY + timedelta(hours=2), 20, expected_duration=40, was_completed=False)
    add_session(person, MONDAY + timedelta(hours=4), 300, ended_by="auto_close")
    add_session(make_person(), MONDAY, 90)
    clock.set(MONDAY + timedelta(days=3))
    found = features.get_features(str(person.user_id))
    assert found == {
        "avg_focus_duration": 25.0,
        "avg_interruptions": 1.0,
        "completion_ratio": 0.5,
        "underestimation_pct": pytest.approx((-20 + 50) / 2),
        "avg_completion_ratio": pytest.approx((1.2 + 0.5) / 2),
        "peak_hour_variance": pytest.approx(1.0),
        "consistency_score": 0.25,
        "sessions_known": 2,
    }
    nobody = features.get_features(make_person().user_id)
    assert nobody["sessions_known"] == 0
    assert nobody["avg_focus_duration"] is None


def test_each_row_knows_only_what_had_ended(service: FocusSessionService) -> None:
    person = make_person("Asia/Tokyo", day_start=time(4))
    task = task_changes.create_task(person.user_id, "Essay", task_type="=cmd|' /C calc'!A0")
    for i in range(6):
        columns = {"task_id": task["id"], "focus_score": 4} if i % 2 else {"ended_by": "timer"}
        add_session(person, MONDAY + timedelta(hours=11 * i), 25 + i, **columns)
    before = features.list_features(person.user_id)
    assert [row["sessions_known"] for row in before] == [0, 1, 2, 3, 4, 5]
    # 19:00 on Tuesday in UTC is 04:00 on Wednesday in Tokyo, whose day has just begun.
    assert [before[1][name] for name in ("start_time", "hour_of_day", "day_of_week")] == [
        MONDAY + timedelta(hours=11),
        4,
        2,
    ]
    assert [row["day_of_week"] for row in before] == [1, 2, 2, 2, 3, 3]
    assert before[1]["time_since_last_session"] == 11 * 60 - 25
    assert (before[0]["ended_by_timer"], before[1]["focus_quality"]) == (True, 4)

    # The fourth is another one now, and there is a seventh: the first four rows stay.
    fourth = before[3]
    service.update_session(person.user_id, fourth["session_id"], was_completed=False)
    add_session(person, MONDAY + timedelta(days=9), 120, interruption_count=50)
    after = features.list_features(person.user_id)
    assert after[:3] == before[:3]
    assert after[3] == fourth | {"was_completed": False}
    assert after[4]["completion_ratio"] == 0.75


def test_files_hold_the_same_with_types_and_meanings(person: Person) -> None:
    task = task_changes.create_task(person.user_id, "Essay", task_type="=1+1")
    add_session(person, MONDAY, 30, expected_duration=None)
    add_session(person, MONDAY + timedelta(hours=2), 20, task_id=task["id"], focus_score=3)
    parquet = pd.read_parquet(io.BytesIO(features.export_features(person.user_id, "parquet")))
    assert parquet.attrs["dictionary"] == features.dictionary()
    assert parquet["task_type"].tolist()[1] == "=1+1"
    assert parquet["focus_quality"].isna().tolist() == [True, False]
    rows = features.list_features(person.user_id)
    assert parquet["start_time"].tolist() == [row["start_time"] for row in rows]

    csv = pd.read_csv(io.BytesIO(features.export_features(person.user_id, "csv")))
    assert csv["task_type"].tolist()[1] == "'=1+1"
    assert csv["session_id"].tolist() == [row["session_id"] for row in rows]
    assert csv["actual_duration"].tolist() == [30, 20]

    empty = features.export_features(make_person().user_id, "parquet")
    assert pd.read_parquet(io.BytesIO(empty)).dtypes.equals(parquet.dtypes)
    with zipfile.ZipFile(io.BytesIO(features.archive(person.user_id, "csv"))) as packed:
        assert packed.namelist() == ["features.csv", "dictionary.csv"]
        meanings = pd.read_csv(packed.open("dictionary.csv"))
    assert meanings["name"].tolist() == list(csv.columns)


def test_refusals(person: Person) -> None:
    with pytest.raises(InvalidInput):
        features.export_features(person.user_id, "pickle")
    gone = "00000000-0000-0000-0000-000000000000"
    with pytest.raises(NotSignedIn):
        features.get_features(gone)
    with pytest.raises(NotSignedIn):
        features.export_features(gone, "csv")
