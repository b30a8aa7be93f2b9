"""Who is opportunity manager of an opportunity, and what establishes the claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.coverage import OpportunityHandedOver, OpportunityReassigned
from ledger.events.engagement import CoordinationRecorded, EngagementRecorded, OpportunityPlanAdopted
from ledger.events.forecasts import ForecastRecorded
from ledger.events.opportunities import OpportunityManagerAppointed
from ledger.recorded import Recorded
from policies.days import Order, Span, successive
from policies.reasons import Reason, because
from policies.refusals import Refused
from policies.rulebook import rule

EVIDENCE: dict[type, str] = {
    OpportunityManagerAppointed: "an opportunity manager",
    ForecastRecorded: "a forecast",
    EngagementRecorded: "an engagement",
    OpportunityPlanAdopted: "an opportunity plan",
    CoordinationRecorded: "a coordination",
}
"""The five things that OM-ESTABLISHED asks for, by the event that shows each."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds the opportunity manager's right, and the event that gave it to them."""

    party_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Establishment:
    """The first fact of each kind of evidence, by name, and when the last of the five came in (None: not yet)."""

    evidence: dict[str, Recorded]
    order: Order | None

    def missing(self, on: date) -> tuple[str, ...]:
        """What the claim still lacks on a date."""
        return tuple(
            name for name in EVIDENCE.values() if name not in self.evidence or self.evidence[name].effective_on > on
        )

    def reason(self, on: date) -> Reason:
        """Why the claim is, or is not yet, established on a date."""
        seen = [fact.event_id for fact in self.evidence.values() if fact.effective_on <= on]
        missing = self.missing(on)
        if missing:
            return because("OM-ESTABLISHED", seen, missing=missing)
        return because("OM-ESTABLISHED", seen, established_on=self.order[0] if self.order else None)


@rule("OM-ONE")
def check_appointment(history: Iterable[Recorded]) -> None:
    """A second appointment is refused; the way to change is a handover or a reassignment."""
    for fact in history:
        if isinstance(fact.event, OpportunityManagerAppointed):
            raise Refused(
                "OM-ONE",
                f"{fact.event.data.opportunity_id} has had an opportunity manager since {fact.effective_on}; "
                "hand the opportunity over or reassign it instead",
                "/data/party_id",
            )


@rule("OM-QUALIFIED")
def check_qualification(event: OpportunityManagerAppointed) -> None:
    """An appointment states who authorised it, and that skills and resources are there."""
    for name in ("authorized_by", "skills", "resources"):
        if not getattr(event.data, name):
            raise Refused("OM-QUALIFIED", f"the appointment does not state {name.replace('_', ' ')}", f"/data/{name}")


@rule("OM-ONE", "HANDOVER", "REASSIGN")
def opportunity_managers(history: Sequence[Recorded]) -> tuple[Span[Holding], ...]:
    """Who is opportunity manager from when to when: the first appointment, then each handover and reassignment.

    `history` is the opportunity's, in order. A handover or reassignment with nobody appointed before it moves nothing.
    """
    changes: list[tuple[date, Holding]] = []
    for fact in history:
        event = fact.event
        if isinstance(event, OpportunityManagerAppointed):
            if not changes:
                reason = because(
                    "OM-QUALIFIED",
                    [fact.event_id],
                    party_id=event.data.party_id,
                    authorized_by=event.data.authorized_by,
                )
                changes.append((fact.effective_on, Holding(event.data.party_id, reason)))
        elif changes and (holding := moved(fact)) is not None:
            changes.append((fact.effective_on, holding))
    return successive(changes)


@rule("HANDOVER", "REASSIGN")
def moved(fact: Recorded) -> Holding | None:
    """Whom a handover or a reassignment moves the opportunity to; None for any other fact."""
    event = fact.event
    if isinstance(event, OpportunityHandedOver):
        reason = because("HANDOVER", [fact.event_id], party_id=event.data.to_party_id, on=fact.effective_on)
        return Holding(event.data.to_party_id, reason)
    if isinstance(event, OpportunityReassigned):
        reason = because(
            "REASSIGN",
            [fact.event_id],
            party_id=event.data.to_party_id,
            on=fact.effective_on,
            coverage_goal=event.data.coverage_goal,
        )
        return Holding(event.data.to_party_id, reason)
    return None


@rule("OM-ESTABLISHED")
def establishment(history: Sequence[Recorded]) -> Establishment:
    """The first evidence of each kind, and the (date, position) by which all five are in effect.

    Evidence belongs to the opportunity: it does not matter who is its manager, nor who engaged.
    """
    evidence: dict[str, Recorded] = {}
    for fact in history:
        name = EVIDENCE.get(type(fact.event))
        if name is not None and name not in evidence:
            evidence[name] = fact
    if len(evidence) < len(EVIDENCE):
        return Establishment(evidence, None)
    return Establishment(evidence, max(fact.order for fact in evidence.values()))
