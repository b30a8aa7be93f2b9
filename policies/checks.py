"""Checks before recording: the invariants that refuse a fact, judged against the account as known now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.events.account_managers import MajorAccountManagerAppointed
from ledger.events.assessments import MilestoneAssessed
from ledger.events.awards import BusinessAwarded
from ledger.events.contacts import ContactRecorded
from ledger.events.contracts import ContractRenewed
from ledger.events.disputes import (
    DisputeAnswered,
    DisputeEvidenceSubmitted,
    DisputeOpened,
    DisputeRuled,
    DisputeWithdrawn,
)
from ledger.events.figures import PolicyFigureSet
from ledger.events.forecasts import ForecastExtensionGranted, ForecastRecorded
from ledger.events.opportunities import OpportunityManagerAppointed, OpportunityOpened
from ledger.events.outcomes import OutcomeMeasured, OutcomeStated
from ledger.events.periods import PeriodClosed
from ledger.events.retractions import EventRetracted
from ledger.events.selection_criteria import CustomerScored
from ledger.events.sharing import RevenueShareAccepted, RevenueShareDeclined, RevenueShareEnded
from ledger.events.sheets import GateDecided, OpportunityRevised, TeamMemberLeft
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.account_managers import check_major_account_manager
from policies.claims import check_not_over, claims
from policies.concern import check_concern, check_subject, scope_of
from policies.contacts import check_contact
from policies.contracts import check_currency, check_renewal
from policies.disputes import check_order, check_ruling, check_taken_back, read_disputes
from policies.establishment import check_appointment, check_qualification, establishment
from policies.figures import check_figure
from policies.live_checks import check_live
from policies.outcomes import check_outcome
from policies.periods import Closings, check_closing, check_stays_closed
from policies.selection_criteria import check_scores
from policies.sharing import check_answer
from policies.sheet_limits import check_close, check_gate, check_probability
from policies.stages import Stages, check_stage
from policies.team import check_leaving

NONE_YET = Closings()
DEFAULT_STAGES = Stages()

SHEET_FACTS = (
    OpportunityOpened,
    OpportunityRevised,
    ForecastRecorded,
    GateDecided,
    OutcomeStated,
    OutcomeMeasured,
    TeamMemberLeft,
)
"""What section 11 has to say something against."""


def check(
    candidate: Recorded,
    reading: AccountReading | None,
    closings: Closings = NONE_YET,
    withdrawn: Iterable[str] = (),
    stages: Stages = DEFAULT_STAGES,
    criteria: Sequence[Recorded] = (),
) -> None:
    """Raise `Refused` if a rule refuses the candidate.

    `reading` is the account as known just before it (None for a fact on no account); what the candidate corrects
    is left out of the judgement. `closings` are the months closed before a closing, `withdrawn` the types of the events
    that the candidate retracts or corrects, `stages` those configured as known just before, `criteria` the sets of
    selection criteria known before a score.
    """
    event = candidate.event
    check_stays_closed(withdrawn, "/corrects" if candidate.corrects else "/data/event_id")
    if isinstance(event, PolicyFigureSet):
        check_figure(event)
    elif isinstance(event, PeriodClosed):
        check_closing(event, closings)
    elif isinstance(event, CustomerScored):
        check_scores(event, criteria)
    if reading is not None:
        _check_taken_back(candidate, reading)
        _check_on_account(candidate, reading)
        check_live(candidate, reading)
        if isinstance(event, ContactRecorded):
            check_contact(event, reading.world.parties)
        if isinstance(event, MilestoneAssessed):
            check_stage(event.data.stage, event.effective_on, stages)
        elif isinstance(event, SHEET_FACTS):
            _check_sheet(candidate, reading, stages)


def _check_taken_back(candidate: Recorded, reading: AccountReading) -> None:
    """Section 9: what a dispute was closed on, and what others have spoken to, stays."""
    wanted = [(candidate.corrects, "/corrects")]
    if isinstance(candidate.event, EventRetracted):
        wanted.append((candidate.event.data.event_id, "/data/event_id"))
    for event_id, pointer in wanted:
        facts = reading.facts.dispute_with(event_id) if event_id is not None else []
        for fact in facts:
            if fact.event_id == event_id:
                others = [one for one in facts if one is not fact]
                check_taken_back(fact, others, pointer, is_replaced=event_id == candidate.corrects)


def _check_sheet(candidate: Recorded, reading: AccountReading, stages: Stages) -> None:
    """Section 11: what the sheet behind a claim may say."""
    event = candidate.event
    history = [
        fact
        for fact in reading.facts.of_sheet(event.data.opportunity_id)  # type: ignore[attr-defined]  # SHEET_FACTS name one
        if fact.event_id != candidate.corrects
    ]
    if isinstance(event, OpportunityOpened | OpportunityRevised):
        check_stage(event.data.stage, event.effective_on, stages)
        check_close(candidate, history)
    elif isinstance(event, ForecastRecorded):
        check_probability(candidate, history)
    elif isinstance(event, GateDecided):
        check_gate(event, stages)
    elif isinstance(event, OutcomeStated | OutcomeMeasured):
        check_outcome(event, sorted(history, key=lambda fact: fact.order), reading.world.figures)
    elif isinstance(event, TeamMemberLeft):
        check_leaving(candidate, history)


def _check_on_account(candidate: Recorded, reading: AccountReading) -> None:
    event = candidate.event
    if isinstance(event, OpportunityManagerAppointed):
        check_qualification(event)
        check_appointment(_others(reading, event.data.opportunity_id, candidate))
    elif isinstance(event, ForecastRecorded | ForecastExtensionGranted):
        _check_not_over(candidate, event.data.opportunity_id, reading)
    elif isinstance(event, MajorAccountManagerAppointed):
        account = [fact for fact in reading.facts.account_history() if fact.event_id != candidate.corrects]
        history = sorted([*account, candidate], key=lambda fact: fact.order)
        check_major_account_manager(event, candidate, history, reading.world.parties)
    elif isinstance(event, BusinessAwarded | ContractRenewed):
        _check_contract(event, candidate, reading)
    elif isinstance(event, RevenueShareAccepted | RevenueShareDeclined | RevenueShareEnded):
        for opportunity_id in reading.facts.opportunity_of_agreement(event.data.agreement_id):
            proposals = list(reading.facts.by_opportunity.get(opportunity_id, {}).values())
            check_answer(event, proposals, reading.world.parties, event.effective_on)
    elif isinstance(
        event, DisputeOpened | DisputeEvidenceSubmitted | DisputeAnswered | DisputeRuled | DisputeWithdrawn
    ):
        _check_dispute(candidate, reading)


def _check_not_over(candidate: Recorded, opportunity_id: str, reading: AccountReading) -> None:
    """Only a claim that may be over is read anew, with the candidate in its place."""
    known = reading.opportunities.get(opportunity_id)
    if known is None:
        return
    if candidate.corrects or any(claim.over_on <= candidate.effective_on for claim in known.claims.values()):
        history = sorted([*_others(reading, opportunity_id, candidate), candidate], key=lambda fact: fact.order)
        check_not_over(candidate, claims(opportunity_id, history, establishment(history), reading.world.figures))


def _check_dispute(candidate: Recorded, reading: AccountReading) -> None:
    """Section 9: on what is there, by those it concerns, in its order, by rules that the book knows."""
    event = candidate.event
    if isinstance(event, DisputeRuled):
        check_ruling(event)
    if isinstance(event, DisputeOpened):
        data = event.data
        others = [fact for fact in reading.facts.of_dispute(data.dispute_id) if fact.event_id != candidate.corrects]
        check_order(candidate, others, reading.world.parties)
        scope = check_subject(data.subject, reading)
        check_concern(data.opened_by, event.effective_on, scope, reading, "/data/opened_by")
    elif isinstance(event, DisputeEvidenceSubmitted | DisputeAnswered | DisputeRuled | DisputeWithdrawn):
        facts = reading.facts.of_dispute(event.data.dispute_id)
        check_order(candidate, [fact for fact in facts if fact.event_id != candidate.corrects], reading.world.parties)
        known = read_disputes(facts).get((event.account_id, event.data.dispute_id))
        if isinstance(event, DisputeAnswered) and known is not None:
            scope = scope_of(known.subject, reading)
            check_concern(event.data.party_id, event.effective_on, scope, reading, "/data/party_id")


def _check_contract(event: BusinessAwarded | ContractRenewed, candidate: Recorded, reading: AccountReading) -> None:
    contract_id = event.data.contract_id
    awards = [
        fact
        for opportunity_id in reading.facts.opportunities_of_contract(contract_id)
        for fact in _others(reading, opportunity_id, candidate)
        if isinstance(fact.event, BusinessAwarded) and fact.event.data.contract_id == contract_id
    ]
    check_currency(event, awards)
    if isinstance(event, ContractRenewed):
        facts = reading.facts.of_contract(contract_id)
        check_renewal(event, [fact for fact in facts if fact.event_id != candidate.corrects])


def _others(reading: AccountReading, opportunity_id: str, candidate: Recorded) -> list[Recorded]:
    return [fact for fact in reading.facts.of_opportunity(opportunity_id) if fact.event_id != candidate.corrects]
