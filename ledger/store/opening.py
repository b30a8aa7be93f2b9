"""Opening a ledger's database by its URL."""

from sqlalchemy import URL

from ledger.store.engines import parsed
from ledger.store.postgresql import PostgresStore
from ledger.store.sqlite import SqliteStore
from ledger.store.store import Store
from ledger.store.values import Waits


def open_store(url: str | URL, waits: Waits | None = None) -> Store:
    """The store at `sqlite:///path` or `postgresql+psycopg://…`.

    Connects at its first use, and makes and migrates nothing: `check()` tells whether the database is there and holds
    a ledger. Raises UnsupportedDatabase for any other URL.
    """
    parsed_url = parsed(url)
    kind = SqliteStore if parsed_url.get_backend_name() == "sqlite" else PostgresStore
    return kind(parsed_url, waits or Waits())
