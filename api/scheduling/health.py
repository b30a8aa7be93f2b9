"""Whether a scheduler is at work, and when it last ran to its end: for readiness, and for whoever watches."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import insert, select, update

from api.scheduling.announcing import Ran
from api.scheduling.leading import leadership
from ledger.store import Prepared, Store
from projections.schema import scheduler_runs

LAST_RUN = Prepared(select(scheduler_runs.c.ran_at, scheduler_runs.c.ran_on, scheduler_runs.c.position))


@dataclass(frozen=True, slots=True)
class SchedulerHealth:
    """Whether a scheduler leads now; when, for which day and from which position one last ran to its end, if ever."""

    alive: bool
    ran_at: datetime | None = None
    ran_on: date | None = None
    position: int | None = None


def health(store: Store) -> SchedulerHealth:
    """How the scheduling of a ledger fares: two short look-ups. Raises StoreError."""
    alive = leadership(store).is_taken()
    found = store.read.rows(LAST_RUN)
    return SchedulerHealth(alive, *found[0]) if found else SchedulerHealth(alive)


def note_run(store: Store, ran: Ran) -> None:
    """Leaves word that a run came to its end. Raises StoreError."""
    values = {
        "ran_at": datetime.now(UTC),
        "ran_on": ran.on,
        "position": ran.position,
        "leader": f"{socket.gethostname()}:{os.getpid()}",
    }
    with store.transaction() as connection:
        if not connection.execute(update(scheduler_runs).values(values)).rowcount:
            connection.execute(insert(scheduler_runs).values(id=1, **values))
