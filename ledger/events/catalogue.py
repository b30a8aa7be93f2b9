"""The catalogue: every type of event, as one discriminated union."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter

from ledger.events.account_managers import MajorAccountManagerAppointed, MajorAccountManagerReleased
from ledger.events.accounts import AccountElevated, AccountIdentityChanged, AccountOpened
from ledger.events.assessments import MilestoneAssessed, OpportunityAssessed
from ledger.events.awards import BusinessAwarded, BusinessLost
from ledger.events.base import Event
from ledger.events.closing_plans import ClosingPlanDrafted
from ledger.events.contacts import ContactRecorded
from ledger.events.contracts import ContractEnded, ContractRenewed
from ledger.events.coverage import OpportunityHandedOver, OpportunityReassigned
from ledger.events.disputes import (
    DisputeAnswered,
    DisputeEvidenceSubmitted,
    DisputeOpened,
    DisputeRuled,
    DisputeWithdrawn,
)
from ledger.events.engagement import (
    ActivityShared,
    CoordinationRecorded,
    EngagementRecorded,
    OpportunityPlanAdopted,
)
from ledger.events.figures import PolicyFigureSet
from ledger.events.forecasts import ForecastExtensionGranted, ForecastRecorded
from ledger.events.growth import AccountPlanDeveloped, AccountPlanExecuted
from ledger.events.key_players import KeyPlayerMapped, KeyPlayerRemoved
from ledger.events.leads import (
    LeadAssigned,
    LeadCaptured,
    LeadConverted,
    LeadDisqualified,
    LeadQualified,
    LeadResponded,
    LeadWorked,
)
from ledger.events.notices import GraceWarningIssued, RightsLapsed, RightsRevived
from ledger.events.opportunities import OpportunityAbandoned, OpportunityManagerAppointed, OpportunityOpened
from ledger.events.outcomes import OutcomeMeasured, OutcomeStated
from ledger.events.parties import PartyRegistered
from ledger.events.partners import CoSellContractShared, CoSellQuoteShared, PartnerIncluded, PartnerReleased
from ledger.events.periods import PeriodClosed
from ledger.events.retractions import EventRetracted
from ledger.events.reviews import ActionAgreed, ActionDone, ActionDropped, OpportunityReviewed
from ledger.events.selection_criteria import CustomerScored, SelectionCriteriaConfigured
from ledger.events.sharing import (
    RevenueShareAccepted,
    RevenueShareDeclined,
    RevenueShareEnded,
    RevenueShareProposed,
)
from ledger.events.sheets import GateDecided, OpportunityRevised, TeamMemberJoined, TeamMemberLeft
from ledger.events.stages import SalesStagesConfigured
from ledger.events.views import ListViewDeleted, ListViewSaved

AnyEvent = Annotated[
    PartyRegistered
    | AccountOpened
    | AccountIdentityChanged
    | AccountElevated
    | ContactRecorded
    | MajorAccountManagerAppointed
    | MajorAccountManagerReleased
    | AccountPlanDeveloped
    | AccountPlanExecuted
    | LeadCaptured
    | LeadResponded
    | LeadAssigned
    | LeadWorked
    | LeadQualified
    | LeadDisqualified
    | LeadConverted
    | OpportunityOpened
    | OpportunityRevised
    | OpportunityManagerAppointed
    | EngagementRecorded
    | OpportunityPlanAdopted
    | CoordinationRecorded
    | ActivityShared
    | OpportunityReviewed
    | ActionAgreed
    | ActionDone
    | ActionDropped
    | OpportunityAssessed
    | MilestoneAssessed
    | KeyPlayerMapped
    | KeyPlayerRemoved
    | ClosingPlanDrafted
    | SelectionCriteriaConfigured
    | CustomerScored
    | ForecastRecorded
    | ForecastExtensionGranted
    | BusinessAwarded
    | BusinessLost
    | OpportunityAbandoned
    | OutcomeStated
    | OutcomeMeasured
    | TeamMemberJoined
    | TeamMemberLeft
    | GateDecided
    | SalesStagesConfigured
    | ListViewSaved
    | ListViewDeleted
    | OpportunityHandedOver
    | OpportunityReassigned
    | RevenueShareProposed
    | RevenueShareAccepted
    | RevenueShareDeclined
    | RevenueShareEnded
    | PartnerIncluded
    | PartnerReleased
    | CoSellQuoteShared
    | CoSellContractShared
    | ContractRenewed
    | ContractEnded
    | DisputeOpened
    | DisputeEvidenceSubmitted
    | DisputeAnswered
    | DisputeRuled
    | DisputeWithdrawn
    | EventRetracted
    | PolicyFigureSet
    | PeriodClosed
    | GraceWarningIssued
    | RightsLapsed
    | RightsRevived,
    Field(discriminator="type"),
]

EVENT_CLASSES: tuple[type[Event], ...] = get_args(get_args(AnyEvent)[0])

EVENT_TYPES: Mapping[str, type[Event]] = MappingProxyType(
    {one.model_fields["type"].default: one for one in EVENT_CLASSES}
)
"""Type name → class, in the order of the catalogue."""


ADAPTER: TypeAdapter[Event] = TypeAdapter(AnyEvent)
"""The union, compiled once."""

_validator = ADAPTER.validator

_SENT: dict[frozenset[str], set[str]] = {}


def validate(raw: Any) -> Event:
    """The event that the JSON value states in full; raises pydantic.ValidationError."""
    event: Event = _validator.validate_python(raw)
    _share_field_names(event)
    _share_field_names(event.data)
    return event


def _share_field_names(model: BaseModel) -> None:
    """Which fields were sent is the same few sets again and again: kept once, this halves what an event takes."""
    sent = model.__pydantic_fields_set__
    object.__setattr__(model, "__pydantic_fields_set__", _SENT.setdefault(frozenset(sent), sent))


def parse(raw: Mapping[str, Any], *, today: date) -> Event:
    """The event that a client's JSON object states; `today` stands in for an absent `effective_on`.

    Raises pydantic.ValidationError, which `ledger.events.problems.explain` puts into words.
    """
    if isinstance(raw, dict) and "effective_on" not in raw:
        raw = {**raw, "effective_on": today}
    return validate(raw)


def example_of(event_type: str) -> dict[str, Any]:
    """An event of the type as a client would send it."""
    schema: Any = EVENT_TYPES[event_type].model_config["json_schema_extra"]
    example: dict[str, Any] = deepcopy(schema["examples"][0])
    return example
