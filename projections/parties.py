"""The register of parties, as known at a position."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, select

from ledger.events.parties import PartyRegistered
from ledger.recorded import Order, Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.prepared import Row, Values
from policies.parties import Parties, Party
from projections.schema import OPEN_POSITION, kept_parties

Rows = Callable[[Prepared, Values], list[Row]]
"""Runs a prepared SELECT: of a reader, or of a unit of work."""

_NAMED = kept_parties.alias("named")

REGISTRATIONS = Prepared(
    select(kept_parties).where(
        OneOf(kept_parties.c.party_id, "ids")
        | kept_parties.c.party_id.in_(select(_NAMED.c.member_of).where(OneOf(_NAMED.c.party_id, "ids")))
    )
)
"""All registrations of parties, and of the organisations they are or were members of."""

MEMBERS = Prepared(select(kept_parties.c.party_id).where(kept_parties.c.member_of == bindparam("organisation")))


class Registration(NamedTuple):
    """A row of the register: the party from a date on, as known from the position of its registration until another."""

    party_id: str
    known_from: int
    known_until: int
    effective_on: date
    name: str
    kind: str
    tier: str | None
    member_of: str | None

    @property
    def order(self) -> Order:
        return (self.effective_on, self.known_from)

    @property
    def party(self) -> Party:
        return Party(self.party_id, self.name, self.kind, self.tier, self.member_of)

    def is_known_at(self, position: int) -> bool:
        """Whether this is what the ledger knows at a position."""
        return self.known_from <= position < self.known_until


def registration(fact: Recorded, event: PartyRegistered) -> Registration:
    """The row that a `party_registered` makes."""
    data = event.data
    return Registration(
        data.party_id,
        fact.position,
        OPEN_POSITION,
        fact.effective_on,
        data.name,
        data.kind,
        data.tier,
        data.member_of,
    )


class Register(Protocol):
    """Whatever tells how a party is registered, as known at one moment."""

    def of(self, party_id: str) -> Collection[Registration]:
        """The registrations of a party; none for one never registered."""
        ...


def put(parties: Parties, register: Register, party_ids: Iterable[str], into: set[str]) -> None:
    """Puts parties and the organisations they are members of where the rules find them; `into` has those put so far."""
    for party_id in party_ids:
        if party_id in into:
            continue
        into.add(party_id)
        found = register.of(party_id)
        for one in found:
            parties.put(one.order, one.party)
        put(parties, register, [one.member_of for one in found if one.member_of is not None], into)


class LoadedRegister:
    """Registrations loaded ahead for those who need them, changed by what a unit of work records."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._all: dict[str, list[Registration]] = {}

    def load(self, party_ids: Iterable[str]) -> None:
        """Loads the parties and their organisations, as far as they are not there yet."""
        wanted = [party_id for party_id in set(party_ids) if party_id not in self._all]
        if not wanted:
            return
        self._all.update({party_id: [] for party_id in wanted})
        found: dict[str, list[Registration]] = {}
        for row in self._rows(REGISTRATIONS, {"ids": wanted}):
            found.setdefault(row[0], []).append(Registration(*row))
        for party_id, registrations in found.items():
            if not self._all.get(party_id):
                self._all[party_id] = sorted(registrations, key=lambda one: one.known_from)
        self.load(one.member_of for party_id in found for one in self._all[party_id] if one.member_of is not None)

    def of(self, party_id: str) -> list[Registration]:
        return self.known_at(party_id, OPEN_POSITION - 1)

    def known_at(self, party_id: str, position: int) -> list[Registration]:
        """The registrations of a party as known at a position."""
        self.load([party_id])
        return [one for one in self._all[party_id] if one.is_known_at(position)]

    def before(self, position: int) -> Register:
        """The register as known just before a position."""
        return _Before(self, position)

    def was_registered(self, party_id: str) -> bool:
        """Whether the party was ever registered, even if that was taken back."""
        self.load([party_id])
        return bool(self._all[party_id])

    def members_of(self, organisations: Collection[str]) -> set[str]:
        """The parties among those loaded that are or were members of one of the organisations."""
        return {one.party_id for all_ in self._all.values() for one in all_ if one.member_of in organisations}

    def add(self, one: Registration) -> None:
        """Takes in a registration."""
        self.load([one.party_id])
        self._all[one.party_id].append(one)

    def remove(self, one: Registration) -> None:
        """Undoes `add`."""
        self._all[one.party_id].remove(one)

    def close(self, party_id: str, known_from: int, position: int) -> None:
        """Takes back the registration made at `known_from`, as known from `position` on."""
        self.load([party_id])
        self._all[party_id] = [
            one._replace(known_until=position) if one.known_from == known_from else one for one in self._all[party_id]
        ]


class _Before:
    """A register as known just before a position."""

    def __init__(self, register: LoadedRegister, position: int) -> None:
        self._register = register
        self._position = position

    def of(self, party_id: str) -> list[Registration]:
        return self._register.known_at(party_id, self._position - 1)


class KnownRegister:
    """Registrations as known at a position."""

    def __init__(self, registrations: Sequence[Registration], position: int) -> None:
        self._known: dict[str, list[Registration]] = {}
        for one in registrations:
            if one.is_known_at(position):
                self._known.setdefault(one.party_id, []).append(one)

    def of(self, party_id: str) -> list[Registration]:
        return self._known.get(party_id, [])


def parties_known(reader: Reader, party_ids: Iterable[str], position: int) -> Parties:
    """The parties named and the organisations they are members of; those never registered are left out."""
    found = [Registration(*row) for row in reader.rows(REGISTRATIONS, {"ids": list(set(party_ids))})]
    parties = Parties()
    for one in found:
        if one.is_known_at(position):
            parties.put(one.order, one.party)
    return parties
