"""Verifying: positions without a gap, bodies that match their hashes, kept answers that equal re-derived ones.

All is held against the ledger as it stood when the verification began; whatever is recorded meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import Table, bindparam, select

from ledger import canonical
from ledger.events.references import introductions
from ledger.recorded import Recorded
from ledger.store import Entry, Prepared, Store
from ledger.store.prepared import Row
from ledger.store.schema import accounts, known_ids
from projections.notices import NOTICES_KEPT, notices_in_log
from projections.pages import AccountPage
from projections.pending import PendingRows
from projections.progress import Progress, untold
from projections.rows import INTERVALS, KNOWN_UNTIL
from projections.schema import OPEN_POSITION, kept_mentions, kept_notices, kept_parties, kept_withdrawals
from projections.worlds import WorldHistory, replay

AT_ONCE = 1_000

KNOWN_IDS = Prepared(
    select(known_ids).where(known_ids.c.position > bindparam("after"), known_ids.c.position <= bindparam("at"))
)
ACCOUNTS = Prepared(
    select(accounts.c.account_id, accounts.c.last_position)
    .where(accounts.c.account_id > bindparam("after"))
    .order_by(accounts.c.account_id)
    .limit(AT_ONCE)
)
PARTIES = Prepared(select(kept_parties).where(kept_parties.c.known_from <= bindparam("at")))
WITHDRAWALS = Prepared(select(kept_withdrawals).where(kept_withdrawals.c.position <= bindparam("at")))
MENTIONS = Prepared(
    select(kept_mentions).where(
        kept_mentions.c.account_id == bindparam("account_id"), kept_mentions.c.position <= bindparam("at")
    )
)
ROWS_OF = tuple(
    Prepared(
        select(table)
        .where(table.c.account_id == bindparam("account_id"), table.c.known_from <= bindparam("at"))
        .order_by(table.c.known_from, table.c.ordinal)
    )
    for table in INTERVALS
)
STRAY = tuple(
    Prepared(
        select(table)
        .where(table.c.account_id.not_in(select(accounts.c.account_id)), table.c.known_from <= bindparam("at"))
        .limit(1)
    )
    for table in INTERVALS
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing found that is not as it has to be: where, what should stand there, and what does."""

    where: str
    expected: str
    found: str


class _Found(Exception):  # noqa: N818 - carries what was looked for
    def __init__(self, where: str, expected: object, found: object) -> None:
        super().__init__(where)
        self.difference = Difference(where, _shown(expected), _shown(found))


def verify(store: Store, progress: Progress = untold) -> Difference | None:
    """The first difference between the ledger and what it must be, None if there is none. Changes nothing."""
    try:
        _Verification(store, progress).run()
    except _Found as found:
        return found.difference
    return None


class _Verification:
    """One walk through the log, and one through the accounts."""

    def __init__(self, store: Store, progress: Progress) -> None:
        self._read = store.read
        self._progress = progress
        self._position = self._read.head().position
        self._reached = self._position
        """Where the ledger stood when that was last looked up."""
        self._gone: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._done = 0

    def run(self) -> None:
        """Raises _Found at the first difference."""
        self._check_positions_and_hashes()
        world = WorldHistory(self._read.rows, self._position)
        self._gone = {one.event_id: one.by.position for one in world.withdrawals.values()}
        self._check_registers(world)
        self._check_known_ids()
        self._check_notices()
        self._check_accounts(world)
        self._progress(2 * self._position, 2 * self._position)

    # ---- the log ------------------------------------------------------------------------------------------------

    def _check_positions_and_hashes(self) -> None:
        reached = 0
        for entries in self._read.entries(up_to=self._position, page=AT_ONCE):
            for entry in entries:
                reached += 1
                if entry.position != reached:
                    raise _Found(f"position {reached}", "an event", f"the next event has position {entry.position}")
                self._check_entry(entry)
            self._tell(len(entries))
        if reached != self._position:
            raise _Found("head", f"the last event's position, {reached}", self._position)

    def _check_entry(self, entry: Entry) -> None:
        where = f"event at position {entry.position}"
        hashed = canonical.leaf_hash(entry.body.encode())
        if hashed != bytes(entry.leaf_hash):
            raise _Found(f"{where}, leaf hash", hashed.hex(), bytes(entry.leaf_hash).hex())
        try:
            fact = canonical.decode(entry.body)
        except (ValueError, KeyError) as error:
            raise _Found(f"{where}, body", "a recorded event", f"{type(error).__name__}: {error}") from error
        said = _columns(fact)
        for name, expected in said.items():
            if getattr(entry, name) != expected:
                raise _Found(f"{where}, column {name}", expected, getattr(entry, name))
        if fact.account_id is not None:
            self._last[fact.account_id] = fact.position

    # ---- what stands beside the log -----------------------------------------------------------------------------

    def _check_registers(self, world: WorldHistory) -> None:
        at = {"at": self._position}
        registrations = [tuple(one) for found in world.registrations.values() for one in found]
        found = [self._as_of_then(row, 2) for row in self._read.rows(PARTIES, at)]
        _compare(kept_parties, registrations, found, key=2)
        withdrawals = [
            (one.event_id, one.by.position, one.account_id, one.by.account_id) for one in world.withdrawals.values()
        ]
        _compare(kept_withdrawals, withdrawals, self._read.rows(WITHDRAWALS, at), key=1)

    def _check_known_ids(self) -> None:
        """Every identifier is known from the event that introduced it until that was withdrawn."""
        after = 0
        for facts in self._read.recorded(up_to=self._position, page=AT_ONCE):
            upper = facts[-1].position
            expected = [row for fact in facts for row in self._known_rows(fact)]
            rows = self._read.rows(KNOWN_IDS, {"after": after, "at": upper})
            found = [row if (row[-1] or 0) <= self._position else (*row[:-1], None) for row in rows]
            _compare(known_ids, expected, found, key=3)
            after = upper

    def _check_notices(self) -> None:
        """Every announcement in the log is kept as one, and nothing else is."""
        after = 0
        for rows in (*notices_in_log(self._read.rows, self._position), []):
            upper = rows[-1][0] if rows else self._position
            _compare(kept_notices, rows, self._read.rows(NOTICES_KEPT, {"after": after, "at": upper}), key=1)
            after = upper

    def _known_rows(self, fact: Recorded) -> list[Row]:
        gone = self._gone.get(fact.event_id)
        return [(made.id, made.kind, fact.position, fact.account_id, gone) for made in introductions(fact.event)]

    def _check_accounts(self, world: WorldHistory) -> None:
        for account_id, last_position in self._accounts():
            expected = self._last.pop(account_id, 0)
            if last_position <= self._position and last_position != expected:
                raise _Found(f"accounts, last position of {account_id}", expected, last_position)
            self._check_account(account_id, world)
        for account_id, last_position in self._last.items():
            raise _Found(f"accounts, last position of {account_id}", last_position, None)
        for table, prepared in zip(INTERVALS, STRAY, strict=True):
            for row in self._read.rows(prepared, {"at": self._position}):
                raise _Found(f"{table.name}, account {row[0]}", "no row: the account has no event", row)

    def _check_account(self, account_id: str, world: WorldHistory) -> None:
        """Everything ever kept for an account is derived again."""
        pending = PendingRows()
        page = AccountPage(account_id, world.figures_at(0), 0)
        facts = self._read.history(account_id, up_to=self._position)
        for turn in replay(page, facts, world):
            pending.add(turn)
        at = {"account_id": account_id, "at": self._position}
        for place, table in enumerate(INTERVALS):
            found = [self._as_of_then(row, KNOWN_UNTIL) for row in self._read.rows(ROWS_OF[place], at)]
            _compare(table, pending.begun_in(place), found, key=3)
        mentions = [(*names, position) for names, position in pending.mentions.items()]
        _compare(kept_mentions, mentions, self._read.rows(MENTIONS, at), key=2)
        self._tell(len(facts))

    def _accounts(self) -> Iterator[tuple[str, int]]:
        after = ""
        while found := self._read.rows(ACCOUNTS, {"after": after}):
            yield from [(account_id, last_position) for account_id, last_position in found]
            after = found[-1][0]

    def _as_of_then(self, row: Row, until: int) -> Row:
        """A row as it stood when the verification began: what ended it later is not known yet."""
        ended = row[until]
        if ended <= self._position or ended == OPEN_POSITION:
            return row
        if ended > self._reached:
            self._reached = self._read.head().position
        return (*row[:until], OPEN_POSITION, *row[until + 1 :]) if ended <= self._reached else row

    def _tell(self, events: int) -> None:
        self._done += events
        self._progress(min(self._done, 2 * self._position), 2 * self._position)


def _columns(fact: Recorded) -> dict[str, object]:
    """What the columns of an event's row have to repeat."""
    return {
        "position": fact.position,
        "event_id": fact.event_id,
        "type": fact.type,
        "schema_version": fact.schema_version,
        "account_id": fact.account_id,
        "effective_on": fact.effective_on,
        "recorded_at": fact.recorded_at,
        "actor": fact.actor,
    }


def _compare(table: Table, expected: Iterable[Row], found: Iterable[Row], *, key: int) -> None:
    """Raises _Found for the first row (by the cells of its key) that is missing, too many, or not what it has to be."""
    for should, does in zip_longest(_sorted(expected, key), _sorted(found, key)):
        if should == does:
            continue
        if does is None or (should is not None and should[:key] < does[:key]):
            raise _Found(_where(table, should or (), key), should, None)
        if should is None or does[:key] < should[:key]:
            raise _Found(_where(table, does, key), None, does)
        raise _Found(_where(table, does, key), should, does)


def _sorted(rows: Iterable[Row], key: int) -> Sequence[Row]:
    return sorted(rows, key=lambda row: row[:key])


def _where(table: Table, row: Row, key: int) -> str:
    names = [column.name for column in table.columns][:key]
    return f"{table.name}, " + ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=False))


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return " | ".join(map(str, value)) if isinstance(value, tuple) else str(value)
