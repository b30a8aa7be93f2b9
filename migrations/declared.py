"""What the database should look like: every table that a room of the ledger declares."""

from sqlalchemy import MetaData

import api.identity.schema
import api.webhooks.schema  # noqa: F401 - the same
import projections.schema  # noqa: F401 - the same
from ledger.store.schema import metadata


def declared() -> MetaData:
    """All tables of the facts, the kept answers and the service; what the migrations must arrive at."""
    return metadata


NOT_COMPARED = frozenset({"ix_events_lead"})
"""Indexes on expressions: Alembic can't compare them, so that the migrations alone make them."""


def is_compared(name: str | None, type_: str, _parents: object) -> bool:
    """Alembic's `include_name`: whether something found in a database is held against the declared tables."""
    return type_ != "index" or name not in NOT_COMPARED
