"""Logs: one line for each request, and what went wrong, as JSON lines or for people to read, on standard error."""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

from api.settings import Settings

SHARED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Without the values of variables: they hold what clients sent."""


def configure(settings: Settings) -> None:
    """Sends what this process logs, the server's own messages included, to standard error."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    structlog.configure(
        processors=[*SHARED, *_last(as_json=as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer)
        if as_json
        else structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*SHARED, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(as_json=as_json, text=True)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))


def _last(*, as_json: bool, text: bool = False) -> list[Processor]:
    """The processors that write an entry out, with its traceback."""
    if not as_json:
        return [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    write = _dumps_text if text else _dumps
    return [TRACEBACKS, structlog.processors.JSONRenderer(write)]


def _dumps(entry: Any, default: Any = None, **_: Any) -> bytes:
    return orjson.dumps(entry, default=default)


def _dumps_text(entry: Any, default: Any = None, **_: Any) -> str:
    return orjson.dumps(entry, default=default).decode()
