"""Revenue shares: which agreement on an opportunity is in force when, and who takes part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.sharing import (
    RevenueShareAccepted,
    RevenueShareDeclined,
    RevenueShareEnded,
    RevenueShareProposed,
)
from ledger.recorded import Recorded
from policies.days import FOREVER, Order, Span
from policies.parties import Parties
from policies.reasons import Reason, because
from policies.refusals import Refused
from policies.rulebook import rule

Answer = RevenueShareAccepted | RevenueShareDeclined | RevenueShareEnded
ANSWERS = (RevenueShareAccepted, RevenueShareDeclined, RevenueShareEnded)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement that is in force: who shares, how much, who is credited beside, and the facts that made it so."""

    agreement_id: str
    shares: tuple[tuple[str, str], ...]
    reason: Reason
    completed: Order
    overlays: tuple[tuple[str, str], ...] = ()

    def names(self, party_id: str, parties: Parties, on: date) -> bool:
        """Whether a party, as it acts, is one of those that share."""
        acting = parties.acting_as(party_id, on)
        return any(parties.acting_as(sharer, on) == acting for sharer, _ in self.shares)


@rule("SHARE")
def in_force(
    event: RevenueShareProposed, proposal: Recorded, answers: Sequence[Recorded], parties: Parties
) -> Span[Agreement] | None:
    """When one agreement is in force by itself: after its start and every acceptance, until it ends or is refused."""
    data = event.data
    proposer = parties.acting_as(data.proposed_by, proposal.effective_on)
    completed, facts, until = proposal.order, [proposal], data.ends_on or FOREVER
    for party_id in sorted({share.party_id for share in data.shares}):
        accepted = next((fact for fact in answers if _accepts(fact, party_id, parties)), None)
        if parties.acting_as(party_id, proposal.effective_on) == proposer:
            continue
        if accepted is None:
            return None
        facts.append(accepted)
        completed = max(completed, accepted.order)
    for fact in answers:
        if isinstance(fact.event, RevenueShareDeclined | RevenueShareEnded):
            until = min(until, fact.effective_on)
    since = max(data.starts_on, completed[0])
    if since >= until:
        return None
    reason = because(
        "SHARE",
        [fact.event_id for fact in facts],
        agreement_id=data.agreement_id,
        since=since,
        until=None if until == FOREVER else until,
    )
    shares, overlays = (
        tuple((share.party_id, str(share.percent)) for share in named) for named in (data.shares, data.overlays)
    )
    return Span(since, until, Agreement(data.agreement_id, shares, reason, completed, overlays))


def _accepts(fact: Recorded, party_id: str, parties: Parties) -> bool:
    event = fact.event
    if not isinstance(event, RevenueShareAccepted):
        return False
    on = fact.effective_on
    return parties.acting_as(event.data.party_id, on) == parties.acting_as(party_id, on)


@rule("SHARE")
def agreements(
    proposals: Sequence[Recorded], answers: dict[str, list[Recorded]], parties: Parties
) -> tuple[Span[Agreement], ...]:
    """The agreement in force on an opportunity: a later one replaces the earlier from its start, for good."""
    spans: list[Span[Agreement]] = []
    for proposal in proposals:
        event = proposal.event
        if isinstance(event, RevenueShareProposed):
            span = in_force(event, proposal, answers.get(event.data.agreement_id, []), parties)
            spans += [span] if span is not None else []
    spans.sort(key=lambda span: (span.since, span.value.completed[1]))
    following = [*(span.since for span in spans[1:]), FOREVER]
    cut = [Span(span.since, min(span.until, until), span.value) for span, until in zip(spans, following, strict=False)]
    return tuple(span for span in cut if span.since < span.until)


@rule("SHARE")
def check_answer(event: Answer, proposals: Sequence[Recorded], parties: Parties, on: date) -> None:
    """Only a party that the agreement names, or its proposer, answers for it."""
    for proposal in proposals:
        proposed = proposal.event
        if isinstance(proposed, RevenueShareProposed) and proposed.data.agreement_id == event.data.agreement_id:
            named = {share.party_id for share in proposed.data.shares} | {proposed.data.proposed_by}
            acting = parties.acting_as(event.data.party_id, on)
            if acting not in {parties.acting_as(party_id, on) for party_id in named}:
                raise Refused(
                    "SHARE",
                    f"{event.data.party_id} is not a party of agreement {event.data.agreement_id}",
                    "/data/party_id",
                )
