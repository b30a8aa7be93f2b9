"""A ledger in memory: the policies by themselves, with nothing running. For tests only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from ledger.events.accounts import AccountOpened
from ledger.events.base import Event
from ledger.events.catalogue import parse
from ledger.events.figures import PolicyFigureSet
from ledger.events.parties import PartyRegistered
from ledger.events.periods import PeriodClosed
from ledger.events.retractions import EventRetracted
from ledger.events.selection_criteria import CustomerScored
from ledger.history import names_as_gone
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.calling import Question, Situations, Verdict, may_call
from policies.checks import check
from policies.disputes import Dispute, read_disputes
from policies.figures import Figures
from policies.kept import Kept, Obligation, Right, Sheet, Situation
from policies.leads import Lead, check_lead, lead_of, read_leads
from policies.obligations import Owed, owed_on
from policies.parties import Parties
from policies.periods import Closing, Closings
from policies.stages import Stages
from policies.views import check_view
from policies.world import World

WORLD_TYPES = (PolicyFigureSet, PartyRegistered)


def parse_one(type_: str, on: str, account_id: str | None = "acme", **data: Any) -> Event:
    """One event as the policies see it."""
    raw = {"type": type_, "effective_on": on, "data": data}
    return parse(raw if account_id is None else {**raw, "account_id": account_id}, today=date.max)


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
        gone = names_as_gone(fact)
        withdrawn = [known.type for known in self.log if known.event_id in gone]
        check_view(fact, [known for known in self.log if known.event_id not in gone])
        reading = self.account(fact.account_id) if fact.account_id else None
        criteria = self.counting if isinstance(event, CustomerScored) else ()
        check(fact, reading, self.closings, withdrawn, self.stages, criteria)
        if (lead_id := lead_of(event)) is not None:
            others = [known for known in self.counting if lead_of(known.event) == lead_id]
            others = [known for known in others if known.event_id not in gone]
            check_lead(fact, others, [known for known in self.counting if known.event_id not in gone])
        self._take(fact)
        return fact

    @property
    def counting(self) -> list[Recorded]:
        """The facts without those retracted or corrected."""
        gone = {event_id for fact in self.log for event_id in names_as_gone(fact)}
        return [fact for fact in self.log if fact.event_id not in gone]

    @property
    def closings(self) -> Closings:
        """The months closed so far."""
        return Closings(
            Closing(fact.event.data.period, fact.position, fact.event_id, fact.effective_on)
            for fact in self.log
            if isinstance(fact.event, PeriodClosed)
        )

    @property
    def stages(self) -> Stages:
        """The stages configured so far, those taken back left out."""
        gone = {one for fact in self.log for one in names_as_gone(fact)}
        return Stages(fact for fact in self.log if fact.event_id not in gone)

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

    def dispute(self, account_id: str, dispute_id: str, on: date) -> Dispute | None:
        """A dispute as far as it has come by a day."""
        facts = self.account(account_id).facts.of_dispute(dispute_id)
        found = read_disputes(facts).get((account_id, dispute_id))
        return found and found.on(on)

    def lead(self, lead_id: str, on: date) -> Lead | None:
        """A lead as far as it has come by a day."""
        found = read_leads(self.counting).get(lead_id)
        return found and found.on(on)

    def sheet(self, account_id: str, opportunity_id: str, on: date) -> Sheet | None:
        """The sheet of an opportunity on a day."""
        found = (one for one in self.kept(account_id, Sheet) if one.opportunity_id == opportunity_id)
        return next((one for one in found if one.valid_from <= on < one.valid_until), None)

    def sheets(self, on: date) -> list[Sheet]:
        """The sheets of all opportunities on a day."""
        found = (one for account_id in self.accounts for one in self.kept(account_id, Sheet))
        return [one for one in found if one.valid_from <= on < one.valid_until]

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
