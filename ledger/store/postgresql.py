"""The store on PostgreSQL: writers of different accounts side by side, one order for all of them.

Locks, always taken in this order: the world (shared, or exclusive by who changes it), the accounts by their numbers,
the head row. The head is locked last and until the commit, so that positions have no holes and follow the commits.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import URL, Connection

from ledger.store import queries
from ledger.store.batches import Batch
from ledger.store.engines import postgresql_reading, postgresql_writing
from ledger.store.errors import InstantAhead, LedgerNotReady, LedgerUnavailable, OutcomeUnknown
from ledger.store.faults import fault, in_our_words, may_have_committed
from ledger.store.inserting import COPY_FROM, copy_rows, json_insert, json_rows
from ledger.store.reading import Reader
from ledger.store.schema import accounts, events, known_ids
from ledger.store.store import Store
from ledger.store.unit import BROKEN, Unit
from ledger.store.values import Head, Waits, World

READERS = 32
OLDEST = 15

WORLD_LOCK = 0x6C65_6467_6572_0001
"""The number of the advisory lock on the world; an account's is a hash of its id."""

MANY_ACCOUNTS = 256
"""More are not locked one by one, as the server has room for a few thousand: the unit is alone then."""

READ_HEAD = "SELECT position, recorded_at, world FROM head"
LOCK_HEAD = "SELECT position, recorded_at, world, clock_timestamp() FROM head FOR UPDATE"

# Everything of an append but the events, in one statement; the parts don't see each other's rows.
BESIDE_EVENTS = """
    latest AS (
        INSERT INTO accounts SELECT * FROM json_populate_recordset(NULL::accounts, %(accounts)s::json)
        ON CONFLICT (account_id) DO UPDATE SET last_position = excluded.last_position
    ),
    introduced AS (
        INSERT INTO known_ids SELECT * FROM json_populate_recordset(NULL::known_ids, %(known_ids)s::json)
    )
    UPDATE head SET position = %(to)s, recorded_at = %(instant)s, world = %(in_world)s
"""
SETTINGS = """
    SELECT current_setting('server_version_num')::integer, current_setting('server_version'), current_setting('fsync'),
        current_setting('synchronous_commit'), current_setting('server_encoding')
"""
COPIED = f"WITH {BESIDE_EVENTS}"
TOGETHER = f"WITH new_events AS ({json_insert(events)}), {BESIDE_EVENTS}"


class PostgresUnit(Unit):
    """A unit of work that holds the locks of its accounts from its beginning, and the head's from its first append."""

    def _lock_head(self) -> tuple[Head, datetime]:
        self._cursor.execute(LOCK_HEAD)
        position, recorded_at, world, now = self._cursor.fetchall()[0]
        return Head(position, recorded_at, world), now

    def _write_batch(self, prepared: Batch, ahead: Head) -> None:
        values = {
            "accounts": json_rows(accounts, prepared.accounts),
            "known_ids": json_rows(known_ids, prepared.known_ids),
            "to": ahead.position,
            "instant": ahead.recorded_at,
            "in_world": ahead.world,
        }
        if len(prepared.events) < COPY_FROM:
            self._cursor.execute(TOGETHER, {"rows": json_rows(events, prepared.events), **values})
        else:
            copy_rows(self._cursor, events, prepared.events)
            self._cursor.execute(COPIED, values)
        for event_id, at in prepared.withdrawn:
            self.run(queries.TAKE_BACK, {"gone_event_id": event_id, "gone_at": at})


class PostgresStore(Store):
    """A ledger on a PostgreSQL server, for any number of processes on any number of machines."""

    def __init__(self, url: URL, waits: Waits) -> None:
        self.place = url.render_as_string(hide_password=True)
        self._waits = waits
        self._writing = postgresql_writing(url, waits)
        self.read = Reader(
            postgresql_reading(url, waits),
            place=self.place,
            connections=READERS,
            wait=waits.lock,
            promise=self._promise,
        )

    @contextmanager
    def write(
        self, accounts: Iterable[str] = (), world: World = "shared", *, beside: Iterable[str] = ()
    ) -> Iterator[Unit]:
        named = frozenset(accounts)
        names = named.union(beside)
        alone = world == "exclusive" or len(names) > MANY_ACCOUNTS
        with self._transaction(f"BEGIN; {_locks(None if alone else names)}; {READ_HEAD}") as transaction:
            if transaction.found is None:
                raise LedgerNotReady(self.place)
            unit = PostgresUnit(transaction.connection, Head(*transaction.found), accounts=None if alone else named)
            yield unit
            transaction.keep = unit.finish()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._transaction("BEGIN; SELECT 1") as transaction:
            yield transaction.connection

    def warnings(self) -> list[str]:
        with self.read.connection() as connection:
            number, version, fsync, synchronous, encoding = connection.exec_driver_sql(SETTINGS).one()
        found = []
        if number // 10_000 < OLDEST:
            found.append(f"PostgreSQL {version} is older than {OLDEST}, the oldest that the ledger supports.")
        for name, value in (("fsync", fsync), ("synchronous_commit", synchronous)):
            if value == "off":
                found.append(f"PostgreSQL runs with {name} = off: a crash of its machine can lose what was recorded.")
        if encoding != "UTF8":
            found.append(f"The database is encoded in {encoding}, which can't hold every name: create it with UTF8.")
        return found

    def close(self) -> None:
        self.read.close()
        self._writing.dispose()

    def _promise(self, instant: datetime) -> int:
        with self._transaction(f"BEGIN; {LOCK_HEAD}") as transaction:
            if transaction.found is None:
                raise LedgerNotReady(self.place)
            position, recorded_at, _, now = transaction.found
            if instant > max(now, recorded_at):
                raise InstantAhead(instant, now)
            connection = transaction.connection
            queries.PROMISE.run(connection.connection.cursor(), connection.dialect, {"instant": instant})
            return int(position)

    @contextmanager
    def _transaction(self, beginning: str) -> Iterator["_Transaction"]:
        """A transaction opened by `beginning`, in one call of the server.

        Each statement of it sees what was committed while the ones before it waited for their locks.
        """
        with in_our_words(self.place, self._waits.lock):
            transaction = self._begun(beginning)
            try:
                yield transaction
                transaction.end(self.place)
            except BaseException:
                with suppress(Exception):  # what went wrong first is what matters
                    transaction.roll_back()
                raise
            finally:
                transaction.connection.close()

    def _begun(self, beginning: str) -> "_Transaction":
        while True:
            connection = self._writing.connect()
            used = connection.info.get("used", False)
            connection.info["used"] = True
            try:
                return _Transaction(connection, beginning)
            except BaseException as error:
                lost = isinstance(error, Exception) and isinstance(fault(error, self.place), LedgerUnavailable)
                if lost:
                    connection.invalidate()
                connection.close()
                if not (lost and used):
                    raise
                self._writing.dispose()  # the server has restarted since: begin once more on a fresh connection


class _Transaction:
    """A transaction on a connection that doesn't begin any by itself."""

    def __init__(self, connection: Connection, beginning: str) -> None:
        self.connection = connection
        self.keep = True
        cursor = self._execute(beginning)
        while cursor.nextset():
            pass
        self.found: tuple[Any, ...] | None = cursor.fetchone()
        """The first row that the last statement of the beginning answered."""

    def end(self, place: str) -> None:
        """Commits, or rolls back if it is not to be kept. Raises OutcomeUnknown if the server is lost meanwhile."""
        if not self.keep:
            self.roll_back()
            return
        try:
            done = self._execute("COMMIT")
        except Exception as error:
            if may_have_committed(error, place):
                raise OutcomeUnknown(place) from error
            raise
        if done.statusmessage != "COMMIT":
            # A statement had failed and somebody went on regardless: PostgreSQL then rolls back without an error.
            raise RuntimeError(BROKEN)

    def roll_back(self) -> None:
        self._execute("ROLLBACK")

    def _execute(self, sql: str) -> Any:
        cursor: Any = self.connection.connection.cursor()
        return cursor.execute(sql, prepare=False)


def _locks(names: frozenset[str] | None) -> str:
    """The statement that locks the world for what is named, and then that; all of the world for None."""
    if names is None:
        return f"SELECT pg_advisory_xact_lock({WORLD_LOCK})"
    world = f"SELECT pg_advisory_xact_lock_shared({WORLD_LOCK})"
    numbers = sorted({_number(name) for name in names})  # one order for everybody: no two wait in a ring
    if not numbers:
        return world
    listed = ",".join(map(str, numbers))
    return f"{world}; SELECT pg_advisory_xact_lock(number) FROM unnest('{{{listed}}}'::bigint[]) AS number"  # noqa: S608


def _number(name: str) -> int:
    """The advisory lock of an account or of what else is named. Two of the same number merely wait for each other."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
