"""The reading of one account: every right, obligation and calling situation its history gives, event by event.

A reading is extended by each recorded event and tells what changed. Only what an event can touch is derived again:
its opportunity, the lines that opportunity claims, and the account as a whole.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ledger.recorded import Recorded
from policies.account_managers import Charge, major_account_managers
from policies.claims import Claim
from policies.contracts import read_contract
from policies.days import FOREVER, Span, within
from policies.growth import Plans, account_plans, growth
from policies.history import Facts
from policies.kept import Changes, Kept, Reserved, Right, Situation, difference
from policies.obligations import Terms, obligations
from policies.opportunity import Opportunity, RenewalTerms, read_opportunity
from policies.opportunity_rights import claim_rights, partner_rights, teaming_rights
from policies.queue import Place, queue
from policies.reasons import Reason
from policies.residuals import residuals
from policies.sheets import SHEET_TYPES, SheetReading
from policies.situations import (
    Established,
    LineView,
    claimed_days,
    contract_situations,
    cover,
    established_by,
    first_established,
    first_lapse,
    general_situations,
    line_situations,
    open_disputes,
    reserved_days,
    waiting_claims,
)
from policies.world import World

NO_CHANGES = Changes()

Group = tuple[str, ...]
"""What kept answers are derived together: `("claim", opportunity, line)`, `("line", line)`, `("account",)`, …"""


class AccountReading:
    """All that the rules say of one account, as known after the events applied so far."""

    def __init__(self, account_id: str, world: World) -> None:
        self.account_id = account_id
        self.world = world
        self.facts = Facts(account_id)
        self._opportunities: dict[str, Opportunity] = {}
        self._unread: set[str] = set()
        self._kept: dict[Group, tuple[Kept, ...]] = {}
        self._claims: dict[str, dict[str, Claim]] = {}
        self._queues: dict[str, list[Place]] = {}
        self._reserved: dict[tuple[str, str], tuple[Place, Opportunity, list[Span[Reserved]]]] = {}
        self._claim_days: dict[str, dict[str, list[Span[Reason]]]] = {}
        self._claimed: dict[str, list[Span[Reason]]] = {}
        self._lapses: dict[str, tuple[date, Reason] | None] = {}
        self._established: dict[str, Established] = {}
        self._firsts: dict[str, Established | None] = {}
        self._charges: tuple[Span[Charge], ...] = ()
        self._plans: Plans | None = None
        self._sheets: dict[str, SheetReading] = {}
        self._general: tuple[object, ...] = ()

    @property
    def opportunities(self) -> Mapping[str, Opportunity]:
        """Every opportunity of the account as read now, by its id."""
        for opportunity_id in self._unread:
            facts = self.facts.of_opportunity(opportunity_id)
            self._opportunities[opportunity_id] = read_opportunity(opportunity_id, facts, self.world)
        self._unread.clear()
        return self._opportunities

    @property
    def kept(self) -> Iterable[Kept]:
        """Everything the account's history gives, as known now."""
        return (kept for group in self._kept.values() for kept in group)

    def apply(self, fact: Recorded) -> Changes:
        """Take in one recorded event and tell which kept answers it ends and begins."""
        contracts = self.facts.contracts_touched(fact)
        touched = self.facts.sheets_touched(fact, SHEET_TYPES)
        opportunities, whole = self.facts.add(fact)
        idle = opportunities - self.facts.consequential
        self._unread |= idle
        changes = _Collector(self._kept)
        if whole or contracts or opportunities - idle:
            self._derive(opportunities - idle, contracts, whole, changes)
        for opportunity_id in sorted(touched):
            known = self._sheets.get(opportunity_id)
            if known is not None and fact.corrects is None and fact.type in SHEET_TYPES and known.comes_next(fact):
                known.extend(fact)
                changes.keep(("sheet", opportunity_id), known.kept)
            else:
                self._read_sheet(opportunity_id, changes)
        return changes.result()

    def reread(self, world: World) -> Changes:
        """Derive everything again in a world that changed: a figure, or a party registered anew."""
        self.world = world
        changes = _Collector(self._kept)
        self._derive(set(self.facts.by_opportunity), self.facts.contracts, whole=True, changes=changes)
        for opportunity_id in sorted(self.facts.with_sheets()):
            self._read_sheet(opportunity_id, changes)
        return changes.result()

    def _derive(self, dirty: set[str], contracts: set[str], whole: bool, changes: _Collector) -> None:
        contracts = contracts | self._contracts_of(dirty)
        if whole:
            self._read_account()
            touched = set(self._opportunities) | dirty
        else:
            touched = set(dirty)
        lines: dict[str, date] = {}
        for opportunity_id in sorted(dirty):
            touched |= self._sharing_contracts(opportunity_id)
            self._read_opportunity(opportunity_id, lines)
            touched |= self._sharing_contracts(opportunity_id)
        for line in self._moved_firsts(dirty):
            lines[line] = date.min
        if whole and self.world.parties.edges:
            self._firsts.clear()
            self._reserved.clear()
            lines = dict.fromkeys(self._claims, date.min)
        for line, since in sorted(lines.items()):
            self._read_line(line, since, dirty, changes)
        for opportunity_id in sorted(touched):
            self._keep_opportunity(opportunity_id, changes)
        for contract_id in sorted(contracts | self._contracts_of(dirty)):
            self._keep_contract(contract_id, changes)
        if whole or lines:
            self._keep_account(changes)

    def _read_account(self) -> None:
        history = self.facts.account_history()
        self._charges = major_account_managers(history).spans
        self._plans = account_plans(history)

    def _read_opportunity(self, opportunity_id: str, lines: dict[str, date]) -> None:
        """Read an opportunity anew and note which lines it touches, and from which day on."""
        before = self._opportunities.get(opportunity_id)
        after = read_opportunity(opportunity_id, self.facts.of_opportunity(opportunity_id), self.world)
        self._opportunities[opportunity_id] = after
        self._unread.discard(opportunity_id)
        for opportunity in (before, after):
            for line, claim in opportunity.claims.items() if opportunity else ():
                first_day = min(claim.forecast.effective_on, claim.clocks[0].since)
                lines[line] = min(lines.get(line, FOREVER), first_day)
                self._claims.setdefault(line, {}).pop(opportunity_id, None)
                self._claim_days.setdefault(line, {}).pop(opportunity_id, None)
        for line, claim in after.claims.items():
            self._claims[line][opportunity_id] = claim
            self._claim_days[line][opportunity_id] = claimed_days(claim)

    def _sharing_contracts(self, opportunity_id: str) -> set[str]:
        """The opportunities that were awarded a contract which an opportunity, as read now, was awarded too."""
        opportunity = self._opportunities.get(opportunity_id)
        contracts = opportunity.contracts if opportunity else ()
        return {other for one in contracts for other in self.facts.opportunities_of_contract(one.contract_id)}

    def _terms(self, opportunity: Opportunity) -> Terms:
        """The renewal terms of an opportunity's contracts: those stated first, in whichever opportunity."""
        terms: dict[str, RenewalTerms] = {}
        for contract_id in (one.contract_id for one in opportunity.contracts):
            stated = [
                contract.renewal
                for other in self.facts.opportunities_of_contract(contract_id)
                for contract in self._opportunities[other].contracts
                if contract.contract_id == contract_id and contract.renewal is not None
            ]
            if stated:
                terms[contract_id] = min(stated, key=lambda one: one.stated)
        return terms

    def _moved_firsts(self, dirty: set[str]) -> set[str]:
        """The lines on which it may have changed whether a claim is its manager's first (see CALL-UNSHARED)."""
        moved: set[str] = set()
        for opportunity_id in dirty:
            before = self._established.pop(opportunity_id, None)
            after = established_by(self._opportunities[opportunity_id])
            if after is not None:
                self._established[opportunity_id] = after
            if before != after and self._may_be_first(before, after):
                moved |= {entry.manager for entry in (before, after) if entry is not None}
        if not moved:
            return set()
        self._firsts.clear()
        parties = self.world.parties
        acting = {parties.acting_as(party_id, date.max) for party_id in moved}
        concerned = {
            opportunity_id
            for opportunity_id, opportunity in self._opportunities.items()
            if parties.edges
            or any(parties.acting_as(span.value.party_id, date.max) in acting for span in opportunity.managers)
        }
        lines = {line for line, claims in self._claims.items() if not concerned.isdisjoint(claims)}
        for opportunity_id, line in [key for key in self._reserved if key[0] in concerned]:
            del self._reserved[opportunity_id, line]
        return lines

    def _may_be_first(self, before: Established | None, after: Established | None) -> bool:
        """Whether a change of when and by whom a claim was established can change anybody's first opportunity."""
        if before is not None or after is None or self.world.parties.edges:
            return True
        first = self._first_of(after.manager, after.order[0])
        return first is None or (after.order, after.opportunity_id) <= (first.order, first.opportunity_id)

    def _first_of(self, party_id: str, on: date) -> Established | None:
        """The first opportunity of a party, remembered while nobody's membership changes."""
        parties = self.world.parties
        if parties.edges:
            return first_established(party_id, on, self._established.values(), parties)
        acting = parties.acting_as(party_id, on)
        if acting not in self._firsts:
            self._firsts[acting] = first_established(party_id, on, self._established.values(), parties)
        return self._firsts[acting]

    def _read_line(self, line: str, since: date, dirty: set[str], changes: _Collector) -> None:
        """Queue the claims on a line again, and keep what follows from the day of the change on.

        Every claim that changed, as it was and as it is, begins on that day or later: what was settled before stays.
        """
        claims, places = self._claims[line], self._queues.setdefault(line, [])
        cut = bisect.bisect_left(places, since, key=lambda place: place.live_from)
        before = {place.claim.opportunity_id: place for place in places[cut:]}
        places[cut:] = queue((one for one in claims.values() if one.live and one.live.since >= since), places[:cut])
        after = {place.claim.opportunity_id: place for place in places[cut:]}
        for opportunity_id in before.keys() | after.keys() | dirty:
            place = after.get(opportunity_id)
            if opportunity_id in dirty or not _same_place(before.get(opportunity_id), place):
                changes.keep(("claim", opportunity_id, line), self._of_claim(opportunity_id, line, place))
        lapse, claimed = self._lapses.get(line), self._claimed.get(line)
        if lapse is None or lapse[0] > since:
            self._lapses[line] = first_lapse(claims.values())
        if not claimed or claimed[-1].since >= since or claimed[-1].until < FOREVER:
            self._claimed[line] = cover(span for spans in self._claim_days[line].values() for span in spans)
        self._keep_line(line, since, changes)

    def _of_claim(self, opportunity_id: str, line: str, place: Place | None) -> tuple[Kept, ...]:
        """What a claim comes to: the rights of its manager, and the situations in which it waits."""
        claim = self._claims[line].get(opportunity_id)
        if claim is None:
            return ()
        rights = claim_rights(self.account_id, self._opportunities[opportunity_id], claim, place)
        return (*rights, *waiting_claims(rights))

    def _keep_line(self, line: str, since: date, changes: _Collector) -> None:
        view = LineView(
            self.account_id,
            line,
            self._queues[line],
            self._lapses[line],
            self._reserved_days,
        )
        group = ("line", line)
        old: Sequence[Situation] = self._kept.get(group, ())  # type: ignore[assignment]  # a line group holds situations
        cut = bisect.bisect_left(old, since, key=lambda kept: kept.valid_from) - 1
        from_day = old[cut].valid_from if cut >= 0 else date.min
        changes.keep(group, (*old[: max(cut, 0)], *line_situations(view, from_day)))

    def _reserved_days(self, place: Place) -> list[Span[Reserved]]:
        """The days on which a claim comes first, derived again only if its place or its opportunity changed."""
        opportunity = self._opportunities[place.claim.opportunity_id]
        group = (place.claim.opportunity_id, place.claim.line)
        known = self._reserved.get(group)
        if known is None or known[1] is not opportunity or not _same_place(known[0], place):
            days = reserved_days(place, opportunity, self._first_of, self.world.parties.edges)
            self._reserved[group] = known = (place, opportunity, days)
        return known[2]

    def _keep_opportunity(self, opportunity_id: str, changes: _Collector) -> None:
        opportunity = self._opportunities[opportunity_id]
        changes.keep(("partners", opportunity_id), partner_rights(self.account_id, opportunity))
        changes.keep(("teaming", opportunity_id), teaming_rights(self.account_id, opportunity))
        owed = obligations(self.account_id, opportunity, self._charges, self._terms(opportunity), self.world)
        changes.keep(("obligations", opportunity_id), owed)

    def _contracts_of(self, opportunity_ids: Iterable[str]) -> set[str]:
        """The contracts awarded in these opportunities, as they were read last."""
        return {
            contract.contract_id
            for opportunity_id in opportunity_ids
            if opportunity_id in self._opportunities
            for contract in self._opportunities[opportunity_id].contracts
        }

    def _keep_contract(self, contract_id: str, changes: _Collector) -> None:
        opportunities = [
            self._opportunities[opportunity_id]
            for opportunity_id in sorted(self.facts.opportunities_of_contract(contract_id))
            if opportunity_id in self._opportunities
        ]
        contract = read_contract(self.account_id, contract_id, opportunities, self.facts.of_contract(contract_id))
        situations = [
            situation
            for place, part in enumerate(contract.parts)
            for situation in contract_situations(self.account_id, part.opportunity, part.contract, place)
        ]
        changes.keep(("contract", contract_id), (*situations, *residuals(contract)))

    def _read_sheet(self, opportunity_id: str, changes: _Collector) -> None:
        read = SheetReading(self.account_id, opportunity_id, self.facts.of_sheet(opportunity_id))
        self._sheets[opportunity_id] = read
        changes.keep(("sheet", opportunity_id), read.kept)

    def _keep_account(self, changes: _Collector) -> None:
        grown = growth(self._plans, self._holdings(), self._charges, self.world.parties)
        changes.keep(
            ("account",),
            (
                *_charge_rights("major_account_manager", self.account_id, self._charges),
                *_charge_rights("growth", self.account_id, grown),
            ),
        )
        lapses = (lapse for lapse in self._lapses.values() if lapse is not None)
        lapse = min(lapses, key=lambda lapse: (lapse[0], lapse[1].facts), default=None)
        claimed = cover(span for spans in self._claimed.values() for span in spans)
        disputes = open_disputes(self.facts.account_history())
        general = (self._charges, grown, lapse, claimed, disputes)
        if general != self._general:
            self._general = general
            changes.keep(("general",), general_situations(self.account_id, *general))

    def _holdings(self) -> list[Span[str]]:
        """The days on which a party that may have a plan is manager of a live or won right on the account."""
        if self._plans is None:
            return []
        parties = self.world.parties
        planners = {parties.acting_as(party_id, date.max) for party_id in self._plans.parties()}
        return [
            Span(span.since, span.until, span.value.party_id)
            for opportunity in self._opportunities.values()
            for claim in opportunity.claims.values()
            for days in (claim.live, claim.won)
            if days is not None
            for span in within(opportunity.managers, days.since, days.until)
            if parties.edges or parties.acting_as(span.value.party_id, date.max) in planners
        ]


class _Collector:
    """Puts derived groups in the place of those kept, and collects the difference."""

    def __init__(self, kept: dict[Group, tuple[Kept, ...]]) -> None:
        self._kept = kept
        self._ended: list[Kept] = []
        self._begun: list[Kept] = []

    def keep(self, group: Group, after: tuple[Kept, ...]) -> None:
        before = self._kept.get(group, ())
        if before == after:
            return
        changes = difference(before, after)
        self._ended.extend(changes.ended)
        self._begun.extend(changes.begun)
        if after:
            self._kept[group] = after
        else:
            self._kept.pop(group, None)

    def result(self) -> Changes:
        if not self._ended and not self._begun:
            return NO_CHANGES
        return Changes(tuple(self._ended), tuple(self._begun))


def _same_place(one: Place | None, other: Place | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.claim is other.claim and one.reserved_from == other.reserved_from and one.ahead is other.ahead


def _charge_rights(kind: str, account_id: str, charges: Iterable[Span[Charge]]) -> list[Right]:
    return [
        Right(
            kind=kind,
            holder=span.value.party_id,
            account_id=account_id,
            status="active",
            valid_from=span.since,
            valid_until=span.until,
            reasons=(span.value.reason,),
        )
        for span in charges
    ]
