"""Counts of requests in this process's memory."""

from __future__ import annotations

import threading
import time

from limits.storage.base import Storage

SWEEP_SECONDS = 10.0


class Counts(Storage):
    """Fixed windows, for `limits`. Its own MemoryStorage starts a thread with nearly every count,
    to forget what has run out, which costs a request more than the counting; here that is done
    in passing."""

    STORAGE_SCHEME = None  # found by no address, only made

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}
        self._sweep_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            if now >= self._sweep_at:
                self._forget(now)
            count, ends = self._windows.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._windows[key] = (count + amount, ends)
            return count + amount

    def get(self, key: str) -> int:
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window of `key` ends, or now, in seconds since 1970."""
        return max(self._windows.get(key, (0, 0.0))[1], time.time())

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def _forget(self, now: float) -> None:
        self._windows = {key: each for key, each in self._windows.items() if each[1] > now}
        self._sweep_at = now + SWEEP_SECONDS
