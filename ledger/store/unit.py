"""A unit of work: what is read under locks, appended and written beside it, and committed as a whole or not at all."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.engine.interfaces import DBAPICursor

from ledger.recorded import Recorded
from ledger.store import queries
from ledger.store.batches import Batch, batch, numbered
from ledger.store.errors import Overtaken
from ledger.store.inserting import insert_rows
from ledger.store.prepared import NOTHING, Prepared, Row, Values
from ledger.store.reading import decoded, decoded_by_id
from ledger.store.schema import idempotency
from ledger.store.values import NO_LIMIT, Draft, Head, KeptAnswer, Known, Name

TICK = timedelta(microseconds=1)
"""The least time between two appends, so that an instant always falls clearly before or after an append."""

BROKEN = "a statement of this unit of work failed, so nothing of it was kept"


class Unit(ABC):
    """The work inside `with store.write(...) as unit`.

    All look-ups see what was committed when the locks were granted, and what this unit wrote. The accounts named to
    `write` can't change until the unit ends, nor can the world. `head` is where the ledger stood then: on PostgreSQL
    writers of other accounts may move it on until `append` or `keep_answers` locks it.
    """

    def __init__(self, connection: Connection, head: Head, *, accounts: Collection[str] | None) -> None:
        self.connection = connection
        """For what is not worth preparing. The transaction on it is the unit's own: leave its end to the store."""
        self.head = head
        """The position and the world that this unit builds on."""
        self.discarded = False
        self._accounts = accounts
        """None where every account is locked."""
        self._cursor: DBAPICursor = connection.connection.cursor()
        self._locked: Head | None = None
        """The head under its lock, as this unit has left it."""
        self._bump = 0
        self._broken = False

    # ---- looking up ---------------------------------------------------------------------------------------------

    @property
    def dialect(self) -> Dialect:
        return self.connection.dialect

    def events_by_id(self, event_ids: Iterable[str]) -> dict[str, Recorded]:
        """The events with these ids, by id; those that are not in the ledger are left out."""
        wanted = list(event_ids)
        return decoded_by_id(self.rows(queries.EVENTS_BY_ID, {"event_ids": wanted})) if wanted else {}

    def answers_by_key(self, keys: Iterable[str]) -> dict[str, KeptAnswer]:
        """What was answered under these Idempotency-Keys, by key."""
        wanted = list(keys)
        found = self.rows(queries.ANSWERS_BY_KEY, {"keys": wanted}) if wanted else []
        return {row[0]: KeptAnswer(*row) for row in found}

    def account_positions(self, account_ids: Iterable[str]) -> dict[str, int]:
        """The position of the last event of each account; 0 for one that has none."""
        wanted = list(account_ids)
        found = self.rows(queries.LAST_POSITIONS, {"account_ids": wanted}) if wanted else []
        return {**dict.fromkeys(wanted, 0), **{row[0]: row[1] for row in found}}

    def account_events(self, account_id: str | None, *, after: int = 0) -> list[Recorded]:
        """The history of an account (the events of no account for None) after a position."""
        wanted: dict[str, object] = {"after": after, "up_to": NO_LIMIT}
        if account_id is None:
            return decoded(self.rows(queries.GLOBAL_HISTORY, wanted))
        return decoded(self.rows(queries.ACCOUNT_HISTORY, {**wanted, "account_id": account_id}))

    def histories(self, account_ids: Iterable[str]) -> dict[str, list[Recorded]]:
        """The whole histories of many accounts, in one question."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        wanted = list(account_ids)
        for row in self.rows(queries.HISTORIES, {"account_ids": wanted, "up_to": NO_LIMIT}) if wanted else ():
            found[row[0]].append(row)
        return {account_id: decoded(found[account_id]) for account_id in wanted}

    def known(self, names: Iterable[Name]) -> dict[Name, Known]:
        """What these (kind, id) pairs name now; those that name nothing are left out."""
        wanted = set(names)
        found = self.rows(queries.KNOWN, {"ids": list({id_ for _, id_ in wanted})}) if wanted else []
        return {known[:2]: known for row in found if (known := Known(*row))[:2] in wanted}

    # ---- writing ------------------------------------------------------------------------------------------------

    def provisional(self, drafts: Sequence[Draft]) -> list[Recorded]:
        """The drafts as `append` will record them if the head stays where it is: to derive from before it is locked.

        If the positions that `append` answers differ, they all differ by the same number.
        """
        base = self._locked or self.head
        return numbered(drafts, base.position + 1, base.recorded_at + TICK)

    def append(self, drafts: Sequence[Draft]) -> list[Recorded]:
        """Records the drafts, in their order, at the next positions of the ledger, all at the same instant.

        Locks the head, as the last of the unit's locks, until the unit ends: call it late, and write kept rows after
        it. Makes known what the events introduce, and takes back what the events that they retract or correct had
        introduced. Raises Overtaken when another process has recorded an id of theirs since this unit began.
        """
        if not drafts:
            return []
        self._check_accounts(drafts)
        with self._wholly():
            base, now = self._lock_head()
            instant = max(now, base.recorded_at + TICK)
            prepared = batch(drafts, base.position + 1, instant)
            if self._locked is None and base.position > self.head.position:
                self._check_overtaken(prepared)
            ahead = Head(prepared.last_position, instant, base.world + self._bump)
            self._write_batch(prepared, ahead)
        self._locked, self._bump = ahead, 0
        return prepared.recorded

    def bump_world(self) -> None:
        """Says that this append changes what derivations of any account may depend on. The unit must be exclusive."""
        if self._accounts is not None:
            raise ValueError('only a unit opened with world="exclusive" may change the world')
        self._bump = 1

    def keep_answers(self, answers: Sequence[KeptAnswer]) -> None:
        """Keeps what is answered under Idempotency-Keys. Raises Overtaken when another process used one just now."""
        if answers:
            if self._locked is None:
                self._locked, _ = self._lock_head()  # before the rows, as in every unit: else two could wait in a ring
            at = self._locked.recorded_at
            self.insert(idempotency, [(one.key, one.request_hash, one.status, one.answer, at) for one in answers])

    def discard(self) -> None:
        """Lets the unit end without leaving anything behind: a dry run."""
        self.discarded = True

    # ---- other rooms' rows --------------------------------------------------------------------------------------

    def rows(self, prepared: Prepared, values: Values = NOTHING) -> list[Row]:
        """All rows that a prepared SELECT answers, in this unit's transaction."""
        return prepared.rows(self._cursor, self.dialect, values)

    def run(self, prepared: Prepared, values: Values = NOTHING) -> int:
        """Runs a prepared statement that answers no rows; the number of rows it touched."""
        with self._wholly():
            return prepared.run(self._cursor, self.dialect, values)

    def run_many(self, prepared: Prepared, rows: Iterable[Values]) -> None:
        """Runs a prepared statement for each of many rows."""
        with self._wholly():
            prepared.run_many(self._cursor, self.dialect, rows)

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Inserts many rows in one call; their cells stand in the order of the table's columns."""
        with self._wholly():
            insert_rows(self._cursor, self.dialect, table, rows)

    def cursor(self) -> DBAPICursor:
        """A cursor of the driver itself on this unit's connection."""
        return self.connection.connection.cursor()

    # ---- what differs between the databases ---------------------------------------------------------------------

    @abstractmethod
    def _lock_head(self) -> tuple[Head, datetime]:
        """The head, which nobody else can move until this unit ends, and the time by the clock the ledger goes by."""

    @abstractmethod
    def _write_batch(self, prepared: Batch, ahead: Head) -> None:
        """Writes the rows of an append and moves the head on."""

    # ---- for the store -------------------------------------------------------------------------------------------

    def finish(self) -> bool:
        """Whether the unit's work should be kept. Raises RuntimeError when something of it failed and the error was
        caught within the unit: what had been written of it must not be kept without the rest.
        """
        if self._broken and not self.discarded:
            raise RuntimeError(BROKEN)
        return not self.discarded

    # ---- within -------------------------------------------------------------------------------------------------

    @contextmanager
    def _wholly(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._broken = True
            raise

    def _check_accounts(self, drafts: Sequence[Draft]) -> None:
        if self._accounts is None:
            return
        unlocked = {draft.event.account_id for draft in drafts} - {None} - set(self._accounts)
        if unlocked:
            raise ValueError(f"these accounts were not named to write(): {sorted(map(str, unlocked))}")

    def _check_overtaken(self, prepared: Batch) -> None:
        """Another process was quicker: raises Overtaken if it made known what these events introduce."""
        introduced = {row[:2] for row in prepared.known_ids}
        ids = list({id_ for id_, _ in introduced})
        newer = self.rows(queries.NEWLY_KNOWN, {"ids": ids, "after": self.head.position}) if ids else []
        if any(row in introduced for row in newer):
            raise Overtaken
