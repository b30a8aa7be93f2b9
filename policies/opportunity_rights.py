"""The rights that an opportunity gives: its manager's, line by line, its partners' and its sharers'."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from policies.claims import Claim
from policies.days import FOREVER, Span, next_day, on_day, within
from policies.establishment import Holding
from policies.kept import Right
from policies.opportunity import Opportunity
from policies.partners import ROLE_KINDS
from policies.queue import Place
from policies.reasons import Reason, because


def claim_rights(account_id: str, opportunity: Opportunity, claim: Claim, place: Place | None) -> tuple[Right, ...]:
    """The opportunity manager's right on one line as intervals, from the first forecast to the end of all days."""
    maker = _RightMaker(account_id, opportunity, claim)
    return (*maker.incomplete(), *maker.live(place), *maker.over())


class _RightMaker:
    def __init__(self, account_id: str, opportunity: Opportunity, claim: Claim) -> None:
        self.account_id = account_id
        self.opportunity = opportunity
        self.claim = claim

    def right(self, span: Span[Holding], status: str, *reasons: Reason, **more: object) -> Right:
        return Right(
            kind="opportunity_manager",
            holder=span.value.party_id,
            account_id=self.account_id,
            status=status,
            valid_from=span.since,
            valid_until=span.until,
            opportunity_id=self.opportunity.opportunity_id,
            line=self.claim.line,
            reasons=reasons,
            **more,  # type: ignore[arg-type]  # the optional fields of Right
        )

    def incomplete(self) -> Iterator[Right]:
        """Before the claim is established: what it still lacks, as the evidence comes in."""
        claim = self.claim
        until = min(claim.start[0] if claim.start else FOREVER, claim.over_on)
        evidence = self.opportunity.establishment
        for clock in claim.clocks:
            for held in within(self.opportunity.managers, clock.since, min(clock.until, until)):
                edges = {fact.effective_on for fact in evidence.evidence.values()}
                inside = sorted({held.since, held.until} | {edge for edge in edges if held.since < edge < held.until})
                for since, end in itertools.pairwise(inside):
                    yield self.right(
                        Span(since, end, held.value),
                        "incomplete",
                        evidence.reason(since),
                        deadline_on=clock.value.deadline_on,
                        missing=evidence.missing(since),
                    )

    def live(self, place: Place | None) -> Iterator[Right]:
        """While the claim is live: queued until it comes first, then active through the clock start, then in grace."""
        if place is None:
            return
        established = self.opportunity.establishment.reason(place.live_from)
        for clock in within(self.claim.clocks, place.live_from, place.live_until):
            active_until = max(min(next_day(clock.value.starts_on), clock.until), clock.since)
            for held in within(self.opportunity.managers, clock.since, clock.until):
                for since, until, status in (
                    (clock.since, place.reserved_from, "queued"),
                    (place.reserved_from, active_until, "active"),
                    (max(place.reserved_from, active_until), clock.until, "in_grace"),
                ):
                    for part in within([held], since, until):
                        reasons = [established, clock.value.reason, held.value.reason]
                        if status == "queued" and place.ahead is not None:
                            reasons.append(queued_behind(place.ahead, place.reserved_from, self.claim.line))
                        yield self.right(part, status, *reasons, deadline_on=clock.value.deadline_on)

    def over(self) -> Iterator[Right]:
        """After the claim: won until the contract ends, or lapsed, or ended."""
        claim = self.claim
        if claim.won is not None:
            for held in within(self.opportunity.managers, claim.won.since, claim.won.until):
                yield self.right(
                    held, "won", claim.won.value.reason, held.value.reason, contract_id=claim.won.value.contract_id
                )
            if claim.contract_ended is not None:
                reason = because("OM-WON", [claim.contract_ended.event_id], ended_on=claim.won.until, line=claim.line)
                yield from self.final(claim.won.until, "ended", reason, claim.won.value.contract_id)
        elif claim.ending is not None:
            yield from self.final(claim.ending.on, claim.ending.status, claim.ending.reason)
        elif claim.lapsed_on is not None:
            yield from self.final(claim.lapsed_on, "lapsed", lapse_reason(claim))

    def final(self, on: date, status: str, reason: Reason, contract_id: str | None = None) -> Iterator[Right]:
        held = on_day(self.opportunity.managers, on)
        if held is not None and on < FOREVER:
            yield self.right(Span(on, FOREVER, held.value), status, reason, contract_id=contract_id)


def queued_behind(ahead: Claim, until: date, line: str) -> Reason:
    """Why a claim waits: another was established earlier on the same line."""
    return because("OM-QUEUE", [ahead.forecast.event_id], line=line, until=until)


def lapse_reason(claim: Claim) -> Reason:
    """Why a claim lapsed: not awarded by the last day of grace."""
    clock = claim.clocks[-1].value
    return Reason("OM-LAPSED", clock.reason.event_ids, (*clock.reason.facts, ("line", claim.line)))


def partner_rights(account_id: str, opportunity: Opportunity) -> tuple[Right, ...]:
    """The parts that partners have in the opportunity, line by line."""
    return tuple(
        Right(
            kind=ROLE_KINDS[span.value.role],
            holder=span.value.partner_id,
            account_id=account_id,
            status="active",
            valid_from=span.since,
            valid_until=span.until,
            opportunity_id=opportunity.opportunity_id,
            line=span.value.line,
            reasons=(span.value.reason,),
        )
        for span in opportunity.inclusions
    )


def teaming_rights(account_id: str, opportunity: Opportunity) -> tuple[Right, ...]:
    """The parties that share in the opportunity while an agreement is in force."""
    return tuple(
        Right(
            kind="teaming",
            holder=party_id,
            account_id=account_id,
            status="active",
            valid_from=span.since,
            valid_until=span.until,
            opportunity_id=opportunity.opportunity_id,
            agreement_id=span.value.agreement_id,
            percent=percent,
            reasons=(span.value.reason,),
        )
        for span in opportunity.agreements
        for party_id, percent in span.value.shares
    )
