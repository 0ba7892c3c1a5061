from __future__ import annotations

from datetime import UTC, time
from typing import Any

import pytest

from focus_core.domain import accounts
from focus_core.domain.errors import InvalidInput


@pytest.mark.parametrize(("typed", "kept"), [(" Ann ", "ann"), ("a.b_c-9", "a.b_c-9")])
def test_user_names_are_trimmed_and_lower_cased(typed: str, kept: str) -> None:
    assert accounts.username(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "a" * 65, "an n", "jörg", "a\0b", "ann@example", "ⓐⓝⓝ"])
def test_other_user_names_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="letters a to z") as refusal:
        accounts.username(typed)
    assert refusal.value.field == "username"


def test_a_display_name_may_be_anything_that_can_be_shown() -> None:
    assert accounts.display_name("  Jörg   Ó Néill 🙂 ") == "Jörg Ó Néill 🙂"


@pytest.mark.parametrize("typed", ["", "   ", "x" * 81, "a\0b", "\ud800"])
def test_other_display_names_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.display_name(typed)
    assert refusal.value.field == "display_name"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *((name, lowest - 1) for name, (lowest, _) in accounts.WHOLE_NUMBERS.items()),
        *((name, highest + 1) for name, (_, highest) in accounts.WHOLE_NUMBERS.items()),
        ("work_minutes", 2.5),
        ("work_minutes", True),
        ("work_minutes", float("nan")),
        ("work_minutes", None),
        ("sound", "yes"),
        ("day_start", time(12)),
        ("day_start", time(4, tzinfo=UTC)),
        ("day_start", "04:00"),
        ("timezone", "Mars/Olympus"),
        ("timezone", ""),
        ("role", "admin"),
        ("token_version", 7),
    ],
)
def test_a_setting_out_of_bounds_names_its_field(column: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.settings({column: value})
    assert refusal.value.field == column


def test_settings_in_bounds_are_kept() -> None:
    wanted = {"week_start": 7, "day_start": time(4), "overtime": True, "timezone": "Asia/Kathmandu"}
    assert accounts.settings(wanted) == wanted
