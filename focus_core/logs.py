"""Structured log lines: one JSON object a line on standard error, times in UTC.

No secret and no session content goes into a log: events name ids and counts.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def configure(process: str, level: str) -> None:
    """Set up logging for this process; `process` stands on every line."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Without the values of variables, among which are passwords and what people typed.
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    # What libraries and our own modules say through the standard library comes out alike.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _name_process(process)],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    for ours in ("focus_core", "db", "pages"):
        logging.getLogger(ours).setLevel(number)


def _name_process(process: str) -> structlog.typing.Processor:
    """Threads that began before `configure` have no context of ours."""

    def add(_logger: object, _method: str, event: structlog.typing.EventDict) -> Any:
        event.setdefault("process", process)
        return event

    return add
