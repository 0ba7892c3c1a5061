"""Focus profiles as they travel, with the specification's names."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from focus_core.api.bodies import IdOut, MomentOut


class Profile(BaseModel):
    """What a person's eligible sessions add up to. Null where nothing is known."""

    model_config = ConfigDict(extra="ignore")

    user_id: IdOut
    avg_focus_duration_minutes: int | None
    avg_break_duration_minutes: int | None
    avg_interruption_count: float | None
    avg_completion_ratio: float | None
    avg_underestimation_pct: float | None = Field(
        description="Negative: things take longer than estimated; -12.5 means 12.5 % longer"
    )
    peak_focus_hours: list[int] | None = Field(description="Local hours, 0 to 23, the best first")
    peak_focus_days: list[str] | None
    total_sessions_count: int
    completed_sessions_count: int
    focus_by_hour: dict[str, int] = Field(description="Sessions by local hour, `0` to `23`")
    performance_by_course: dict[str, Any]
    last_computed_at: MomentOut
    sessions_analyzed_count: int
    created_at: MomentOut
    updated_at: MomentOut
