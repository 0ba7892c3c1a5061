"""The few addresses of our own beside Streamlit's: cookies are set and deleted here."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from focus_core.domain.errors import DatabaseUnavailable, SignInRefused
from focus_core.services import web_sessions
from pages._ui import pulse
from pages._ui.asgi import problem
from pages._ui.browser import BROWSER_COOKIE, SESSION_COOKIE

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ICON = "/app/static/icon.png"
"""Of the app. An address that Streamlit takes as it is: a file it would read on every run."""
_COOKIE_AGE = 400 * 24 * 3600
"""Seconds; the longest browsers grant. How long a sign-in really lasts, the database knows."""


def routes(*, secure: bool, streams: pulse.Streams) -> list[BaseRoute]:
    """`secure`: cookies travel by https only."""

    def begin(request: Request) -> Response:
        """Trade a ticket for the session cookie. The Origin has been checked before."""
        ticket = request.headers.get("x-focus-ticket", "")
        browser = request.cookies.get(BROWSER_COOKIE, "")
        try:
            token = web_sessions.begin(
                ticket,
                browser,
                user_agent=request.headers.get("user-agent", ""),
                address=request.client.host if request.client else "",
            )
            _end(request)
        except SignInRefused as error:
            return problem(403, str(error))
        except DatabaseUnavailable as error:
            return problem(503, str(error))
        response = Response(status_code=204)
        response.set_cookie(
            SESSION_COOKIE,
            token,
            max_age=_COOKIE_AGE,
            httponly=True,
            samesite="strict",
            secure=secure,
        )
        return response

    def end(request: Request) -> Response:
        """Sign out; without a database the cookie goes all the same."""
        response = Response(status_code=204)
        try:
            _end(request)
        except DatabaseUnavailable as error:
            response = problem(503, str(error))
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict", secure=secure)
        return response

    return [
        *pulse.routes(streams),
        Route(ICON, _icon, methods=["GET"]),
        Route("/session/begin", begin, methods=["POST"]),
        Route("/session/end", end, methods=["POST"]),
        Route("/api", _nothing_here, methods=_METHODS),
        Route("/api/{path:path}", _nothing_here, methods=_METHODS),
    ]


def _icon(_request: Request) -> Response:
    return FileResponse(Path(__file__).with_name("icon.png"))


def _end(request: Request) -> None:
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        web_sessions.sign_out(token)


def _nothing_here(_request: Request) -> Response:
    return problem(404, "There is nothing at this address.")
