"""A ledger of each kind of database, empty, for each test."""

from collections.abc import Iterator

import pytest

from tests.projections.ledgers import Ledger, open_ledger


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """An empty ledger with its recorder."""
    with open_ledger(database_url) as opened:
        yield opened
