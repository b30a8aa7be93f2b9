"""Rebuilding: every kept answer derived anew from the facts, beside the old ones, then put in their place.

The ledger stays in use. What is recorded meanwhile is caught up with, the last of it while nobody else may write; the
switch itself is one short transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, bindparam, select, text, update

from ledger.store import Prepared, Store
from ledger.store.errors import StoreError
from ledger.store.schema import accounts, head
from projections import fresh
from projections.notices import notices_in_log
from projections.pages import AccountPage
from projections.pending import PendingRows
from projections.progress import Progress, untold
from projections.rows import INTERVALS
from projections.schema import kept_mentions, kept_notices, kept_parties, kept_withdrawals
from projections.worlds import WorldHistory, replay

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ROWS_AT_ONCE = 5_000
"""How many rows one transaction fills in, so that writers don't wait long for each other."""

ROUNDS = 5
"""How often the rebuild tries to catch up with the writers before it makes them wait."""

LOCK = 0x6C65_6467_6572_0002
"""The number of the advisory lock that a rebuild holds on PostgreSQL."""

CHANGED = Prepared(
    select(accounts.c.account_id).where(accounts.c.last_position > bindparam("after")).order_by(accounts.c.account_id)
)
NEW_WORLD = Prepared(update(head).values(world=head.c.world + 1))


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


def rebuild(store: Store, progress: Progress = untold) -> Rebuilt:
    """Derives all kept answers anew while the ledger stays in use, and switches to them in one transaction.

    Raises RebuildRunning, or a StoreError; in both cases the answers that stand are the old ones.
    """
    with _only_one(store):
        return _Rebuild(store, progress).run()


class _Rebuild:
    def __init__(self, store: Store, progress: Progress) -> None:
        self._store = store
        self._progress = progress
        self._position = 0
        self._total = store.read.head().position
        self._world = WorldHistory(store.read.rows, 0)
        self._events = 0
        self._rows: dict[str, int] = {}
        """How many rows each account has in the fresh tables."""

    def run(self) -> Rebuilt:
        with self._store.transaction() as connection:
            fresh.make(connection)
        try:
            for _ in range(ROUNDS):
                position = self._store.read.head().position
                if position == self._position:
                    break
                self._catch_up(position, None)
            with self._store.transaction() as connection:
                fresh.index(connection)
            with self._store.write(world="exclusive") as unit:
                if unit.head.position > self._position:
                    self._catch_up(unit.head.position, unit.connection)
                self._fill_registers(unit.connection)
                fresh.switch(unit.connection)
                unit.run(NEW_WORLD)  # pages that other processes hold name rows of the old tables
        except BaseException:
            with suppress(StoreError), self._store.transaction() as connection:
                fresh.remove(connection)
            raise
        self._progress(self._total, self._total)
        return Rebuilt(self._position, self._position, len(self._rows), sum(self._rows.values()))

    def _catch_up(self, position: int, connection: Connection | None) -> None:
        """Derives the accounts on which something happened since the last time, up to a position."""
        behind = self._position
        self._world.extend(self._store.read.rows, position)
        self._position = position
        again = behind > 0 and self._world.changed_since(behind)
        changed = [row[0] for row in self._store.read.rows(CHANGED, {"after": 0 if again else behind})]
        pending = PendingRows()
        waiting: dict[str, int] = {}
        for account_id in changed:
            waiting[account_id] = self._derive(account_id, pending)
            if sum(waiting.values()) >= ROWS_AT_ONCE:
                self._fill(pending, waiting, connection)
                pending, waiting = PendingRows(), {}
        self._fill(pending, waiting, connection)

    def _derive(self, account_id: str, pending: PendingRows) -> int:
        """Derives an account; the number of rows that makes."""
        facts = self._store.read.history(account_id, up_to=self._position)
        page = AccountPage(account_id, self._world.figures_at(0), 0)
        rows = 0
        for turn in replay(page, facts, self._world):
            pending.add(turn)
            rows += sum(map(len, turn.step.begun))
        self._events += len(facts)
        self._progress(min(self._events, self._total), self._total)
        return rows

    def _fill(self, pending: PendingRows, derived: Mapping[str, int], connection: Connection | None) -> None:
        """Fills in the rows of the accounts derived, in a transaction of their own unless there is one."""
        with self._transaction(connection) as filling:
            again = sorted(derived.keys() & self._rows.keys())
            fresh.forget(filling, (*INTERVALS, kept_mentions), again)
            for place, table in enumerate(INTERVALS):
                fresh.fill(filling, table, pending.begun_in(place))
            fresh.fill(filling, kept_mentions, [(*names, position) for names, position in pending.mentions.items()])
        self._rows.update(derived)

    def _transaction(self, connection: Connection | None) -> AbstractContextManager[Connection]:
        return self._store.transaction() if connection is None else nullcontext(connection)

    def _fill_registers(self, connection: Connection) -> None:
        world = self._world
        registrations = [tuple(one) for found in world.registrations.values() for one in found]
        withdrawals = [
            (one.event_id, one.by.position, one.account_id, one.by.account_id) for one in world.withdrawals.values()
        ]
        fresh.fill(connection, kept_parties, registrations)
        fresh.fill(connection, kept_withdrawals, withdrawals)
        for rows in notices_in_log(self._store.read.rows, self._position):
            fresh.fill(connection, kept_notices, rows)


@contextmanager
def _only_one(store: Store) -> Iterator[None]:
    """Holds what only one rebuild of a ledger can hold; it is free again when the process ends, however it does."""
    if store.read.dialect.name == "postgresql":
        with store.read.connection() as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar_one():
                raise RebuildRunning
            yield
        return
    path = Path(store.place)
    with path.with_name(f"{path.name}.rebuild").open("ab") as mark:
        if fcntl is not None:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RebuildRunning from None
        yield
