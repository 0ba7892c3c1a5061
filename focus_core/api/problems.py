"""Every error as RFC 9457 says it, and the one table of which error has which status."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from focus_core.domain import errors
from focus_core.domain.errors import FocusError, InvalidInput

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
"""When to try again after the database was away."""

log = structlog.get_logger()


class ScopeMissing(FocusError):
    """This token may not do that. Make one with the scope that is needed."""


class UnsupportedMediaType(FocusError):
    """Send the body as application/json."""


class MalformedBody(FocusError):
    """The body is not JSON."""


STATUS: dict[type[FocusError], int] = {
    MalformedBody: 400,
    errors.SignInRefused: 401,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    ScopeMissing: 403,
    errors.NotFound: 404,
    errors.ProfileNotReady: 404,
    errors.SessionAlreadyRunning: 409,
    errors.SessionAlreadyEnded: 409,
    errors.SessionStillRunning: 409,
    errors.NoSessionRunning: 409,
    errors.SessionsOverlap: 409,
    errors.NameTaken: 409,
    errors.TooManyTokens: 409,
    errors.PlanIsFull: 409,
    errors.TooManyCohorts: 409,
    errors.ReleaseRefused: 409,
    errors.LastAdministrator: 409,
    UnsupportedMediaType: 415,
    errors.InvalidInput: 422,
    errors.KeyUsedOtherwise: 422,
    errors.TooManyRequests: 429,
    errors.DatabaseUnavailable: 503,
}


class FieldProblem(BaseModel):
    """What is wrong with one value. Exactly one of the three says where it stands."""

    detail: str
    pointer: str | None = Field(
        default=None, description="JSON pointer into the body, as a fragment"
    )
    parameter: str | None = Field(default=None, description="Name of a parameter in path or query")
    header: str | None = None


class Problem(BaseModel):
    """An error, as RFC 9457 says it. `detail` is meant for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:focus:problem:not-found",
                "title": "Not found",
                "status": 404,
                "detail": "There is nothing here by that id. It may have been deleted.",
            }
        }
    )

    type: str = Field(description="Names the kind of error, for programs")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = Field(
        default=None, description="With status 422: which values"
    )
    missing: int | None = Field(default=None, description="Sessions that a profile still needs")


def kind_of(error: type[FocusError]) -> str:
    """`SessionAlreadyRunning` as `session-already-running`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def install(api: FastAPI, describe: Callable[[FocusError], dict[str, Any]]) -> None:
    """Answer every error on `api` as a problem. `describe`: the extension members of an error."""

    async def on_focus_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, FocusError)  # noqa: S101 - tells the type checker
        return from_error(error, request.method, describe(error))

    async def on_validation_error(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        if any(found["type"] == "json_invalid" for found in error.errors()):
            return from_error(MalformedBody())
        return _invalid([_field_problem(found) for found in error.errors()])

    async def on_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        return _from_http_error(request, error)

    async def on_anything(request: Request, error: Exception) -> Response:
        log.error("request_failed", path=request.url.path, exc_info=error)
        return problem("about:blank", "Internal error", 500, str(FocusError()))

    handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
        FocusError: on_focus_error,
        RequestValidationError: on_validation_error,
        HTTPException: on_http_error,
        Exception: on_anything,
    }
    for raised, handler in handlers.items():
        api.add_exception_handler(raised, handler)


def from_error(
    error: FocusError, method: str = "", extension: dict[str, Any] | None = None
) -> Response:
    """The answer to a domain error."""
    kind = kind_of(type(error))
    status = next(STATUS[base] for base in type(error).__mro__ if base in STATUS)
    if isinstance(error, InvalidInput):
        return _invalid([_named(error, method)])
    return problem(
        f"urn:focus:problem:{kind}",
        kind.replace("-", " ").capitalize(),
        status,
        str(error),
        headers=_headers(error, status),
        **(extension or {}),
    )


def problem(
    kind: str,
    title: str,
    status: int,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    **extension: Any,
) -> Response:
    content = {"type": kind, "title": title, "status": status, "detail": detail, **extension}
    return Response(to_json(content), status, headers, MEDIA_TYPE)


def _headers(error: FocusError, status: int) -> dict[str, str]:
    if isinstance(error, errors.TooManyRequests):
        return {"Retry-After": str(error.retry_after)}
    if status == 503:
        return {"Retry-After": str(RETRY_SECONDS)}
    if status == 401:
        return {"WWW-Authenticate": 'Bearer realm="focus", error="invalid_token"'}
    if isinstance(error, ScopeMissing):
        return {"WWW-Authenticate": 'Bearer realm="focus", error="insufficient_scope"'}
    return {}


def _from_http_error(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return problem(
            "urn:focus:problem:no-such-address",
            "No such address",
            404,
            "There is nothing at this address.",
        )
    if error.status_code == 405:
        allowed = {"Allow": ", ".join(request.app.state.methods.at(_inner_path(request)))}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allowed)
        return problem(
            "urn:focus:problem:method-not-allowed",
            "Method not allowed",
            405,
            f"{request.method} does nothing here.",
            headers=allowed,
        )
    if error.status_code == 400:
        return from_error(MalformedBody())
    title = HTTPStatus(error.status_code).phrase
    return problem("about:blank", title, error.status_code, error.detail)


def _inner_path(request: Request) -> str:
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def _invalid(found: list[dict[str, str]]) -> Response:
    return problem(
        "urn:focus:problem:invalid-input",
        "Invalid input",
        422,
        found[0]["detail"] if len(found) == 1 else f"{len(found)} values can't be used.",
        errors=found,
    )


def _named(error: InvalidInput, method: str) -> dict[str, str]:
    where = "parameter" if method in {"GET", "HEAD"} else "pointer"
    name = error.field if where == "parameter" else f"#/{error.field}"
    return {"detail": str(error), where: name}


def _field_problem(found: dict[str, Any]) -> dict[str, str]:
    place, *path = found["loc"]
    detail = {"missing": "This value is needed.", "extra_forbidden": "There is no such field."}.get(
        found["type"], found["msg"].removeprefix("Value error, ")
    )
    if place == "body":
        escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
        pointer = "#" + "".join(f"/{quote(part, safe='~', errors='replace')}" for part in escaped)
        return {"detail": detail, "pointer": pointer}
    name = ".".join(str(part) for part in path)
    return {"detail": detail, "header" if place == "header" else "parameter": name}
