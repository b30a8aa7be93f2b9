"""Checking the log: whether what is kept is what was recorded, and what stands beside it follows from it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import select

from ledger import canonical
from ledger.history import names_as_gone
from ledger.instants import write_instant
from ledger.store.batches import known_rows
from ledger.store.prepared import Prepared, Row
from ledger.store.reading import Reader
from ledger.store.schema import accounts, known_ids
from ledger.store.values import Entry

ACCOUNTS = Prepared(select(accounts.c.account_id, accounts.c.last_position).order_by(accounts.c.account_id))
KNOWN_IDS = Prepared(select(known_ids).order_by(known_ids.c.position, known_ids.c.id, known_ids.c.kind))


class Fault(NamedTuple):
    """Something that is not as it has to be: where, what must stand there, what does."""

    where: str
    expected: str
    found: str


def first_fault(reader: Reader, seen: Callable[[int], None] | None = None) -> Fault | None:
    """The first fault of the log up to where it stands now, None for a sound one. The ledger may stay in use.

    Checks that positions have no holes, bodies match their hashes and the columns beside them, instants go forward,
    and that accounts and known identifiers are those that the events make. `seen` is told each page's last position.
    """
    return next(_faults(reader, seen or _unheard), None)


def _unheard(_position: int) -> None:
    pass


def _faults(reader: Reader, seen: Callable[[int], None]) -> Iterator[Fault]:
    head = reader.head()
    beside = _Beside()
    position, instant = 0, None
    for page in reader.entries(up_to=head.position):
        for entry in page:
            position += 1
            yield from _entry_faults(entry, position, instant)
            beside.take(entry)
            instant = entry.recorded_at
        seen(position)
    if position != head.position:
        yield Fault("head", f"position {position}, the last of the log", f"position {head.position}")
    if instant is not None and head.recorded_at < instant:
        yield Fault("head", f"recorded_at {instant.isoformat()} or later", head.recorded_at.isoformat())
    yield from beside.faults(reader, head.position)


def _entry_faults(entry: Entry, position: int, previous: datetime | None) -> Iterator[Fault]:
    """What is wrong with a row; the last position and instant are those of the row before it."""
    if entry.position != position:
        yield Fault(f"position {position}", "an event", f"none; the next one is at {entry.position}")
    expected, found = canonical.leaf_hash(entry.body.encode()), entry.leaf_hash
    if expected != found:
        yield Fault(f"position {position}, leaf_hash", expected.hex(), found.hex())
    body = orjson.loads(entry.body)
    columns = entry._asdict()
    columns["effective_on"] = entry.effective_on.isoformat()
    columns["recorded_at"] = write_instant(entry.recorded_at)
    for name, kept in columns.items():
        if name not in {"body", "leaf_hash"} and body.get(name) != kept:
            yield Fault(f"position {position}, column {name}", f"{body.get(name)!r} as in the body", repr(kept))
    if previous is not None and entry.recorded_at < previous:
        yield Fault(f"position {position}, recorded_at", f"{previous.isoformat()} or later", columns["recorded_at"])


class _Beside:
    """The rows of `accounts` and `known_ids` that a log makes."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._known: dict[int, list[Row]] = {}
        self._introduced_by: dict[str, int] = {}

    def take(self, entry: Entry) -> None:
        """Follows the log by one event."""
        recorded = canonical.decode(entry.body)
        if entry.account_id is not None:
            self._last[entry.account_id] = entry.position
        for event_id in names_as_gone(recorded):
            taken_back = self._introduced_by.pop(event_id, None)
            if taken_back is not None:
                self._known[taken_back] = [(*row[:-1], entry.position) for row in self._known[taken_back]]
        if rows := known_rows(recorded, None):
            self._known[entry.position] = sorted(rows)
            self._introduced_by[entry.event_id] = entry.position

    def faults(self, reader: Reader, up_to: int) -> Iterator[Fault]:
        """How the tables differ from that; what was recorded after `up_to` is left out of account."""
        kept = {row[0]: row[1] for row in reader.rows(ACCOUNTS)}
        for account_id in sorted(self._last.keys() | {name for name, last in kept.items() if last <= up_to}):
            expected, found = self._last.get(account_id, 0), kept.get(account_id, 0)
            if expected != found and found <= up_to:
                yield Fault(f"accounts, {account_id}", f"last position {expected}", f"last position {found}")
        rows: dict[int, list[Row]] = {}
        for row in map(_as_of(up_to), reader.rows(KNOWN_IDS)):
            if row[2] <= up_to:
                rows.setdefault(row[2], []).append(row)
        for position in sorted(self._known.keys() | rows.keys()):
            if self._known.get(position) != rows.get(position):
                where = f"known_ids, position {position}"
                yield Fault(where, str(self._known.get(position)), str(rows.get(position)))


def _as_of(up_to: int) -> Callable[[Row], Row]:
    """A row of known_ids as it was at a position: what was taken back later was not yet."""
    return lambda row: row if row[-1] is None or row[-1] <= up_to else (*row[:-1], None)
