"""Forecasts as they were issued, the models behind them, and what is planned for a day."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column

prediction_models = Table(
    "prediction_models",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    now_column("trained_at"),
    Column("versions", JSONB, nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

session_predictions = Table(
    "session_predictions",
    metadata,
    id_column(),
    owner_column(),
    Column("session_id", Uuid, nullable=False),
    Column("target", Text, nullable=False),
    now_column("issued_at"),
    Column("model_version", Text, nullable=False),
    Column("models_id", BigInteger, ForeignKey("prediction_models.id", ondelete="SET NULL")),
    Column("known_count", Integer, nullable=False),
    Column("similar_count", Integer),
    Column("spent_minutes", Double),
    Column("estimate_minutes", Integer),
    Column("p50_minutes", Double),
    Column("low80_minutes", Double),
    Column("high80_minutes", Double),
    Column("low90_minutes", Double),
    Column("high90_minutes", Double),
    Column("mean_minutes", Double),
    Column("probability", Double),
    Column("score_probabilities", ARRAY(Double)),
    Column("baseline", Double),
    Column("baseline_score_probabilities", ARRAY(Double)),
    Column("inputs", JSONB, nullable=False, server_default=text("'{}'")),
    UniqueConstraint("session_id", "target", name="session_predictions_once"),
)
Index(
    "session_predictions_issued",
    session_predictions.c.user_id,
    session_predictions.c.issued_at.desc(),
)
Index(
    "session_predictions_models",
    session_predictions.c.models_id,
    postgresql_where=text("models_id is not null"),
)

plan_predictions = Table(
    "plan_predictions",
    metadata,
    id_column(),
    owner_column(),
    Column("day", Date, nullable=False),
    now_column("issued_at"),
    Column("task_ids", ARRAY(Uuid), nullable=False),
    Column("estimates_minutes", ARRAY(Integer), nullable=False),
    Column("spent_minutes", ARRAY(Double), nullable=False),
    Column("under_way", Boolean, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("models_id", BigInteger, ForeignKey("prediction_models.id", ondelete="SET NULL")),
    Column("known_count", Integer, nullable=False),
    Column("p50_minutes", Double, nullable=False),
    Column("low80_minutes", Double, nullable=False),
    Column("high80_minutes", Double, nullable=False),
    Column("low90_minutes", Double, nullable=False),
    Column("high90_minutes", Double, nullable=False),
    Column("mean_minutes", Double, nullable=False),
    Column("estimate_minutes", Double),
    Column("done_by", Timestamp, nullable=False),
    Column("probability", Double, nullable=False),
    Column("leave_out", ARRAY(Uuid), nullable=False),
    Column("inputs", JSONB, nullable=False, server_default=text("'{}'")),
)
Index(
    "plan_predictions_issued",
    plan_predictions.c.user_id,
    plan_predictions.c.day,
    plan_predictions.c.issued_at,
)
Index(
    "plan_predictions_models",
    plan_predictions.c.models_id,
    postgresql_where=text("models_id is not null"),
)

planned_tasks = Table(
    "planned_tasks",
    metadata,
    owner_column(primary_key=True),
    Column("day", Date, primary_key=True),
    Column("task_id", Uuid, primary_key=True),
    Column("position", Integer, nullable=False),
    now_column("created_at"),
    ForeignKeyConstraint(
        ["user_id", "task_id"],
        ["tasks.user_id", "tasks.id"],
        name="planned_tasks_task_fkey",
        ondelete="CASCADE",
    ),
)
