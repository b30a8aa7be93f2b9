"""SHARE read plainly: which revenue share is in force on an opportunity, on one day."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tests.oracle.history import Fact, World, as_date


class InForce(NamedTuple):
    """An agreement that has come into force; the later start wins, then the later position of what completed it."""

    start: date
    completed_by: int
    end: date | None
    proposal: Fact


def share_in_force(facts: Sequence[Fact], opportunity: str, on: date, world: World) -> Fact | None:
    """The proposal of the share in force, from the account's facts up to the day; a later start ended the earlier."""
    came = [
        agreement
        for fact in facts
        if fact.type == "revenue_share_proposed" and fact.data["opportunity_id"] == opportunity
        if (agreement := _coming_into_force(fact, facts, world)) is not None and agreement.start <= on
    ]
    if not came:
        return None
    latest = max(came, key=lambda agreement: (agreement.start, agreement.completed_by))
    return latest.proposal if latest.end is None or on < latest.end else None


def parties_of(proposal: Fact) -> list[str]:
    """The parties that the agreement names."""
    return [share["party_id"] for share in proposal.data["shares"]]


def _coming_into_force(proposal: Fact, facts: Sequence[Fact], world: World) -> InForce | None:
    """From when until when it is in force by itself; None if somebody has not accepted, or it ended before."""
    answers = [fact for fact in facts if fact.data.get("agreement_id") == proposal.data["agreement_id"]]
    steps = [proposal]
    for party in parties_of(proposal):
        if world.same(party, proposal.data["proposed_by"], proposal.on):
            continue
        accepted = [
            fact
            for fact in answers
            if fact.type == "revenue_share_accepted" and world.same(fact.data["party_id"], party, fact.on)
        ]
        if not accepted:
            return None
        steps.append(accepted[0])
    completed = max(steps, key=lambda fact: fact.order)
    start = max(completed.on, as_date(proposal.data["from"]))
    ends = [fact.on for fact in answers if fact.type in {"revenue_share_declined", "revenue_share_ended"}]
    if proposal.data.get("until") is not None:
        ends.append(as_date(proposal.data["until"]))
    end = min(ends, default=None)
    return None if end is not None and end <= start else InForce(start, completed.position, end, proposal)
