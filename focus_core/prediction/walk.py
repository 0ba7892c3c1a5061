"""Walking forward in time: a forecast rests on what was known before it, on nothing else."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar


class Timed(Protocol):
    """Has an order and two moments: when its forecast is due, and when its outcome was known."""

    @property
    def start(self) -> datetime: ...

    @property
    def known(self) -> datetime: ...


Item = TypeVar("Item", bound=Timed)
Forecast = TypeVar("Forecast")


def walk_forward(
    records: Sequence[Item],
    predict: Callable[[Item], Forecast],
    learn: Callable[[Item, Forecast], None],
    to_the_end: bool = False,
) -> list[Forecast]:
    """Forecasts for `records`, which are in order of start.

    Before each, `learn` is told the outcomes that were known strictly before its start, in the
    order in which they became known, each with the forecast that had been made for it. Those
    still unknown before the last forecast are learnt only when asked to walk `to_the_end`.
    """
    forecasts: list[Forecast] = []
    waiting: list[tuple[datetime, int]] = []
    for place, record in enumerate(records):
        while waiting and waiting[0][0] < record.start:
            _, earlier = heapq.heappop(waiting)
            learn(records[earlier], forecasts[earlier])
        forecasts.append(predict(record))
        heapq.heappush(waiting, (record.known, place))
    while to_the_end and waiting:
        _, earlier = heapq.heappop(waiting)
        learn(records[earlier], forecasts[earlier])
    return forecasts
