"""An open ledger of each kind of database, on a day that the test may turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date

import pytest

from api.settings import Settings
from api.wiring import RightsLedger, open_ledger

TODAY = date(2024, 6, 1)


def opened(url: str) -> AbstractContextManager[RightsLedger]:
    """The ledger in a migrated database."""
    return open_ledger(Settings(database_url=url, lock_seconds=30), today=lambda: TODAY)


@pytest.fixture
def ledger(database_url: str) -> Iterator[RightsLedger]:
    """An empty ledger."""
    with opened(database_url) as found:
        yield found
