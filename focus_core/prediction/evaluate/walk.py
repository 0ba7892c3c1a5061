"""Walking forward in time: a forecast rests on what was known before it, on nothing else."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from focus_core.prediction.evaluate.records import Record

Forecast = TypeVar("Forecast")


def walk_forward(
    records: Sequence[Record],
    predict: Callable[[Record], Forecast],
    learn: Callable[[Record, Forecast], None],
) -> list[Forecast]:
    """Forecasts for records in order of start.

    Before each, `learn` is told the outcomes that were known strictly before its start, in the
    order in which they became known, each with the forecast that had been made for it.
    """
    forecasts: list[Forecast] = []
    waiting: list[tuple[datetime, int]] = []
    for place, record in enumerate(records):
        while waiting and waiting[0][0] < record.start:
            _, earlier = heapq.heappop(waiting)
            learn(records[earlier], forecasts[earlier])
        forecasts.append(predict(record))
        heapq.heappush(waiting, (record.known, place))
    return forecasts
