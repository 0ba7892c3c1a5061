"""What the app answers to plain requests, whoever sends them."""

from __future__ import annotations

import gzip
import http.client
import json
from pathlib import Path

import brotli
import pytest
from streamlit import file_util

from pages._ui.browser import BROWSER_COOKIE
from pages._ui.routes import ICON
from tests.journeys.app_server import AppServer

SCRIPT = max((Path(file_util.get_static_dir()) / "static/js").glob("index.*.js"))
OK, FORBIDDEN, NOT_FOUND, TOO_LARGE = 200, 403, 404, 413


def ask(
    app: AppServer, method: str, path: str, body: object = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("localhost", app.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)  # type: ignore[arg-type]
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


@pytest.mark.parametrize("path", ["/", "/history", "/api/nothing", "/_stcore/health", "/nothing"])
def test_every_answer_carries_the_security_headers(app_server: AppServer, path: str) -> None:
    response, _ = ask(app_server, "GET", path)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]


def test_a_browser_gets_its_cookie_with_the_first_page_and_keeps_it(app_server: AppServer) -> None:
    response, _ = ask(app_server, "GET", "/history")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{BROWSER_COOKIE}=")
    assert "HttpOnly; SameSite=Strict" in cookie
    response, _ = ask(app_server, "GET", "/", Cookie=cookie.split(";")[0])
    assert "Set-Cookie" not in response.headers
    response, _ = ask(app_server, "GET", f"/static/js/{SCRIPT.name}")
    assert "Set-Cookie" not in response.headers


def test_a_browser_that_remembers_the_page_but_not_its_cookie_gets_both(
    app_server: AppServer,
) -> None:
    seen = "Fri, 01 Jan 2100 00:00:00 GMT"
    response, page = ask(app_server, "GET", "/", If_Modified_Since=seen)
    assert response.status == OK
    assert response.headers["Set-Cookie"].startswith(f"{BROWSER_COOKIE}=")
    assert "ETag" not in response.headers
    assert len(page) == int(response.headers["Content-Length"])


@pytest.mark.parametrize("path", ["/", "/history"])
def test_the_page_is_focuss_before_its_scripts_run(app_server: AppServer, path: str) -> None:
    shorter = {"Accept_Encoding": "gzip, br", "Range": "bytes=0-9"}
    _, content = ask(app_server, "GET", path, **shorter)
    page = content.decode()
    assert "<title>Focus</title>" in page
    assert f'href="{ICON}"' in page
    assert "stSkeleton" in page
    assert "Focus needs JavaScript" in page
    assert "_stcore/agent/mcp" not in page
    response, content = ask(app_server, "HEAD", path)
    assert (response.status, content) == (OK, b"")


def test_the_icon_is_where_each_page_says(app_server: AppServer) -> None:
    response, content = ask(app_server, "GET", ICON)
    assert response.headers["Content-Type"] == "image/png"
    assert content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/upload_file/x/y"]
)
def test_what_is_not_for_the_public_is_not_found(app_server: AppServer, path: str) -> None:
    response, _ = ask(app_server, "GET", path)
    assert response.status == NOT_FOUND


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/v2/focus-sessions/start"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_api_addresses_answer_as_problems(
    app_server: AppServer, method: str, path: str
) -> None:
    response, content = ask(app_server, method, path)
    assert response.status == NOT_FOUND
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(content)["status"] == NOT_FOUND


@pytest.mark.parametrize("path", ["/session/begin", "/session/end", "/pulse/tab/hidden"])
def test_routes_that_change_something_listen_to_our_own_pages_only(
    app_server: AppServer, path: str
) -> None:
    for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "http://localhost:1"}):
        response, _ = ask(app_server, "POST", path, **headers)
        assert response.status == FORBIDDEN
    response, _ = ask(app_server, "POST", "/session/begin", Origin=app_server.url)
    assert response.status == FORBIDDEN  # ours, but without a ticket


def test_a_large_body_is_refused_before_it_is_read(app_server: AppServer) -> None:
    response, content = ask(app_server, "POST", "/api/v1/x", Content_Length=str(10**9))
    assert response.status == TOO_LARGE
    assert json.loads(content)["status"] == TOO_LARGE


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [("gzip, deflate, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)],
)
def test_static_files_travel_compressed(
    app_server: AppServer, accepted: str, encoding: str, decode: object
) -> None:
    response, content = ask(
        app_server, "GET", f"/static/js/{SCRIPT.name}", Accept_Encoding=accepted
    )
    assert response.headers["Content-Encoding"] == encoding
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"].startswith("text/javascript")
    original = SCRIPT.read_bytes()
    assert decode(content) == original  # type: ignore[operator]
    assert len(content) < len(original) / 2


@pytest.mark.parametrize("accepted", ["", "identity", "zstd"])
def test_static_files_travel_plain_to_those_who_ask_so(
    app_server: AppServer, accepted: str
) -> None:
    response, content = ask(
        app_server, "GET", f"/static/js/{SCRIPT.name}", Accept_Encoding=accepted
    )
    assert "Content-Encoding" not in response.headers
    assert content == SCRIPT.read_bytes()
