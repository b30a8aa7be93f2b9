# ruff: noqa: N818 - the names say what happened, as the store's do
"""Rows on their way into the tables of kept answers: gathered while events are taken in, written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import bindparam, update

from ledger.store import Prepared, Unit
from ledger.store.prepared import Row
from projections.pages import Turn
from projections.rows import INTERVALS, KNOWN_FROM, KNOWN_UNTIL, RowKey
from projections.schema import OPEN_POSITION, kept_mentions, kept_notices, kept_parties, kept_withdrawals


class LostRows(RuntimeError):
    """Kept rows are not what the facts come to: somebody changed the tables of kept answers by hand."""

    def __init__(self, place: str) -> None:
        super().__init__(f"the kept answers of {place} are not as the ledger left them; `ledger rebuild` mends them")


class PendingRows:
    """What has still to be written. An interval begun and ended here is written once, with both ends."""

    def __init__(self) -> None:
        self._begun: defaultdict[str, dict[RowKey, list[Any]]] = defaultdict(dict)
        self._ended: defaultdict[str, dict[RowKey, int]] = defaultdict(dict)
        self.parties: list[list[Any]] = []
        self.closed_parties: list[tuple[str, int, int]] = []
        """(party, the position of the registration, the position from which it is no longer known)."""
        self.mentions: dict[tuple[str, str], int] = {}
        self.withdrawals: list[list[Any]] = []
        self.notices: list[list[Any]] = []

    def add(self, turn: Turn) -> None:
        """Takes in what an event does to one account."""
        step = turn.step
        for party_id in turn.newly_named:
            self.mentions.setdefault((party_id, step.account_id), step.position)
        begun, ended = self._begun[step.account_id], self._ended[step.account_id]
        for key in step.ended:
            row = begun.get(key)
            if row is None:
                ended[key] = step.position
            else:
                row[KNOWN_UNTIL] = step.position
        for table, rows in enumerate(step.begun):
            for row in rows:
                begun[RowKey(table, row[KNOWN_FROM], row[2])] = row

    def withdraw(self, event_id: str, position: int, account_id: str | None, by_account_id: str | None) -> None:
        """Notes that an event, of the first account, is withdrawn by one of the second."""
        self.withdrawals.append([event_id, position, account_id, by_account_id])

    def close_party(self, party_id: str, since: int, until: int) -> None:
        """Notes that the registration made at one position is no longer known from another one on."""
        for row in self.parties:
            if row[:2] == [party_id, since]:
                row[2] = until
                return
        self.closed_parties.append((party_id, since, until))

    def begun_in(self, place: int) -> list[Row]:
        """The rows begun in a table of INTERVALS."""
        return [tuple(row) for rows in self._begun.values() for key, row in rows.items() if key.table == place]

    def begun_on(self, account_id: str) -> Iterator[tuple[RowKey, bytes]]:
        """The rows of an account begun here that are not ended here, in the order in which they were begun."""
        for key, row in self._begun.get(account_id, {}).items():
            if row[KNOWN_UNTIL] == OPEN_POSITION:
                yield key, row[-1].encode()

    def ends(self, account_id: str, key: RowKey) -> bool:
        """Whether a row written before is ended here."""
        return key in self._ended.get(account_id, {})

    def shift(self, past: int, by: int) -> None:
        """Moves every position after `past`."""
        for rows in self._begun.values():
            for row in rows.values():
                row[KNOWN_FROM] += by if row[KNOWN_FROM] > past else 0
                row[KNOWN_UNTIL] += by if past < row[KNOWN_UNTIL] < OPEN_POSITION else 0
        for ended in self._ended.values():
            for key, position in ended.items():
                ended[key] = position + by
        for row in self.parties:
            row[1] += by
            row[2] += by if row[2] < OPEN_POSITION else 0
        self.closed_parties = [(party, since, until + by) for party, since, until in self.closed_parties]
        self.mentions = {names: position + by for names, position in self.mentions.items()}
        for row in self.withdrawals:
            row[1] += by
        for row in self.notices:
            row[0] += by

    def write(self, unit: Unit) -> None:
        """Writes everything and is empty afterwards. Raises LostRows if a row to be ended is not there."""
        for place, table in enumerate(INTERVALS):
            unit.insert(table, self.begun_in(place))
            ends = [
                (until, account_id, key.known_from, key.ordinal)
                for account_id, keys in self._ended.items()
                for key, until in keys.items()
                if key.table == place
            ]
            if ends and _end_rows(unit, place, ends) != len(ends):
                raise LostRows(table.name)
        unit.insert(kept_parties, [tuple(row) for row in self.parties])
        unit.insert(kept_mentions, [(*names, position) for names, position in self.mentions.items()])
        unit.insert(kept_withdrawals, [tuple(row) for row in self.withdrawals])
        unit.insert(kept_notices, [tuple(row) for row in self.notices])
        for party_id, since, until in self.closed_parties:
            unit.run(CLOSE_PARTY, {"id": party_id, "since": since, "until": until})
        self.__init__()  # type: ignore[misc]


CLOSE_PARTY = Prepared(
    update(kept_parties)
    .where(kept_parties.c.party_id == bindparam("id"), kept_parties.c.known_from == bindparam("since"))
    .values(known_until=bindparam("until"))
)

_AT_ONCE = """
    UPDATE {table} SET known_until = ended.known_until
    FROM json_to_recordset(%(rows)s::json)
        AS ended(known_until bigint, account_id text, known_from bigint, ordinal integer)
    WHERE {table}.account_id = ended.account_id AND {table}.known_from = ended.known_from
        AND {table}.ordinal = ended.ordinal
"""
_ONE_BY_ONE = "UPDATE {table} SET known_until = ? WHERE account_id = ? AND known_from = ? AND ordinal = ?"
_ENDING = {
    dialect: tuple(form.format(table=table.name) for table in INTERVALS)
    for dialect, form in (("sqlite", _ONE_BY_ONE), ("postgresql", _AT_ONCE))
}
_NAMES = ("known_until", "account_id", "known_from", "ordinal")


def _end_rows(unit: Unit, place: int, ends: Sequence[tuple[int, str, int, int]]) -> int:
    """Gives rows their end; the number of rows found."""
    statement = _ENDING[unit.dialect.name][place]
    cursor = unit.cursor()
    if unit.dialect.name == "sqlite":
        cursor.executemany(statement, ends)
    else:
        rows = orjson.dumps([dict(zip(_NAMES, end, strict=True)) for end in ends]).decode()
        cursor.execute(statement, {"rows": rows})
    return cursor.rowcount
