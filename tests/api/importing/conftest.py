"""An open ledger to import into, on both databases in turn."""

from collections.abc import Iterator
from datetime import date

import pytest

from api.settings import Settings
from api.wiring import RightsLedger, open_ledger


@pytest.fixture
def ledger(database_url: str) -> Iterator[RightsLedger]:
    """An empty ledger."""
    with open_ledger(Settings(database_url=database_url), today=lambda: date(2026, 7, 1)) as opened:
        yield opened


@pytest.fixture
def sqlite_ledger(sqlite_url: str) -> Iterator[RightsLedger]:
    """An empty ledger in an SQLite file, for what has nothing to do with the database."""
    with open_ledger(Settings(database_url=sqlite_url), today=lambda: date(2026, 7, 1)) as opened:
        yield opened
