"""What the database should look like: every table that a room of the ledger declares."""

from sqlalchemy import MetaData

import projections.schema  # noqa: F401 - importing it declares its tables in the same MetaData
from ledger.store.schema import metadata


def declared() -> MetaData:
    """All tables of the facts and of the kept answers; what the migrations must arrive at."""
    return metadata
