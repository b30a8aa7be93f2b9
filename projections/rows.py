"""How kept answers are written as rows, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Table

from ledger.store.prepared import Row
from policies.kept import Changes, Entitlement, Kept, Obligation, Right, Sheet, Situation, Stream
from projections.schema import (
    OPEN_POSITION,
    kept_entitlements,
    kept_obligations,
    kept_rights,
    kept_sheets,
    kept_situations,
    kept_streams,
)

KNOWN_FROM, KNOWN_UNTIL = 1, 3
"""The places of the two positions in a row of any of the tables of intervals."""

_AGAIN = b"+"

_encode = msgspec.json.Encoder().encode
decode_right = msgspec.json.Decoder(Right).decode
decode_obligation = msgspec.json.Decoder(Obligation).decode
decode_situation = msgspec.json.Decoder(Situation).decode
decode_stream = msgspec.json.Decoder(Stream).decode
decode_entitlement = msgspec.json.Decoder(Entitlement).decode
decode_sheet = msgspec.json.Decoder(Sheet).decode


class RowKey(NamedTuple):
    """Which row of an account: its table's place in INTERVALS, the position that began it, its number among those."""

    table: int
    known_from: int
    ordinal: int


def _of_right(right: Right) -> Row:
    return (
        right.kind,
        right.holder,
        right.status,
        right.opportunity_id,
        right.line,
        right.contract_id,
        right.deadline_on,
    )


def _of_obligation(owed: Obligation) -> Row:
    return (owed.kind, owed.party_id, owed.state, owed.opportunity_id, owed.contract_id)


def _of_situation(situation: Situation) -> Row:
    return (situation.business,)


def _of_stream(stream: Stream) -> Row:
    return (stream.contract_id, stream.opportunity_id, stream.holder, stream.state)


def _of_entitlement(earned: Entitlement) -> Row:
    return (
        earned.kind,
        earned.party_id,
        earned.contract_id,
        earned.opportunity_id,
        earned.currency,
        earned.amount,
        earned.counted,
    )


def _of_sheet(sheet: Sheet) -> Row:
    return (
        sheet.opportunity_id,
        sheet.state,
        sheet.stage,
        sheet.manager,
        sheet.region,
        sheet.currency,
        sheet.amount,
        sheet.expected_close_on,
    )


INTERVALS: tuple[Table, ...] = (
    kept_rights,
    kept_obligations,
    kept_situations,
    kept_streams,
    kept_entitlements,
    kept_sheets,
)
DECODE: tuple[Callable[[str], Kept], ...] = (
    decode_right,
    decode_obligation,
    decode_situation,
    decode_stream,
    decode_entitlement,
    decode_sheet,
)
"""How the body of a row of each of INTERVALS is read."""

_PLACES: dict[type, int] = {Right: 0, Obligation: 1, Situation: 2, Stream: 3, Entitlement: 4, Sheet: 5}
_CELLS: tuple[Callable[[Any], Row], ...] = (
    _of_right,
    _of_obligation,
    _of_situation,
    _of_stream,
    _of_entitlement,
    _of_sheet,
)

Begun = tuple[list[list[Any]], ...]
"""Rows begun, table by table of INTERVALS."""


def no_rows() -> Begun:
    """Nothing begun in any table."""
    return tuple([] for _ in INTERVALS)


@dataclass(slots=True)
class Step:
    """What one event changes in the rows of one account: the keys of those it ends, and those it begins, by table."""

    account_id: str
    position: int
    ended: list[RowKey]
    begun: Begun
    changes: Changes

    @property
    def size(self) -> int:
        """How many rows it touches."""
        return len(self.ended) + sum(map(len, self.begun))


class CurrentRows:
    """The rows of one account that are known now, found by what they say.

    Two rows may say the same (of two, the later one ends first).
    """

    __slots__ = ("_keys", "account_id")

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self._keys: dict[bytes, RowKey] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: RowKey, body: bytes) -> None:
        """Takes in a row; of rows that say the same, the earlier one first."""
        mark = _mark(key.table, body)
        while mark in self._keys:
            mark += _AGAIN
        self._keys[mark] = key

    def step(self, position: int, changes: Changes) -> Step:
        """The rows that the changes end and begin, known from `position` on. KeyError if one to end is missing."""
        if not (changes.ended or changes.begun):
            return Step(self.account_id, position, [], no_rows(), changes)
        ended = [self._end(kept) for kept in changes.ended]
        begun = no_rows()
        fresh: tuple[list[tuple[bytes, Kept]], ...] = tuple([] for _ in INTERVALS)
        for kept in changes.begun:
            fresh[_PLACES[type(kept)]].append((_encode(kept), kept))
        for table, found in enumerate(fresh):
            found.sort(key=_body)  # so that the ordinals follow from what the rows say
            for ordinal, (body, kept) in enumerate(found):
                self.add(RowKey(table, position, ordinal), body)
                begun[table].append(self._row(table, position, ordinal, kept, body))
        return Step(self.account_id, position, ended, begun, changes)

    def matches(self, kept: Iterable[Kept]) -> bool:
        """Whether these rows say exactly what is kept."""
        said: set[bytes] = set()
        for one in kept:
            mark = _mark(_PLACES[type(one)], _encode(one))
            while mark in said:
                mark += _AGAIN
            said.add(mark)
        return said == self._keys.keys()

    def shift(self, past: int, by: int) -> None:
        """Moves the rows begun after position `past`."""
        for mark, key in self._keys.items():
            if key.known_from > past:
                self._keys[mark] = key._replace(known_from=key.known_from + by)

    def _end(self, kept: Kept) -> RowKey:
        mark = _mark(_PLACES[type(kept)], _encode(kept))
        while mark + _AGAIN in self._keys:
            mark += _AGAIN
        return self._keys.pop(mark)

    def _row(self, table: int, position: int, ordinal: int, kept: Kept, body: bytes) -> list[Any]:
        return [
            self.account_id,
            position,
            ordinal,
            OPEN_POSITION,
            kept.valid_from,
            kept.valid_until,
            *_CELLS[table](kept),
            body.decode(),
        ]


def _mark(table: int, body: bytes) -> bytes:
    return blake2b(body, digest_size=16, salt=_SALTS[table]).digest()


_SALTS = (b"right", b"obligation", b"situation", b"stream", b"entitlement", b"sheet")


def _body(found: tuple[bytes, Kept]) -> bytes:
    return found[0]
