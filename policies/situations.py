"""Calling situations: what decides who may call, line by line, in general, and contract by contract, over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.events.disputes import DisputeOpened, DisputeRuled, DisputeWithdrawn
from ledger.recorded import Recorded
from policies.account_managers import Charge
from policies.claims import Claim
from policies.days import FOREVER, Order, Span, on_day, within
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

First = tuple[Order, str]
"""When a manager was first established on the account, and on which opportunity."""


@rule("CALL-UNSHARED")
def first_established(opportunities: Iterable[Opportunity], parties: Parties) -> dict[str, First]:
    """For each party, as it acts, the first opportunity on which it was established as manager of that day."""
    firsts: dict[str, First] = {}
    for opportunity in opportunities:
        entry = established_by(opportunity, parties)
        if entry is not None and (entry[0] not in firsts or entry[1] < firsts[entry[0]]):
            firsts[entry[0]] = entry[1]
    return firsts


def established_by(opportunity: Opportunity, parties: Parties) -> tuple[str, First] | None:
    """Who, as they act, was manager on the day the opportunity's claim was established; and its place in time."""
    order = opportunity.establishment.order
    manager = opportunity.manager_on(order[0]) if order else None
    if order is None or manager is None:
        return None
    return parties.acting_as(manager, order[0]), (order, opportunity.opportunity_id)


@dataclass(frozen=True, slots=True)
class LineView:
    """What the situations of one line are made from: its queue, the claims' rights, and the world around them."""

    account_id: str
    line: str
    places: Sequence[Place]
    claims: Sequence[Claim]
    rights: Callable[[Claim], Sequence[Right]]
    opportunities: Mapping[str, Opportunity]
    firsts: Mapping[str, First]
    parties: Parties


def line_situations(view: LineView, since: date = date.min) -> tuple[Situation, ...]:
    """The situations of one line from a day on: who comes first in the queue, who waits, and whether a claim lapsed."""
    reserved = [span for place in view.places if place.live_until > since for span in _reserved(view, place, since)]
    own = [
        Span(max(right.valid_from, since), right.valid_until, _own(right))
        for claim in view.claims
        if claim.over_on > since
        for right in view.rights(claim)
        if right.status in ("queued", "incomplete") and right.valid_until > since
    ]
    lapsed = first_lapse(view.claims)
    lapses = [Span(max(lapsed[0], since), FOREVER, lapsed[1])] if lapsed else []
    situations = []
    for start, until, (first, waiting, over) in sweep([reserved, own, lapses]):
        content = LineSituation(
            first[0] if first else None,
            tuple(sorted(waiting, key=lambda claim: (claim.opportunity_id, claim.holder))),
            over[0] if over else None,
        )
        situations.append(Situation(view.account_id, f"line:{view.line}", start, until, content))
    return merged(situations)


def _own(right: Right) -> OwnClaim:
    return OwnClaim(right.opportunity_id or "", right.holder, right.status, right.missing, right.reasons)


@rule("OM-QUEUE", "CALL-UNSHARED")
def _reserved(view: LineView, place: Place, since: date) -> list[Span[Reserved]]:
    """The days on which a claim comes first, with its manager, its partners and its sharers."""
    opportunity = view.opportunities[place.claim.opportunity_id]
    established = opportunity.establishment.reason(place.live_from)
    on_line = [span for span in opportunity.inclusions if span.value.line == view.line]
    shared_on = opportunity.shared.effective_on if opportunity.shared else FOREVER
    edges = {shared_on} | view.parties.edges
    spans = []
    for clock in within(place.claim.clocks, max(place.reserved_from, since), place.live_until):
        for held in within(opportunity.managers, clock.since, clock.until):
            for start, until in _pieces(held.since, held.until, edges, on_line, opportunity.agreements):
                included = [span.value for span in on_line if span.covers(start)]
                share = on_day(opportunity.agreements, start)
                reserved = Reserved(
                    opportunity_id=opportunity.opportunity_id,
                    holder=held.value.party_id,
                    deadline_on=clock.value.deadline_on,
                    co_sell=tuple((part.partner_id, part.reason) for part in included if part.role == "co_sell"),
                    prime=tuple((part.partner_id, part.reason) for part in included if part.role == "prime_resale"),
                    teaming=tuple((sharer, share.value.reason) for sharer, _ in share.value.shares) if share else (),
                    unshared=None if shared_on <= start else _unshared(view, opportunity, held.value.party_id, start),
                    reasons=(established, clock.value.reason, held.value.reason),
                )
                spans.append(Span(start, until, reserved))
    return spans


def _unshared(view: LineView, opportunity: Opportunity, holder: str, on: date) -> Reason | None:
    """Why partners are free to call although the line is claimed: further business that was not shared with them."""
    first = view.firsts.get(view.parties.acting_as(holder, on))
    if first is not None and first[1] == opportunity.opportunity_id:
        return None
    earlier = view.opportunities[first[1]].establishment.evidence.values() if first else ()
    return because("CALL-UNSHARED", [fact.event_id for fact in earlier], first=first[1] if first else None)


def _pieces(
    since: date, until: date, edges: Iterable[date], *groups: Sequence[Span[object]]
) -> list[tuple[date, date]]:
    """`[since, until)` cut at every edge of the spans and at the extra edges."""
    cuts = {since, until}
    cuts.update(edge for edge in edges if since < edge < until)
    for spans in groups:
        cuts.update(edge for span in spans for edge in (span.since, span.until) if since < edge < until)
    inside = sorted(cuts)
    return list(zip(inside, inside[1:], strict=False))


def sweep(groups: Sequence[Sequence[Span[Any]]]) -> list[tuple[date, date, list[list[Any]]]]:
    """Walk along the days: for each stretch on which nothing changes, the values in effect of each group.

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
    for day, until in zip(days, [*days[1:], FOREVER], strict=True):
        for number, index, begun in edges[day]:
            if begun is None:
                del active[number][index]
            else:
                active[number][index] = begun.value
        if day < until and any(active):
            stretches.append((day, until, [list(values.values()) for values in active]))
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
def claimed_days(claims: Iterable[Claim]) -> list[Span[Reason]]:
    """The days on which any claim is live or won, each with one claim that is."""
    spans = []
    for claim in claims:
        reason = because("CALL-BEYOND-FORECAST", [claim.forecast.event_id], line=claim.line)
        if claim.live is not None:
            spans.append(Span(claim.live.since, claim.live.until, reason))
        if claim.won is not None and claim.won.since < claim.won.until:
            awarded = (*reason.event_ids, *claim.won.value.reason.event_ids)
            spans.append(Span(claim.won.since, claim.won.until, Reason(reason.rule, awarded, reason.facts)))
    return cover(spans)


def cover(spans: Iterable[Span[Reason]]) -> list[Span[Reason]]:
    """The days that the spans cover, as spans that do not overlap; where several do, the earlier and longer one stands."""
    covered: list[Span[Reason]] = []
    for span in sorted(spans, key=lambda span: (span.since, -span.until.toordinal(), span.value.event_ids)):
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
            tuple(sorted(disputed, key=lambda dispute: dispute.dispute_id)),
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
    return [span for span in spans if span.since < span.until]


def contract_situations(account_id: str, opportunity: Opportunity, contract: Contract) -> tuple[Situation, ...]:
    """The situations of a live contract: who holds the won right, line by line, and who takes part in its opportunity."""
    won = tuple(sorted(claim.line for claim in contract.won))
    reasons = tuple(claim.ending.reason for claim in contract.won if claim.ending)
    situations = []
    groups = (
        opportunity.managers,
        opportunity.inclusions,
        opportunity.agreements,
        [claim.won for claim in contract.won if claim.won],
    )
    for since, until in _pieces(
        contract.award.effective_on, max(contract.until, contract.award.effective_on), (), *groups
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
            tuple((sharer, share.value.reason) for sharer, _ in share.value.shares) if share else (),
            (*reasons, manager.value.reason) if manager and held else (),
        )
        situations.append(Situation(account_id, f"contract:{contract.contract_id}", since, until, content))
    return merged(situations)
