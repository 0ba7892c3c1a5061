"""An event loop of its own: the thread of a test may have a browser's already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio


def run_aside(function: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """What `function` comes to, run to its end in another thread."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(anyio.run, function, *arguments).result()
