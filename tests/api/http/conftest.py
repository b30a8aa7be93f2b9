"""Served ledgers: `api` on both databases in turn, `sqlite_api` where the database makes no difference."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from api.settings import Settings
from tests.api.http.server import Api, serving


@pytest.fixture
def api(database_url: str) -> Iterator[Api]:
    """An empty ledger, served."""
    with serving(Settings(database_url=database_url)) as served:
        yield served


@pytest.fixture
def sqlite_api(sqlite_url: str) -> Iterator[Api]:
    """An empty ledger in an SQLite file, served."""
    with serving(Settings(database_url=sqlite_url)) as served:
        yield served


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    """What goes right is not told on the terminal."""
    structlog.configure(
        processors=[structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
