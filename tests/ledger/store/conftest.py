"""An open store on a migrated, empty database, of both kinds in turn."""

from collections.abc import Iterator

import pytest

from ledger.store import Store, Waits, open_store

QUICK = Waits(lock=0.3, statement=5.0, idle=5.0)
"""For tests in which somebody waits in vain."""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store."""
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def impatient(database_url: str) -> Iterator[Store]:
    """A second store on the same database, which soon gives up waiting."""
    with open_store(database_url, QUICK) as opened:
        yield opened
