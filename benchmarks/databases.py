"""Databases to measure on: SQLite files and PostgreSQL databases, migrated, and thrown away afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import migrations
from api.settings import Settings
from api.wiring import RightsLedger, open_ledger
from tests.support import postgresql

KINDS = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of a migrated, empty database. LEDGER_TEST_DATABASE_URL may name a PostgreSQL server to use."""
    with tempfile.TemporaryDirectory(prefix="ledger-benchmark-") as folder:
        if kind == "sqlite":
            url = f"sqlite:///{folder}/ledger.db"
            migrations.upgrade(url)
            yield url
            return
        with postgresql.running(Path(folder)) as server, server.database() as url:
            migrations.upgrade(url)
            yield url


@contextmanager
def ledger(url: str, today: date | None = None) -> Iterator[RightsLedger]:
    """The ledger on a database, opened in this process."""
    with open_ledger(Settings(database_url=url), None if today is None else lambda: today) as opened:
        yield opened


def chosen(kind: str) -> Sequence[str]:
    """The kinds that an option means."""
    return KINDS if kind == "both" else (kind,)
