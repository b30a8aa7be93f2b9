"""Derivation: by which version of the reading the kept answers were derived, and deriving them again if it is old.

A release that reads the same facts otherwise, or keeps more of them, raises VERSION: whoever opens an older ledger with
it has its answers rebuilt first, so that no answer is ever a mixture of two readings.
"""

from __future__ import annotations

import time

from sqlalchemy import bindparam, select, update

from ledger.store import Prepared, Store
from projections.progress import Progress, untold
from projections.rebuild import RebuildRunning, rebuild
from projections.schema import kept_derivation

VERSION = 2
"""The reading of this release."""

SECONDS_BETWEEN_LOOKS = 0.5

DERIVED_BY = Prepared(select(kept_derivation.c.version))
DERIVED = Prepared(update(kept_derivation).values(version=bindparam("new_version")))


def is_current(store: Store) -> bool:
    """Whether the kept answers are those of this release's reading."""
    return store.read.rows(DERIVED_BY, {}) == [(VERSION,)]


def bring_up_to_date(store: Store, progress: Progress = untold) -> bool:
    """Derives the kept answers again if they are an older release's; whether that was done here.

    Where another process is at it already, waits until it is done. Raises StoreError.
    """
    while not is_current(store):
        try:
            if store.read.head().position > 0:
                rebuild(store, progress)
        except RebuildRunning:
            time.sleep(SECONDS_BETWEEN_LOOKS)
            continue
        with store.write(world="exclusive") as unit:
            unit.run(DERIVED, {"new_version": VERSION})
        return True
    return False
