"""How much memory processes take, shared pages counted once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

import psutil

MEGABYTE = 1_000_000


def proportional_bytes(processes: Iterable[psutil.Process]) -> int:
    """Pages that several of them share are split among them; where the system doesn't tell, all
    pages count for each."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):
            total += _of(process)
    return total


def _of(process: psutil.Process) -> int:
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    if not rollup.exists():
        return int(process.memory_info().rss)
    lines = dict(line.split(":", 1) for line in rollup.read_text().splitlines()[1:])
    return int(lines["Pss"].split()[0]) * 1024


def family(pid: int) -> list[psutil.Process]:
    """The process and its children."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


class Peak:
    """The most that processes took while its block ran, looked at many times a second."""

    def __init__(self, processes: Callable[[], Iterable[psutil.Process]]) -> None:
        self._processes = processes
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.bytes = 0

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self.bytes = max(self.bytes, proportional_bytes(self._processes()))
