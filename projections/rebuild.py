"""Rebuilding: every kept answer derived anew from the facts, beside the old ones, then put in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.store.errors import StoreError
from projections.progress import Progress, untold


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild went through: the position it ends at, events and accounts read, and rows kept."""

    position: int
    events: int
    accounts: int
    rows: int


class RebuildRunning(StoreError):  # noqa: N818 - the name says what happened, as the store's do
    """Another process rebuilds the same ledger."""

    def __init__(self) -> None:
        super().__init__("another process rebuilds the kept answers of this ledger; wait until it is done")


def rebuild(store: Any, progress: Progress = untold) -> Rebuilt:
    """Derives all kept answers anew while the ledger stays in use, and switches to them in one transaction.

    Raises RebuildRunning, or a StoreError; in both cases the answers that stand are the old ones.
    """
    raise NotImplementedError
