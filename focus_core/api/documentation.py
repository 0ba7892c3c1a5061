"""/docs: the document as a page. Every file is served by us; nothing comes from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from focus_core.api.routing import make_router

router = make_router("/docs", "Documentation")

_OURS = Path(__file__).parent / "page"
_SWAGGER = Path(str(files("fastapi_swagger"))) / "resources"
_FILES = {
    "start.js": _OURS / "start.js",
    "swagger-ui-bundle.js": _SWAGGER / "swagger-ui-bundle.js",
    "swagger-ui.css": _SWAGGER / "swagger-ui.css",
}


@router.get("", include_in_schema=False)
def page() -> Response:
    return FileResponse(_OURS / "index.html")


@router.get("/{name}", include_in_schema=False)
def file(name: str) -> Response:
    if name not in _FILES:
        raise HTTPException(404)
    return FileResponse(_FILES[name], headers={"Cache-Control": "public, max-age=86400"})
