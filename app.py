"""The dashboard as an ASGI application; `python -m focus_core run` starts it with all it needs."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from focus_core import lifeline, logs
from focus_core.api.app import make_api
from focus_core.api.door import Door
from focus_core.config import read_settings
from focus_core.services import best_hours, cache, startup
from pages._ui.asgi import BodyLimit, Guard
from pages._ui.compression import CompressedFiles
from pages._ui.errors import on_script_error
from pages._ui.leaving import Leaving
from pages._ui.page import OwnPage
from pages._ui.routes import routes
from pages._ui.sockets import send_without_waiting

settings = replace(read_settings(), port=st.get_option("server.port"))
logs.configure("dashboard", settings.log_level)
lifeline.watch()
api = make_api(settings)


def forget_people() -> None:
    """Empty what pages and services keep of anybody."""
    best_hours.forget_everybody()
    st.cache_data.clear()
    st.cache_resource.clear()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    startup.open_database()
    send_without_waiting(settings.port)
    cache.start_listener(forget_all=forget_people)
    gc.collect()
    gc.freeze()  # what lives as long as the process need not be looked at again
    async with api.router.lifespan_context(api):  # nobody else enters it
        yield
    cache.stop_listener()
    startup.close_database()


app = st.App(
    Path(__file__).parent / "pages" / "_ui" / "shell.py",
    lifespan=lifespan,
    routes=routes(secure=settings.secure_cookies, streams=api.state.streams),
    middleware=[
        Middleware(Guard, origins=settings.origins, secure=settings.secure_cookies),
        Middleware(BodyLimit),
        Middleware(Door, api=api),
        Middleware(CompressedFiles),
        Middleware(OwnPage),
        Middleware(Leaving),
    ],
    on_script_error=on_script_error,
)
