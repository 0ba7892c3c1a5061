"""What coaches see of a named member, and members see of themselves before they share it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


class MemberWeek(BaseModel):
    """One week of one person, by their own clock; of eligible sessions only."""

    week: date = Field(description="Its Monday")
    focused_minutes: int
    sessions: int
    completion: float | None = Field(description="Share of sessions completed, 0 to 1")
    estimation_error: float | None = Field(
        description="Mean of (expected - focused) / expected, -1 to 1; negative: took longer"
    )


class SharedProfile(BaseModel):
    """A profile in numbers; no word about courses. Null where nothing is known, or where it was not
    among the words that somebody agreed to."""

    avg_focus_duration_minutes: int | None
    avg_break_duration_minutes: int | None
    avg_interruption_count: float | None
    avg_underestimation_pct: float | None = Field(description="Negative: things take longer")
    total_sessions_count: int | None
    completed_sessions_count: int | None
    sessions_analyzed_count: int | None
    success: float | None = Field(description="Mean success of all eligible sessions, 0 to 1")
    peak_focus_hours: list[int] | None = Field(description="Local hours, the best first")
    peak_hour_sessions: list[int] | None = Field(description="How many are behind each")
    peak_hour_success: list[float | None] | None
    peak_focus_days: list[str] | None
    peak_day_sessions: list[int] | None
    peak_day_success: list[float | None] | None
