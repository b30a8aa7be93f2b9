"""A ledger in memory: the policies by themselves, with nothing running. For tests only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from ledger.events.accounts import AccountOpened
from ledger.events.catalogue import parse
from ledger.events.figures import PolicyFigureSet
from ledger.events.parties import PartyRegistered
from ledger.events.retractions import EventRetracted
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.calling import Question, Situations, Verdict, may_call
from policies.checks import check
from policies.figures import Figures
from policies.kept import Kept, Obligation, Right, Situation
from policies.obligations import Owed, owed_on
from policies.parties import Parties
from policies.world import World

WORLD_TYPES = (PolicyFigureSet, PartyRegistered)


class MemoryLedger:
    """Records events one by one, as the recorder does, and answers from the kept intervals."""

    def __init__(self) -> None:
        self.log: list[Recorded] = []
        self.world = World()
        self.accounts: dict[str, AccountReading] = {}

    def record(self, raw: Mapping[str, Any]) -> Recorded:
        """Record one event as a client states it; raises Refused, or a validation error."""
        event = parse(raw, today=date.max)
        position = len(self.log) + 1
        fact = Recorded(
            position, datetime.now(UTC), "test", event.event_id or str(uuid5(NAMESPACE_OID, str(position))), event
        )
        check(fact, self.account(fact.account_id) if fact.account_id else None)
        self._take(fact)
        return fact

    def known_at(self, position: int) -> MemoryLedger:
        """The ledger as it was known at a position: its first facts, told again."""
        earlier = MemoryLedger()
        for fact in self.log[:position]:
            earlier._take(fact)
        return earlier

    def _take(self, fact: Recorded) -> None:
        event = fact.event
        gone = event.data.event_id if isinstance(event, EventRetracted) else event.corrects
        target = next((known for known in self.log if known.event_id == gone), None) if gone else None
        self.log.append(fact)
        if isinstance(event, WORLD_TYPES) or (target is not None and isinstance(target.event, WORLD_TYPES)):
            self._turn_world()
        if isinstance(event, AccountOpened):
            self.account(event.account_id)
        for account_id in {fact.account_id, target.account_id if target else None} - {None}:
            self.account(str(account_id)).apply(fact)

    def account(self, account_id: str) -> AccountReading:
        """The reading of an account."""
        return self.accounts.setdefault(account_id, AccountReading(account_id, self.world))

    def _turn_world(self) -> None:
        gone = {
            fact.event.data.event_id if isinstance(fact.event, EventRetracted) else fact.corrects for fact in self.log
        }
        standing = [fact for fact in self.log if fact.event_id not in gone]
        self.world = World(Figures(standing), Parties(standing))
        for reading in self.accounts.values():
            reading.reread(self.world)

    def kept(self, account_id: str, kind: type[Kept]) -> list[Any]:
        """The kept answers of one kind."""
        return [kept for kept in self.account(account_id).kept if isinstance(kept, kind)]

    def rights(self, account_id: str, on: date) -> list[Right]:
        """The rights that cover a day, those that are over included."""
        return [right for right in self.kept(account_id, Right) if right.valid_from <= on < right.valid_until]

    def owed(self, account_id: str, on: date) -> list[Owed]:
        """What is owed on a day."""
        return [
            owed
            for kept in self.kept(account_id, Obligation)
            if kept.valid_from <= on < kept.valid_until
            for owed in owed_on(kept, on)
        ]

    def call(
        self, account_id: str, party_id: str, on: date, line: str | None = None, contract_id: str | None = None
    ) -> Verdict:
        """The calling verdict on a day."""
        by_business: dict[str, list[Situation]] = {}
        for kept in self.kept(account_id, Situation):
            if kept.valid_until > on:
                by_business.setdefault(kept.business, []).append(kept)
        situations = Situations(
            by_business.get(f"line:{line}", []),
            by_business.get(f"contract:{contract_id}", []),
            by_business.get("general", []),
            self.world.parties,
        )
        return may_call(Question(party_id, line, contract_id), on, situations)
