"""The API on a real port, for clients that are programs of their own."""

from __future__ import annotations

import threading

import uvicorn

from focus_core.api.app import make_api
from focus_core.config import read_settings
from tests.api.conftest import served
from tests.running import free_port, wait_until


class Process:
    """The API on a port of its own, with a listener of its own."""

    def __init__(self) -> None:
        self.api = make_api(read_settings())
        self.port = free_port()
        config = uvicorn.Config(
            served(self.api), port=self.port, log_level="error", timeout_graceful_shutdown=5
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        wait_until(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
