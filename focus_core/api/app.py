"""Puts the API together: one application, let in at /api/v1 by `Door`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI

from focus_core.api import (
    auth,
    cohorts,
    consents,
    documentation,
    events,
    health,
    installation,
    invitations,
    my_data,
    people,
    plan,
    planner,
    predictions,
    problems,
    research,
    sessions,
    sharing,
    tasks,
    tokens,
)
from focus_core.api.door import PREFIX
from focus_core.api.limits import RateLimits
from focus_core.api.problem_details import describe
from focus_core.api.routing import Methods, say_problems_are_problems
from focus_core.config import Settings
from focus_core.services.startup import CONNECTIONS

VERSION = "1.0.0"
ROUTERS = (
    auth.router,
    sessions.router,
    tasks.router,
    tasks.course_router,
    plan.router,
    predictions.session_router,
    predictions.router,
    planner.router,
    tokens.router,
    sharing.membership_router,
    sharing.router,
    consents.router,
    my_data.router,
    cohorts.router,
    research.router,
    people.router,
    invitations.router,
    installation.router,
    people.audit_router,
    events.router,
    health.router,
    documentation.router,
)

_DESCRIPTION = """
What the dashboard does, for programs. Times are in UTC, errors are `application/problem+json`
(RFC 9457).
"""


def make_api(settings: Settings) -> FastAPI:
    """The application. Its lifespan must be entered by whoever lets it in."""
    api = FastAPI(
        title="Focus",
        version=VERSION,
        description=_DESCRIPTION.strip(),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        lifespan=_lifespan,
    )
    api.state.limits = RateLimits(settings)
    api.state.streams = events.Streams()
    for router in ROUTERS:
        api.router.routes.extend(router.routes)
    api.state.methods = Methods(api.routes)
    problems.install(api, describe)
    _document(api)
    return api


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    # A thread without a connection would only wait for one, and hold up those that have one.
    to_thread.current_default_thread_limiter().total_tokens = CONNECTIONS
    api.state.streams.start()
    yield
    api.state.streams.stop()


def _document(api: FastAPI) -> None:
    make = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            say_problems_are_problems(make())
        assert api.openapi_schema is not None  # noqa: S101 - tells the type checker
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]
