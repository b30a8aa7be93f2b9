"""Belongings: what concerns one party. What it is part of, and the facts that it may see, numbered for it alone.

Its own positions count its own facts, 1, 2, 3, …: the ledger's positions would tell how much others record.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from sqlalchemy import bindparam, literal_column, select

from api.identity.acting import WHO_ACTS
from ledger.events.awards import BusinessAwarded
from ledger.events.base import Event
from ledger.events.coverage import OpportunityHandedOver, OpportunityReassigned
from ledger.events.disputes import DisputeOpened
from ledger.events.opportunities import OpportunityManagerAppointed, OpportunityOpened
from ledger.events.partners import PartnerIncluded, PartnerReleased
from ledger.events.sharing import RevenueShareProposed
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.errors import PositionAhead
from ledger.store.schema import events
from projections.knowledge import withdrawn_by
from projections.parties import MEMBERS, REGISTRATIONS, Registration, parties_known
from projections.schema import kept_mentions

ACCOUNTS = Prepared(select(kept_mentions.c.account_id).where(OneOf(kept_mentions.c.party_id, "parties")).distinct())
"""The accounts whose events name one of the parties."""

MENTIONED = Prepared(select(kept_mentions.c.party_id).where(kept_mentions.c.account_id == bindparam("account_id")))
"""The parties that an account's events name."""

RECORDED_ON = Prepared(
    select(events.c.account_id)
    .where(
        literal_column("actor >= 'partner/' AND actor < 'partner0'"),  # as the index says it
        events.c.actor >= bindparam("lowest"),
        events.c.actor < bindparam("above"),
        events.c.account_id.is_not(None),
    )
    .distinct()
)
"""The accounts on which actors recorded whose names lie in a range."""


class Parts:
    """What of an account a party is part of, told event by event."""

    def __init__(self, parties: frozenset[str]) -> None:
        self._parties = parties
        self._managers: dict[str, tuple[tuple[date, int], bool]] = {}
        self._opened: set[str] = set()
        self.opportunities: set[str] = set()
        self._contracts: dict[str, str] = {}
        self.agreements: set[str] = set()
        self.disputes: set[str] = set()
        self.opened_disputes: set[str] = set()
        self.has_disputes = False
        """Whether anybody disputes anything on the account."""

    def manages(self, opportunity_id: str) -> bool:
        """Whether the party is the opportunity manager, or has opened what has no manager yet."""
        manager = self._managers.get(opportunity_id)
        return opportunity_id in self._opened if manager is None else manager[1]

    def opened(self, opportunity_id: str) -> bool:
        """Whether the party itself opened the opportunity."""
        return opportunity_id in self._opened

    def has_contract(self, contract_id: str | None) -> bool:
        """Whether the contract came of an opportunity that the party is part of."""
        return self._contracts.get(contract_id or "") in self.opportunities

    def take(self, event: Event, order: tuple[date, int], *, is_own: bool) -> None:
        """Takes in an event; `is_own`: the party recorded it."""
        if isinstance(event, OpportunityOpened) and is_own:
            self._opened.add(event.data.opportunity_id)
            self.opportunities.add(event.data.opportunity_id)
        elif isinstance(event, OpportunityManagerAppointed):
            self._manager(event.data.opportunity_id, event.data.party_id, order)
        elif isinstance(event, OpportunityHandedOver | OpportunityReassigned):
            self._manager(event.data.opportunity_id, event.data.to_party_id, order)
        elif isinstance(event, PartnerIncluded) and event.data.partner_id in self._parties:
            self.opportunities.add(event.data.opportunity_id)
        elif isinstance(event, RevenueShareProposed):
            if self._parties & {event.data.proposed_by, *(one.party_id for one in event.data.shares)}:
                self.agreements.add(event.data.agreement_id)
                self.opportunities.add(event.data.opportunity_id)
        elif isinstance(event, BusinessAwarded):
            self._contracts[event.data.contract_id] = event.data.opportunity_id
        elif isinstance(event, DisputeOpened):
            self._dispute(event)

    def _manager(self, opportunity_id: str, party_id: str, order: tuple[date, int]) -> None:
        is_own, before = party_id in self._parties, self._managers.get(opportunity_id)
        if is_own:
            self.opportunities.add(opportunity_id)
        if before is None or before[0] <= order:
            self._managers[opportunity_id] = (order, is_own)

    def _dispute(self, event: DisputeOpened) -> None:
        self.has_disputes = True
        subject = event.data.subject
        if event.data.opened_by in self._parties:
            self.opened_disputes.add(event.data.dispute_id)
        elif subject.opportunity_id not in self.opportunities and not self.has_contract(subject.contract_id):
            return
        self.disputes.add(event.data.dispute_id)


class Belongings:
    """What concerns a party, as the ledger knew it at a position."""

    def __init__(self, reader: Reader, party_id: str, position: int, today: date) -> None:
        """Raises StoreError."""
        self.reader = reader
        self.position = position
        self.parties = same_parties(reader, party_id, position, today)
        self._prefixes = tuple(f"partner/{one}/" for one in sorted(self.parties))
        self._parts: dict[str, Parts] = {}
        self.accounts = self._accounts()
        """The accounts that it has, or anybody says it has, something to do with."""
        self.facts = sorted(self._registrations() + self._of_accounts(), key=lambda fact: fact.position)
        self._positions = [fact.position for fact in self.facts]
        self._by_id = {fact.event_id: place for place, fact in enumerate(self.facts, 1)}

    @property
    def own_position(self) -> int:
        """How many facts the party may see."""
        return len(self.facts)

    def own(self, position: int) -> int:
        """The party's own number for a position of the ledger: how many of its facts there were by then."""
        return bisect_right(self._positions, position)

    def position_of(self, own: int) -> int:
        """The position of the ledger at which the party's fact of that number was recorded. Raises PositionAhead."""
        if own > len(self._positions):
            raise PositionAhead(own, len(self._positions))
        return self._positions[own - 1] if own else 0

    def place_of(self, event_id: str) -> int | None:
        """The number of a fact that the party may see; None for any other id, be there such an event or not."""
        return self._by_id.get(event_id)

    def parts(self, account_id: str) -> Parts:
        """What of an account the party is part of; nothing, of one that it has nothing to do with or that is none."""
        return self._parts.setdefault(account_id, Parts(self.parties))

    def is_recorded_by(self, actor: str) -> bool:
        """Whether the party itself recorded what that actor did."""
        return actor.startswith(self._prefixes)

    def _registrations(self) -> list[Recorded]:
        rows = [Registration(*row) for row in self.reader.rows(REGISTRATIONS, {"ids": sorted(self.parties)})]
        found = [one.known_from for one in rows if one.party_id in self.parties and one.known_from <= self.position]
        return [one for at in found for one in _one(self.reader, at)]

    def _accounts(self) -> tuple[str, ...]:
        named = {account_id for (account_id,) in self.reader.rows(ACCOUNTS, {"parties": sorted(self.parties)})}
        for prefix in self._prefixes:
            wanted = {"lowest": prefix, "above": f"{prefix[:-1]}0"}  # "0" comes after "/"
            named.update(account_id for (account_id,) in self.reader.rows(RECORDED_ON, wanted))
        return tuple(sorted(named))

    def _of_accounts(self) -> list[Recorded]:
        visible: list[Recorded] = []
        for account_id in self.accounts:
            history = self.reader.history(account_id, up_to=self.position)
            gone = {event_id for fact in history for event_id in withdrawn_by(fact.event)}
            parts = self.parts(account_id)
            for fact in history:
                is_own = self.is_recorded_by(fact.actor)
                if fact.event_id not in gone:
                    parts.take(fact.event, (fact.effective_on, fact.position), is_own=is_own)
                if is_own or self._states(fact.event):
                    visible.append(fact)
        return visible

    def _states(self, event: Event) -> bool:
        """Whether the event is one of the party's own statements, or tells of nobody else."""
        if isinstance(event, PartnerIncluded | PartnerReleased):
            return event.data.partner_id in self.parties
        field = WHO_ACTS.get(event.type)
        return field is not None and getattr(event.data, field) in self.parties


def same_parties(reader: Reader, party_id: str, position: int, today: date) -> frozenset[str]:
    """The party and all that act as the same one, of those registered by then."""
    known = parties_known(reader, [party_id], position)
    acting = known.acting_as(party_id, today)
    members = [one for (one,) in reader.rows(MEMBERS, {"organisation": acting})]
    parties = parties_known(reader, [party_id, acting, *members], position)
    return frozenset(
        one
        for one in (party_id, acting, *members)
        if parties.version(one, today) is not None and parties.acting_as(one, today) == acting
    )


def _one(reader: Reader, position: int) -> list[Recorded]:
    return next(reader.recorded(after=position - 1, up_to=position, page=1), [])
