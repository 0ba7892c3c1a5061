"""Moving the database's clock, which is the only one: what takes a week is tested in a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from db import session

_read_clock = session._read_clock


class Clock:
    """What `transaction.now` reads: the real time until it is set, and still from then on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: datetime | None = None
        monkeypatch.setattr("db.session._read_clock", self._read)

    def set(self, now: datetime) -> None:
        self.now = now

    def forward(self, **duration: float) -> None:
        assert self.now is not None
        self.now += timedelta(**duration)

    @contextmanager
    def back(self, **duration: float) -> Iterator[None]:
        """As a transaction sees it that began a moment earlier."""
        assert self.now is not None
        now = self.now
        self.now -= timedelta(**duration)
        yield
        self.now = now

    def _read(self, result: Any) -> datetime:
        real = _read_clock(result)
        return self.now or real
