"""Checks of what is read live: what of reviews, actions, key players and closing plans a rule refuses, as known now."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.events.engagement import OpportunityPlanAdopted
from ledger.events.key_players import KeyPlayerMapped, KeyPlayerRemoved
from ledger.events.reviews import ActionAgreed, ActionDone, ActionDropped, OpportunityReviewed
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.actions import check_actions
from policies.closing_plan import check_adoption
from policies.key_players import check_key_player
from policies.reviews import check_review


def check_live(candidate: Recorded, reading: AccountReading) -> None:
    """Raise `Refused` if the other live facts of the opportunity have no place for the candidate."""
    event = candidate.event
    if isinstance(event, OpportunityReviewed):
        others = _others(candidate, event.data.opportunity_id, reading)
        check_review(candidate, others)
        check_actions(candidate, others)
    elif isinstance(event, ActionAgreed | ActionDone | ActionDropped):
        check_actions(candidate, _others(candidate, event.data.opportunity_id, reading))
    elif isinstance(event, KeyPlayerMapped | KeyPlayerRemoved):
        others = _others(candidate, event.data.opportunity_id, reading)
        check_key_player(candidate, others, reading.world.parties)
    elif isinstance(event, OpportunityPlanAdopted) and event.data.closing_plan_id is not None:
        check_adoption(event, _others(candidate, event.data.opportunity_id, reading))


def _others(candidate: Recorded, opportunity_id: str, reading: AccountReading) -> Sequence[Recorded]:
    """The live facts of an opportunity without what the candidate corrects."""
    return [fact for fact in reading.facts.read_live(opportunity_id) if fact.event_id != candidate.corrects]
