"""Runs training in a process of its own, of low priority, so that nothing else waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import structlog

from focus_core import lifeline
from focus_core.services import model_training

ROOT = Path(__file__).resolve().parent.parent
NICENESS = 10
STOP_SECONDS = 10

log = structlog.get_logger()


class Trainer:
    """At most one training at a time; it ends with this process, however that ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: int | None = None

    def start_when_due(self) -> None:
        """Start a training unless one runs or none is due."""
        if self._runs() or not model_training.is_due():
            return
        reading, self._lifeline = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "focus_core", "train"],
            cwd=ROOT,
            # One core is enough: libraries of numbers take all there are.
            env=os.environ | {lifeline.VARIABLE: str(reading), "OMP_NUM_THREADS": "1"},
            pass_fds=(reading,),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(reading)
        os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)
        log.info("training_started")

    def stop(self) -> None:
        """End a training that runs; nothing of it is stored then."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._close(self._process.wait())

    def _runs(self) -> bool:
        if self._process is None:
            return False
        code = self._process.poll()
        if code is None:
            return True
        self._close(code)
        return False

    def _close(self, code: int) -> None:
        assert self._lifeline is not None  # noqa: S101 - made with the process
        os.close(self._lifeline)
        self._process = self._lifeline = None
        write = log.warning if code else log.info
        write("training_ended", exit_code=code)
