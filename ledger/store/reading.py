"""The reading side: the log by position, by event and by account, and any other room's prepared questions.

What was committed before a call began is seen by it. Positions have no holes and come in the order of the commits, so a
reader that asks for what follows the last position it saw never misses an event. Safe to use from many threads.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Dialect, Engine

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import queries
from ledger.store.errors import LedgerNotReady, LedgerUnavailable, PositionAhead
from ledger.store.faults import fault, in_our_words
from ledger.store.links import Links
from ledger.store.prepared import NOTHING, Prepared, Row, Values
from ledger.store.values import NO_LIMIT, Entry, Head, Known, Stored

PAGE = 1_000

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)

Promise = Callable[[datetime], int]
"""Waits for writers in flight, sees to it that nothing more is recorded at or before the instant, tells the position.
Raises InstantAhead for an instant in the future."""


class Reader:
    """Reads the ledger on connections of its own, which can't write. Raises the errors of ledger.store.errors."""

    def __init__(self, engine: Engine, *, place: str, connections: int, wait: float, promise: Promise) -> None:
        self._engine = engine
        self._dialect = engine.dialect
        self._place = place
        self._wait = wait
        self._links = Links(engine, connections, wait)
        self._promise = promise

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    # ---- where the ledger stands --------------------------------------------------------------------------------

    def head(self) -> Head:
        """The last position, the instant of the last recording, and the state of the world."""
        found = self.rows(queries.HEAD)
        if not found:
            raise LedgerNotReady(self._place)
        return Head(*found[0])

    def resolve(self, known_at: int | datetime | None) -> int:
        """The position that a question's `known_at` means: the last one for None, the position itself, or the last one
        recorded at or before an instant. The same instant means the same position for ever.

        An instant later than the last recording waits for a writer in flight, and leaves a note in the database that
        nothing more may be recorded at or before it. Raises PositionAhead, InstantAhead, or LedgerBusy when the wait
        is too long.
        """
        if isinstance(known_at, datetime):
            settled = self.settled(known_at)
            return self._promise(_utc(known_at)) if settled is None else settled
        last = self.head().position
        if known_at is None:
            return last
        if not 0 <= known_at <= last:
            raise PositionAhead(known_at, last)
        return known_at

    def settled(self, instant: datetime) -> int | None:
        """The position an instant means if that needs no waiting and no writing, else None."""
        ((promised, position),) = self.rows(queries.RECORDED_BY, {"instant": _utc(instant)})
        return (position or 0) if _utc(instant) <= promised else None

    # ---- the log ------------------------------------------------------------------------------------------------

    def page(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        account_id: str | None = None,
        type: str | None = None,  # noqa: A002 - the contract's word
        up_to: int = NO_LIMIT,
    ) -> list[Stored]:
        """Events in the order of their positions, from the first after `after` to `up_to` at most, as they are kept."""
        wanted = {"after": after, "limit": limit, "account_id": account_id, "type": type, "up_to": up_to}
        prepared = queries.PAGES[account_id is not None, type is not None]
        return [Stored(position, body) for position, body in self.rows(prepared, wanted)]

    def event(self, event_id: str) -> Stored | None:
        """The event with this id, as it is kept."""
        found = self.rows(queries.EVENT, {"event_id": event_id})
        return Stored(*found[0]) if found else None

    def events_by_id(self, event_ids: list[str]) -> dict[str, Recorded]:
        """The events with these ids, by id; those that are not in the ledger are left out."""
        return decoded_by_id(self.rows(queries.EVENTS_BY_ID, {"event_ids": event_ids}))

    def history(self, account_id: str | None, *, after: int = 0, up_to: int = NO_LIMIT) -> list[Recorded]:
        """All events of an account (of no account for None) with positions from `after` (exclusive) to `up_to`."""
        wanted: dict[str, object] = {"after": after, "up_to": up_to}
        if account_id is None:
            return decoded(self.rows(queries.GLOBAL_HISTORY, wanted))
        return decoded(self.rows(queries.ACCOUNT_HISTORY, {**wanted, "account_id": account_id}))

    def recorded(self, *, after: int = 0, up_to: int = NO_LIMIT, page: int = PAGE) -> Iterator[list[Recorded]]:
        """The whole log in pages, read as text and decoded: what a rebuild goes through."""
        while found := self.page(after=after, limit=page, up_to=up_to):
            yield decoded([(position, body) for position, body in found])
            after = found[-1].position

    def entries(self, *, after: int = 0, up_to: int = NO_LIMIT, page: int = PAGE) -> Iterator[list[Entry]]:
        """The rows of the log in pages, with every column: what a verification goes through."""
        while found := self.rows(queries.ENTRIES, {"after": after, "limit": page, "up_to": up_to}):
            yield [Entry(*row) for row in found]
            after = found[-1][0]

    def known(self, kind: str, id: str, *, at: int = NO_LIMIT) -> Known | None:  # noqa: A002 - the contract's word
        """What an identifier named at a position, None if nothing (any more)."""
        found = self.rows(queries.KNOWN_AT, {"kind": kind, "id": id, "at": at})
        return Known(*found[0]) if found else None

    # ---- other rooms' questions ---------------------------------------------------------------------------------

    def rows(self, prepared: Prepared, values: Values = NOTHING) -> list[Row]:
        """All rows that a prepared SELECT answers. It runs on a connection that can't write."""
        try:
            found = self._asked(prepared, values)
            while found is None:  # the server has restarted since the last question: a fresh connection may do
                self._links.drop_idle()
                found = self._asked(prepared, values)
        except Exception as error:
            ours = fault(error, self._place, self._wait)
            if ours is None:
                raise
            raise ours from error
        return found

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A SQLAlchemy connection for what is not worth preparing; each statement sees what is committed by then."""
        with in_our_words(self._place, self._wait), self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self._links.drop_idle()
        self._engine.dispose()

    def _asked(self, prepared: Prepared, values: Values) -> list[Row] | None:
        """The rows, or None when a connection that had answered before turns out to be cut off."""
        link = self._links.take()
        try:
            found = prepared.rows(link.cursor, self._dialect, values)
        except BaseException as error:
            self._links.drop(link)
            if link.used and isinstance(error, Exception) and isinstance(fault(error, self._place), LedgerUnavailable):
                return None
            raise
        self._links.give(link)
        return found


def decoded(rows: list[Row]) -> list[Recorded]:
    """The events in the last column of each row."""
    return [canonical.decode(row[-1]) for row in rows]


def decoded_by_id(rows: list[Row]) -> dict[str, Recorded]:
    """The same, by event id."""
    return {recorded.event_id: recorded for recorded in decoded(rows)}


def _utc(instant: datetime) -> datetime:
    """The instant in UTC; one that can't be written in UTC is as far back or ahead as any can be."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone could mean any of several positions")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return _LAST if instant.year > 1 else _FIRST
