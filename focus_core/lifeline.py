"""Ends a process when the one that started it is gone, even by kill −9.

The parent keeps the writing end of a pipe; the kernel closes it with the parent.
"""

from __future__ import annotations

import os
import signal
import threading

VARIABLE = "FOCUS_LIFELINE_FD"


def watch() -> None:
    """Turn the end of our parent into SIGTERM for ourselves. Nothing to do when run alone."""
    descriptor = os.environ.pop(VARIABLE, None)
    if descriptor is not None:
        threading.Thread(target=_wait, args=(int(descriptor),), daemon=True).start()


def _wait(descriptor: int) -> None:
    os.read(descriptor, 1)  # returns only when the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)
