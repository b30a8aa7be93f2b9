"""Leads: unqualified names and responses. They own nothing until they are converted into an opportunity."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.dates import BusinessDate
from ledger.events.accounts import Attributes
from ledger.events.amounts import check_optional_amount
from ledger.events.base import (
    AccountEvent,
    AccountRef,
    Event,
    EventData,
    FromList,
    Introduces,
    LeadRef,
    Line,
    OpportunityRef,
    PartyRef,
    example,
)
from ledger.identifiers import Identifier
from ledger.money import Amount, Currency
from ledger.text import Name, Text


class LeadEvent(Event):
    """A fact on a lead; the account is named once it is known."""

    rules = ("LEAD",)
    account_id: AccountRef | None = None


class LeadDetails(EventData):
    """What can be said of a lead; whatever is said later stands in the place of what was said before."""

    lead_id: Annotated[Identifier, Introduces("lead")]
    name: Name | None = None
    organisation: Name | None = None
    contact: Name | None = None
    email: Name | None = None
    phone: Name | None = None
    region: Name | None = None
    campaign: Name | None = None
    lines: Annotated[tuple[Line, ...], FromList, Field(max_length=1_000)] | None = None
    interest: Text | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    expected_close_on: BusinessDate | None = None
    attributes: Attributes | None = None

    @model_validator(mode="after")
    def _amount_has_its_currency(self) -> Self:
        check_optional_amount(self.amount, self.currency)
        return self


class LeadCaptured(LeadEvent):
    """A name that might become a customer, and where it came from: a list, a campaign, or anything else."""

    model_config = example(
        "lead_captured",
        {"lead_id": "lead-7", "name": "Ada Verne", "organisation": "Acme Corporation", "source": "Trade fair"},
        account_id=None,
    )

    class Data(LeadDetails):
        source: Name | None = None
        target_list: Name | None = None
        captured_by: PartyRef | None = None

    type: Literal["lead_captured"] = "lead_captured"
    data: Data


class LeadResponded(LeadEvent):
    """Somebody answered a campaign or asked by themselves; the lead may be new."""

    model_config = example(
        "lead_responded",
        {"lead_id": "lead-7", "response": "Asks for a price list.", "campaign": "Spring mailing"},
        account_id=None,
    )

    class Data(LeadDetails):
        response: Text | None = None

    type: Literal["lead_responded"] = "lead_responded"
    data: Data


class LeadAssigned(LeadEvent):
    """A party is responsible for the lead from now on, in the place of whoever was."""

    model_config = example("lead_assigned", {"lead_id": "lead-7", "party_id": "jane"}, account_id=None)

    class Data(EventData):
        lead_id: LeadRef
        party_id: PartyRef
        assigned_by: PartyRef | None = None
        reason: Text | None = None

    type: Literal["lead_assigned"] = "lead_assigned"
    data: Data


class LeadWorked(LeadEvent):
    """A party did something to find out whether the lead is worth pursuing."""

    model_config = example(
        "lead_worked",
        {"lead_id": "lead-7", "party_id": "jane", "activity": "Called: they decide in spring."},
        account_id=None,
    )

    class Data(EventData):
        lead_id: LeadRef
        party_id: PartyRef
        activity: Text

    type: Literal["lead_worked"] = "lead_worked"
    data: Data


class LeadQualified(LeadEvent):
    """The lead was examined and is worth pursuing, for the stated criteria."""

    model_config = example(
        "lead_qualified",
        {"lead_id": "lead-7", "qualified_by": "jane", "criteria": ["has a budget", "decides this quarter"]},
        account_id=None,
    )

    class Data(EventData):
        lead_id: LeadRef
        qualified_by: PartyRef | None = None
        criteria: Annotated[tuple[Text, ...], FromList, Field(max_length=50)] | None = None
        reason: Text | None = None

    type: Literal["lead_qualified"] = "lead_qualified"
    data: Data


class LeadDisqualified(LeadEvent):
    """The lead was examined and is not pursued, for the stated reason, without which this is refused."""

    model_config = example(
        "lead_disqualified", {"lead_id": "lead-7", "reason": "Is a student writing a thesis."}, account_id=None
    )

    class Data(EventData):
        lead_id: LeadRef
        disqualified_by: PartyRef | None = None
        reason: Text | None = None

    type: Literal["lead_disqualified"] = "lead_disqualified"
    data: Data


class LeadConverted(AccountEvent):
    """The lead has become an opportunity, which carries on what was known about it."""

    rules = ("LEAD",)
    model_config = example("lead_converted", {"lead_id": "lead-7", "opportunity_id": "opp-1"})

    class Data(EventData):
        lead_id: LeadRef
        opportunity_id: OpportunityRef

    type: Literal["lead_converted"] = "lead_converted"
    data: Data
