"""Checks before recording: the invariants that refuse a fact, judged against the account as known now."""

from __future__ import annotations

from ledger.events.account_managers import MajorAccountManagerAppointed
from ledger.events.figures import PolicyFigureSet
from ledger.events.forecasts import ForecastExtensionGranted, ForecastRecorded
from ledger.events.opportunities import OpportunityManagerAppointed
from ledger.events.sharing import RevenueShareAccepted, RevenueShareDeclined, RevenueShareEnded
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.account_managers import check_major_account_manager
from policies.claims import check_not_over, claims
from policies.establishment import check_appointment, check_qualification, establishment
from policies.figures import check_figure
from policies.sharing import check_answer


def check(candidate: Recorded, reading: AccountReading | None) -> None:
    """Raise `Refused` if a rule refuses the candidate.

    `reading` is the account as known just before it (None for a fact on no account); what the candidate corrects
    is left out of the judgement.
    """
    event = candidate.event
    if isinstance(event, PolicyFigureSet):
        check_figure(event)
    if reading is None:
        return
    if isinstance(event, OpportunityManagerAppointed):
        check_qualification(event)
        check_appointment(_others(reading, event.data.opportunity_id, candidate))
    elif isinstance(event, ForecastRecorded | ForecastExtensionGranted):
        opportunity_id = event.data.opportunity_id
        known = reading.opportunities.get(opportunity_id)
        if (known is not None and any(claim.over_on <= event.effective_on for claim in known.claims.values())) or (
            known is not None and candidate.corrects
        ):
            history = sorted([*_others(reading, opportunity_id, candidate), candidate], key=lambda fact: fact.order)
            check_not_over(candidate, claims(opportunity_id, history, establishment(history), reading.world.figures))
    elif isinstance(event, MajorAccountManagerAppointed):
        account = [fact for fact in reading.facts.account_history() if fact.event_id != candidate.corrects]
        history = sorted([*account, candidate], key=lambda fact: fact.order)
        check_major_account_manager(event, candidate, history, reading.world.parties)
    elif isinstance(event, RevenueShareAccepted | RevenueShareDeclined | RevenueShareEnded):
        for opportunity_id in reading.facts.opportunity_of_agreement(event.data.agreement_id):
            proposals = list(reading.facts.by_opportunity.get(opportunity_id, {}).values())
            check_answer(event, proposals, reading.world.parties, event.effective_on)


def _others(reading: AccountReading, opportunity_id: str, candidate: Recorded) -> list[Recorded]:
    return [fact for fact in reading.facts.of_opportunity(opportunity_id) if fact.event_id != candidate.corrects]
