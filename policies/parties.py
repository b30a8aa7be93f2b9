"""Parties: who acts as whom, and what kind of party somebody is, on a date."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from ledger.events.parties import PartyRegistered
from ledger.recorded import Recorded
from policies.days import Order

PERSONS = frozenset({"employee", "contact"})
MAM_TIERS = frozenset({"strategic_solution_provider", "strategic_channel_partner"})


class Party(Struct, frozen=True, gc=False):
    """A party as registered from one date on."""

    party_id: str
    name: str
    kind: str
    tier: str | None = None
    member_of: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, on a date: the party, the party it acts as, and whether that is a partner."""

    party_id: str
    acting: str
    is_partner: bool


class Parties:
    """The register of parties as known at one moment; `edges` are the days on which somebody was registered anew."""

    def __init__(self, registrations: Iterable[Recorded] = ()) -> None:
        self._orders: dict[str, list[Order]] = {}
        self._versions: dict[str, list[Party]] = {}
        self.edges: set[date] = set()
        for fact in sorted(registrations, key=lambda fact: fact.order):
            self.add(fact)

    def add(self, fact: Recorded) -> None:
        """Put a registration in its place by (effective date, position)."""
        if isinstance(fact.event, PartyRegistered):
            data = fact.event.data
            self.put(fact.order, Party(data.party_id, data.name, data.kind, data.tier, data.member_of))

    def put(self, order: Order, party: Party) -> None:
        """Put a version of a party in its place."""
        orders = self._orders.setdefault(party.party_id, [])
        at = bisect.bisect(orders, order)
        orders.insert(at, order)
        if len(orders) > 1:
            self.edges.update(since for since, _ in orders)
        self._versions.setdefault(party.party_id, []).insert(at, party)

    def version(self, party_id: str, on: date) -> Party | None:
        """The registration in effect on a date; before the first one, the first. None for a party never registered."""
        versions = self._versions.get(party_id)
        if versions is None:
            return None
        if len(versions) == 1:
            return versions[0]
        return versions[max(bisect.bisect(self._orders[party_id], (on, 2**63)) - 1, 0)]

    def versions(self, party_id: str) -> list[tuple[date, Party]]:
        """Every registration of a party with its effective date, in order."""
        return [
            (order[0], party)
            for order, party in zip(self._orders.get(party_id, ()), self._versions.get(party_id, ()), strict=True)
        ]

    def acting_as(self, party_id: str, on: date) -> str:
        """The party somebody acts as: a person who is a member of a partner organisation acts as that organisation."""
        party = self.version(party_id, on)
        if party is None or party.member_of is None or party.kind not in PERSONS:
            return party_id
        organisation = self.version(party.member_of, on)
        return party.member_of if organisation is not None and organisation.kind == "partner" else party_id

    def is_partner(self, party_id: str, on: date) -> bool:
        """Whether a party, as it acts, is a partner."""
        acting = self.version(self.acting_as(party_id, on), on)
        return acting is not None and acting.kind == "partner"

    def asker(self, party_id: str, on: date) -> Asker:
        """Who asks, on a date."""
        return Asker(party_id, self.acting_as(party_id, on), self.is_partner(party_id, on))

    def may_be_major_account_manager(self, party_id: str, on: date) -> bool:
        """MAM-PARTNER: an employee, or a partner of one of the two strategic tiers."""
        acting = self.version(self.acting_as(party_id, on), on)
        if acting is None:
            return False
        return acting.kind == "employee" or (acting.kind == "partner" and acting.tier in MAM_TIERS)
