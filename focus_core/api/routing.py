"""How routes are made: JSON bodies only, and every answer they can give in the document."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute, Route

from focus_core.api.caller import knows_its_caller
from focus_core.api.problems import MEDIA_TYPE, Problem, UnsupportedMediaType

_MEANINGS = {
    400: "The body is not JSON",
    401: "No token, or none that is good (any more)",
    403: "The token lacks the scope, or its owner the role",
    404: "There is nothing here by that id",
    409: "It does not go together with what is there",
    413: "The body is larger than 64 KiB",
    415: "The body is not `application/json`",
    422: "A value can't be used",
    429: "Too many requests; `Retry-After` says when to go on",
    503: "The database can't be reached; `Retry-After` says when to try again",
}
_WITH_RETRY = {429, 503}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
_NOT_OURS = "HTTPValidationError"
"""What FastAPI adds by itself for every parameter."""


class JsonRoute(APIRoute):
    """Knows its caller, and refuses a body that doesn't say it is JSON."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, knows_its_caller(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def handle_json(request: Request) -> Response:
            if not _is_json(request) and _has_body(request):
                raise UnsupportedMediaType
            return await handle(request)

        return handle_json


class Methods:
    """Which methods an address takes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = [route for route in routes if isinstance(route, Route)]

    def at(self, path: str) -> list[str]:
        found = {
            method
            for route in self._routes
            if route.path_regex.match(path)
            for method in route.methods or ()
        }
        return sorted(found | ({"HEAD"} if "GET" in found else set()) | {"OPTIONS"})


def make_router(prefix: str, tag: str) -> APIRouter:
    return APIRouter(prefix=prefix, tags=[tag], route_class=JsonRoute)


def answers(*statuses: int, conflict: type[BaseModel] = Problem) -> dict[int | str, dict[str, Any]]:
    """The errors a route can answer with, for the document."""
    return {
        status: {
            "description": _MEANINGS[status],
            "model": conflict if status == 409 else Problem,
            **({"headers": _RETRY_AFTER} if status in _WITH_RETRY else {}),
        }
        for status in sorted(statuses)
    }


def signed_in(*statuses: int, conflict: type[BaseModel] = Problem) -> dict[int | str, Any]:
    """As `answers`, for a route that needs a token."""
    return answers(*{401, 403, 429, 503, *statuses}, conflict=conflict)


WITH_BODY = (400, 413, 415, 422)
EMPTY: dict[str, Any] = {"status_code": 204, "response_class": Response}
"""For a route whose answer says all by its status."""


def say_problems_are_problems(document: dict[str, Any]) -> None:
    """In the document: errors are `application/problem+json`, and only those that happen."""
    for operations in document["paths"].values():
        for operation in operations.values():
            documented = operation["responses"]
            if _NOT_OURS in str(documented.get("422")):  # an id that is none matches no address
                del documented["422"]
            for status, answer in documented.items():
                if status >= "400" and "content" in answer:
                    answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
    for name in (_NOT_OURS, "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == (
        "application/json"
    )


def _has_body(request: Request) -> bool:
    return "content-type" in request.headers or request.headers.get("content-length", "0") != "0"
