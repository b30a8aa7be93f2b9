"""A ledger of each kind of database, and one whose kind makes no difference."""

from collections.abc import Iterator

import pytest

from tests.projections.ledgers import Ledger, open_ledger


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """An empty ledger with its recorder, on both databases in turn."""
    with open_ledger(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_ledger(sqlite_url: str) -> Iterator[Ledger]:
    """An empty ledger with its recorder, in an SQLite file."""
    with open_ledger(sqlite_url) as opened:
        yield opened
