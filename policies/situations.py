"""Calling situations: what decides who may call, line by line, in general, and contract by contract, over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.events.disputes import DisputeOpened, DisputeRuled, DisputeWithdrawn
from ledger.recorded import Recorded
from policies.account_managers import Charge
from policies.claims import Claim
from policies.days import FOREVER, Order, Span, on_day, pieces, within
from policies.kept import (
    Content,
    ContractSituation,
    GeneralSituation,
    LineSituation,
    OpenDispute,
    OwnClaim,
    Reserved,
    Right,
    Situation,
)
from policies.opportunity import Contract, Opportunity
from policies.opportunity_rights import lapse_reason
from policies.parties import Parties
from policies.queue import Place
from policies.reasons import Reason, because
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Established:
    """When an opportunity's claim was established, who was its manager on that day, and the events that show it."""

    order: Order
    opportunity_id: str
    manager: str
    event_ids: tuple[str, ...]


def established_by(opportunity: Opportunity) -> Established | None:
    """Who was manager on the day the opportunity's claim was established; None while it is not."""
    order = opportunity.establishment.order
    manager = opportunity.manager_on(order[0]) if order else None
    if order is None or manager is None:
        return None
    event_ids = tuple(fact.event_id for fact in opportunity.establishment.evidence.values())
    return Established(order, opportunity.opportunity_id, manager, event_ids)


@rule("CALL-UNSHARED")
def first_established(
    party_id: str, on: date, established: Iterable[Established], parties: Parties
) -> Established | None:
    """The first opportunity on which a party, as it acts on a date, was established as manager of that day."""
    acting = parties.acting_as(party_id, on)
    own = [entry for entry in established if parties.acting_as(entry.manager, on) == acting]
    return min(own, key=lambda entry: (entry.order, entry.opportunity_id), default=None)


@dataclass(frozen=True, slots=True)
class LineView:
    """What the situations of one line are made from: its queue, its first lapse, and who comes first when."""

    account_id: str
    line: str
    places: Sequence[Place]
    lapse: tuple[date, Reason] | None
    reserved: Callable[[Place], Sequence[Span[Reserved]]]


def line_situations(view: LineView, since: date = date.min) -> tuple[Situation, ...]:
    """The situations of one line from a day on: who comes first in the queue, and whether a claim lapsed."""
    reserved = [
        Span(max(span.since, since), span.until, span.value)
        for place in view.places
        if place.is_reserved and place.live_until > since
        for span in view.reserved(place)
        if span.until > since
    ]
    lapses = [Span(max(view.lapse[0], since), FOREVER, view.lapse[1])] if view.lapse else []
    situations = []
    for start, until, (first, over) in sweep([reserved, lapses]):
        content = LineSituation(first[0] if first else None, over[0] if over else None)
        situations.append(Situation(view.account_id, f"line:{view.line}", start, until, content))
    return merged(situations)


def waiting_claims(rights: Iterable[Right]) -> tuple[Situation, ...]:
    """The situations of a claim's own holder, from the rights of that claim: while it is incomplete or queued."""
    return merged(
        Situation(right.account_id, f"line:{right.line}", right.valid_from, right.valid_until, _own(right))
        for right in rights
        if right.status in ("queued", "incomplete")
    )


def _own(right: Right) -> OwnClaim:
    reason = right.reasons[0 if right.status == "incomplete" else -1]
    return OwnClaim(right.opportunity_id or "", right.holder, right.status, right.missing, reason)


@rule("OM-QUEUE", "CALL-UNSHARED")
def reserved_days(
    place: Place, opportunity: Opportunity, first: Callable[[str, date], Established | None], edges: Iterable[date]
) -> list[Span[Reserved]]:
    """The days on which a claim comes first, with its manager, its partners and its sharers.

    `first` finds the opportunity on which a manager was first established; `edges` are days on which parties change.
    """
    established = opportunity.establishment.reason(place.live_from)
    on_line = [span for span in opportunity.inclusions if span.value.line == place.claim.line]
    shared_on = opportunity.shared.effective_on if opportunity.shared else FOREVER
    edges = {shared_on, *edges}
    spans = []
    for clock in within(place.claim.clocks, place.reserved_from, place.live_until):
        for held in within(opportunity.managers, clock.since, clock.until):
            for start, until in pieces(held.since, held.until, edges, on_line, opportunity.agreements):
                included = [span.value for span in on_line if span.covers(start)]
                share = on_day(opportunity.agreements, start)
                reserved = Reserved(
                    opportunity_id=opportunity.opportunity_id,
                    holder=held.value.party_id,
                    deadline_on=clock.value.deadline_on,
                    co_sell=tuple((part.partner_id, part.reason) for part in included if part.role == "co_sell"),
                    prime=tuple((part.partner_id, part.reason) for part in included if part.role == "prime_resale"),
                    teaming=tuple((sharer, share.value.reason) for sharer, _ in share.value.shares) if share else (),
                    unshared=None if shared_on <= start else _unshared(opportunity, first(held.value.party_id, start)),
                    reasons=(established, clock.value.reason, held.value.reason),
                )
                spans.append(Span(start, until, reserved))
    return spans


def _unshared(opportunity: Opportunity, first: Established | None) -> Reason | None:
    """Why partners are free to call although the line is claimed: further business that was not shared with them."""
    if first is None:
        return Reason("CALL-UNSHARED")
    if first.opportunity_id == opportunity.opportunity_id:
        return None
    return because("CALL-UNSHARED", first.event_ids, first=first.opportunity_id)


def sweep(groups: Sequence[Sequence[Span[Any]]]) -> list[tuple[date, date, list[list[Any]]]]:
    """Walk along the days: for each stretch on which nothing changes, the values in effect of each group, in its order.

    Stretches with nothing in effect are left out.
    """
    edges: dict[date, list[tuple[int, int, Span[Any] | None]]] = {}
    for number, spans in enumerate(groups):
        for index, span in enumerate(spans):
            if span.since < span.until:
                edges.setdefault(span.since, []).append((number, index, span))
                edges.setdefault(span.until, []).append((number, index, None))
    active: list[dict[int, Any]] = [{} for _ in groups]
    days = sorted(edges)
    stretches = []
    for day, until in zip(days, [*days[1:], FOREVER], strict=False):
        for number, index, begun in edges[day]:
            if begun is None:
                del active[number][index]
            else:
                active[number][index] = begun.value
        if day < until and any(active):
            stretches.append((day, until, [[values[index] for index in sorted(values)] for values in active]))
    return stretches


def merged(situations: Iterable[Situation]) -> tuple[Situation, ...]:
    """Situations in order with neighbours of equal content run together."""
    result: list[Situation] = []
    for situation in situations:
        last = result[-1] if result else None
        if last is not None and last.valid_until == situation.valid_from and last.content == situation.content:
            result[-1] = Situation(last.account_id, last.business, last.valid_from, situation.valid_until, last.content)
        else:
            result.append(situation)
    return tuple(result)


@rule("CALL-AFTER-LAPSE")
def first_lapse(claims: Iterable[Claim]) -> tuple[date, Reason] | None:
    """The first lapse of a claim that had started, and why."""
    lapsed = [
        (claim.lapsed_on, claim.opportunity_id, claim.line, claim)
        for claim in claims
        if claim.lapsed_on is not None and claim.live is not None
    ]
    if not lapsed:
        return None
    on, _, _, claim = min(lapsed, key=lambda entry: entry[:3])
    reason = lapse_reason(claim)
    return on, Reason("CALL-AFTER-LAPSE", reason.event_ids, (*reason.facts, ("lapsed_on", on.isoformat())))


@rule("CALL-BEYOND-FORECAST")
def claimed_days(claim: Claim) -> list[Span[Reason]]:
    """The days on which a claim is live or won, and why that counts."""
    spans = []
    reason = because("CALL-BEYOND-FORECAST", [claim.forecast.event_id], line=claim.line)
    if claim.live is not None:
        spans.append(Span(claim.live.since, claim.live.until, reason))
    if claim.won is not None and claim.won.since < claim.won.until:
        awarded = (*reason.event_ids, *claim.won.value.reason.event_ids)
        spans.append(Span(claim.won.since, claim.won.until, Reason(reason.rule, awarded, reason.facts)))
    return spans


def cover(spans: Iterable[Span[Reason]]) -> list[Span[Reason]]:
    """The days that the spans cover, as spans that do not overlap; of several the earlier and longer one stands."""
    covered: list[Span[Reason]] = []
    for span in sorted(
        spans, key=lambda span: (span.since, -span.until.toordinal(), span.value.event_ids, span.value.facts)
    ):
        reached = covered[-1].until if covered else date.min
        if span.until > reached:
            covered.append(Span(max(span.since, reached), span.until, span.value))
    return covered


def general_situations(
    account_id: str,
    charges: Sequence[Span[Charge]],
    growth: Sequence[Span[Charge]],
    lapse: tuple[date, Reason] | None,
    claimed: Sequence[Span[Reason]],
    disputes: Sequence[Span[OpenDispute]],
) -> tuple[Situation, ...]:
    """The situations of the account whatever the line."""
    lapses = [Span(lapse[0], FOREVER, lapse[1])] if lapse else []
    situations = []
    for since, until, (charge, grown, lapsed, claim, disputed) in sweep([charges, growth, lapses, claimed, disputes]):
        content: Content = GeneralSituation(
            (charge[0].party_id, charge[0].reason) if charge else None,
            (grown[0].party_id, grown[0].reason) if grown else None,
            lapsed[0] if lapsed else None,
            claim[0] if claim else None,
            tuple(disputed),
        )
        situations.append(Situation(account_id, "general", since, until, content))
    return merged(situations)


def open_disputes(history: Sequence[Recorded]) -> list[Span[OpenDispute]]:
    """The disputes of an account, each from its opening until it is ruled or withdrawn."""
    closed: dict[str, date] = {}
    for fact in history:
        if isinstance(fact.event, DisputeRuled | DisputeWithdrawn):
            closed.setdefault(fact.event.data.dispute_id, fact.effective_on)
    spans = []
    for fact in history:
        if isinstance(fact.event, DisputeOpened):
            data = fact.event.data
            subject = data.subject
            dispute = OpenDispute(data.dispute_id, subject.opportunity_id, subject.line, subject.contract_id)
            spans.append(Span(fact.effective_on, closed.get(data.dispute_id, FOREVER), dispute))
    return sorted(spans, key=lambda span: span.value.dispute_id)


def contract_situations(
    account_id: str, opportunity: Opportunity, contract: Contract, place: int
) -> tuple[Situation, ...]:
    """The situations of a live contract in one opportunity: who holds the won right, and who takes part there.

    `place` is the opportunity's among those in which the contract was awarded.
    """
    won = tuple(sorted(claim.line for claim in contract.won))
    reasons = tuple(claim.ending.reason for claim in contract.won if claim.ending)
    situations = []
    awarded = set(contract.lines.values())
    groups = (
        opportunity.managers,
        opportunity.inclusions,
        opportunity.agreements,
        [claim.won for claim in contract.won if claim.won],
    )
    for since, until in pieces(
        contract.award.effective_on, max(contract.until, contract.award.effective_on), awarded, *groups
    ):
        if since == until:
            continue
        manager = on_day(opportunity.managers, since)
        share = on_day(opportunity.agreements, since)
        parts = [span.value for span in opportunity.inclusions if span.covers(since)]
        held = tuple(claim.line for claim in contract.won if claim.won and claim.won.covers(since))
        content = ContractSituation(
            opportunity.opportunity_id,
            manager.value.party_id if manager else None,
            manager.value.party_id if manager and held else None,
            tuple(line for line in won if line in held),
            tuple((part.partner_id, part.line, part.reason) for part in parts if part.role == "co_sell"),
            tuple((part.partner_id, part.line, part.reason) for part in parts if part.role == "prime_resale"),
            tuple(sorted(line for line, on in contract.lines.items() if on <= since)),
            tuple((sharer, share.value.reason) for sharer, _ in share.value.shares) if share else (),
            (*reasons, manager.value.reason) if manager and held else (),
            place,
        )
        situations.append(Situation(account_id, f"contract:{contract.contract_id}", since, until, content))
    return merged(situations)
