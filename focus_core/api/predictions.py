"""/predictions: forecasts, what they rest on and how good they were, and the features to train
others on; what was forecast for a session, and the break to take after it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from focus_core.api import downloads
from focus_core.api.caller import Reader
from focus_core.api.forecast_models import (
    BeforeStart,
    BreakAdvice,
    Dictionary,
    Forecast,
    Scorecard,
    SimilarSessions,
    StoredForecasts,
    UserFeatures,
)
from focus_core.api.routing import make_router, signed_in
from focus_core.domain import limits
from focus_core.services import break_advice, features, get_focus_session_service

# Forecasts and their scores bring numpy along: imported where they are asked for, not before.

router = make_router("/predictions", "Predictions")
session_router = make_router("/focus-sessions", "Predictions")
service = get_focus_session_service()

MEDIA_TYPES = {
    features.Format.CSV: "text/csv; charset=utf-8",
    features.Format.PARQUET: "application/vnd.apache.parquet",
}
Days = Annotated[
    int, Query(ge=1, le=limits.LONGEST_WINDOW_DAYS, description="Sessions of that many days")
]


@router.get(
    "/forecast",
    operation_id="getForecast",
    response_model=Forecast,
    responses=signed_in(404, 422),
)
def forecast(caller: Reader, query: Annotated[BeforeStart, Query()]) -> Any:
    """What would be forecast for a session that starts now; nothing is stored and nothing made."""
    from focus_core.services import forecasts, scorecard

    found = forecasts.preview(caller.user_id, **query.model_dump())
    trusted = scorecard.trusted(caller.user_id)
    for target, beats in trusted.items():
        found[target] = found[target] and {**found[target], "beats_baseline": beats}
    return found


@router.get(
    "/similar",
    operation_id="listSimilarSessions",
    response_model=SimilarSessions,
    responses=signed_in(404, 422),
)
def similar(caller: Reader, query: Annotated[BeforeStart, Query()]) -> Any:
    """The person's own sessions and done tasks that resemble the one about to start."""
    from focus_core.services import forecasts

    return {"sessions": forecasts.similar_sessions(caller.user_id, **query.model_dump())}


@router.get(
    "/scorecard",
    operation_id="getScorecard",
    response_model=Scorecard,
    responses=signed_in(422),
)
def scores(caller: Reader, days: Days = 90) -> Any:
    """How good forecasts have been, against what happened and against plain answers."""
    from focus_core.services import scorecard

    return scorecard.get_scorecard(caller.user_id, days)


@router.get(
    "/features",
    operation_id="getFeatures",
    response_model=UserFeatures,
    responses=signed_in(),
)
def user_features(caller: Reader) -> Any:
    """What the person's past says as of now; null where unknown."""
    return features.get_features(caller.user_id)


@router.get(
    "/features/export",
    operation_id="exportFeatures",
    response_class=Response,
    responses=signed_in(422)
    | downloads.a_file("One row for each session that counts", *MEDIA_TYPES.values()),
)
def export(
    caller: Reader,
    form: Annotated[features.Format, Query(alias="format")] = features.Format.CSV,
) -> Response:
    """The feature table, one row a session, each strictly as of its start."""
    content = features.export_features(caller.user_id, form)
    return downloads.file(content, f"focus-features.{form}", MEDIA_TYPES[form])


@router.get(
    "/features/dictionary",
    operation_id="getFeatureDictionary",
    response_model=Dictionary,
    responses=signed_in(),
)
def dictionary(_caller: Reader) -> Any:
    """What each column of the feature table means."""
    return {"columns": features.dictionary()}


@session_router.get(
    "/{session_id:uuid}/forecast",
    operation_id="getFocusSessionForecast",
    response_model=StoredForecasts,
    responses=signed_in(404),
)
def of_session(caller: Reader, session_id: UUID) -> Any:
    """What was forecast for a session, as it was issued. It is never changed."""
    from focus_core.services import forecasts, scorecard

    service.get_session(caller.user_id, session_id)  # 404 where it is gone; forecasts stay a while
    stored = forecasts.of_session(caller.user_id, session_id)
    trusted = scorecard.trusted(caller.user_id)
    return {"forecasts": [{**row, "beats_baseline": trusted.get(row["target"])} for row in stored]}


@session_router.get(
    "/{session_id:uuid}/break-advice",
    operation_id="getBreakAdvice",
    response_model=BreakAdvice,
    responses=signed_in(404, 409),
)
def advice(caller: Reader, session_id: UUID) -> Any:
    """How long a break to take after a finished session, and why. 409 while it runs."""
    return break_advice.get_break_advice(caller.user_id, session_id)
