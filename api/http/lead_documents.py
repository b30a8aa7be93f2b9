"""The documents of leads: what OpenAPI says of the list's items, of one lead, and of the figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.http.dispute_documents import EVENT, EventPlaceAnswer
from api.http.paging import ListAnswer
from policies.leads import State

LEAD: dict[str, Any] = {
    "lead_id": "lead-7",
    "state": "worked",
    "since": "2026-01-14",
    "responsible": "jane",
    "account_id": None,
    "opportunity_id": None,
    "began_on": "2026-01-10",
    "name": "Ada Verne",
    "organisation": "Acme Corporation",
    "source": "Trade fair",
    "campaign": "Spring mailing",
}
STEP: dict[str, Any] = {
    "state": "captured",
    "responsible": None,
    "from": "2026-01-10",
    "until": "2026-01-12",
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
}
FIGURES: dict[str, Any] = {
    "captured": 40,
    "responded": 12,
    "qualified": 6,
    "disqualified": 9,
    "converted": 3,
    "response_rate": "30.00",
    "conversion_rate": "7.50",
    "average_days": {
        "captured": "4.25", "responded": "2.00", "worked": "6.50", "qualified": "3.33", "disqualified": None
    },
}  # fmt: skip

WORKED: dict[str, Any] = {**EVENT, "type": "lead_worked", "party_id": "jane", "activity": "Called: they decide soon."}
RESPONSE: dict[str, Any] = {
    **EVENT, "type": "lead_responded", "says": "Asks for a price list.", "campaign": "Spring mailing"
}  # fmt: skip
JUDGEMENT: dict[str, Any] = {
    **EVENT, "type": "lead_qualified", "qualified": True, "party_id": "jane", "criteria": ["has a budget"],
    "reason": None,
}  # fmt: skip
CONVERSION: dict[str, Any] = {**EVENT, "type": "lead_converted", "account_id": "acme", "opportunity_id": "opp-1"}
CARRIED_OVER: dict[str, Any] = {
    "name": "Ada Verne",
    "organisation": "Acme Corporation",
    "contact": None,
    "email": "ada@acme.example",
    "phone": None,
    "region": "North",
    "source": "Trade fair",
    "target_list": "Visitors of the fair",
    "campaign": "Spring mailing",
    "lines": ["gtx-pro"],
    "interest": "Workstations for 20 designers.",
    "amount": "48000.00",
    "currency": "USD",
    "expected_close_on": "2026-06-30",
    "attributes": {"seats": 20},
    "criteria": [],
    "responses": [RESPONSE],
    "activities": [WORKED],
}
SHEET: dict[str, Any] = {
    **LEAD,
    "on": "2026-01-20",
    "position": 57,
    "steps": [STEP, {**STEP, "state": "worked", "responsible": "jane", "from": "2026-01-12", "until": None}],
    "responses": [RESPONSE],
    "judgement": None,
    "conversion": None,
    "carried_over": CARRIED_OVER,
    "events": [{**EVENT, "type": "lead_captured"}],
}
REPORT: dict[str, Any] = {
    "on": "2026-04-01",
    "position": 57,
    "all": FIGURES,
    "by_source": [{"source": "Trade fair", **FIGURES}],
    "by_campaign": [{"campaign": None, **FIGURES}],
    "by_responsible": [{"responsible": "jane", **FIGURES}],
}


class LeadAnswer(BaseModel):
    """A lead as it stands on a day. It owns nothing."""

    model_config = ConfigDict(title="Lead", json_schema_extra={"examples": [LEAD]})

    lead_id: str
    state: State
    since: date = Field(description="The day from which it is in this state.")
    responsible: str | None = Field(
        description="Who is responsible for it: whoever it was assigned to last, else who captured it. "
        "Nobody once it is converted: its opportunity has a manager of its own."
    )
    account_id: str | None = Field(description="The account it is on, once that is known; a merger doesn't change it.")
    opportunity_id: str | None = Field(description="The opportunity it was converted into.")
    began_on: date = Field(description="The day of the first that is known about it.")
    name: str | None
    organisation: str | None
    source: str | None
    campaign: str | None


class LeadsAnswer(ListAnswer):
    """A page of leads, in the order in which they were first recorded."""

    items: list[LeadAnswer]


class LeadStepAnswer(BaseModel):
    """A lead in one state with one party responsible, on the days from `from` to before `until`."""

    model_config = ConfigDict(title="LeadStep", json_schema_extra={"examples": [STEP]})

    state: State
    responsible: str | None
    since: date = Field(alias="from")
    until: date | None = Field(
        description="Null for the step it is in. The same day as `from` for a step that was over on the day it began."
    )
    event_id: str = Field(description="The event that began it.")


class LeadResponseAnswer(EventPlaceAnswer):
    """What somebody answered."""

    model_config = ConfigDict(title="LeadResponse", json_schema_extra={"examples": [RESPONSE]})

    says: str | None
    campaign: str | None


class LeadActivityAnswer(EventPlaceAnswer):
    """What somebody did to find out whether the lead is worth pursuing."""

    model_config = ConfigDict(title="LeadActivity", json_schema_extra={"examples": [WORKED]})

    party_id: str | None
    activity: str | None


class LeadJudgementAnswer(EventPlaceAnswer):
    """The qualification or disqualification that counts: the latest."""

    model_config = ConfigDict(title="LeadJudgement", json_schema_extra={"examples": [JUDGEMENT]})

    qualified: bool
    party_id: str | None
    criteria: list[str]
    reason: str | None


class LeadConversionAnswer(EventPlaceAnswer):
    """The conversion."""

    model_config = ConfigDict(title="LeadConversion", json_schema_extra={"examples": [CONVERSION]})

    account_id: str | None
    opportunity_id: str | None


class CarriedOverAnswer(BaseModel):
    """All that is known about a lead, and goes over to its opportunity. Of several statements the latest counts."""

    model_config = ConfigDict(title="CarriedOver", json_schema_extra={"examples": [CARRIED_OVER]})

    name: str | None
    organisation: str | None
    contact: str | None
    email: str | None
    phone: str | None
    region: str | None
    source: str | None
    target_list: str | None
    campaign: str | None
    lines: list[str]
    interest: str | None
    amount: str | None
    currency: str | None
    expected_close_on: date | None
    attributes: dict[str, str | int | bool]
    criteria: list[str] = Field(description="Those it was qualified by.")
    responses: list[LeadResponseAnswer]
    activities: list[LeadActivityAnswer]


class CarriedLeadAnswer(CarriedOverAnswer):
    """What an opportunity has from the lead that it came from."""

    model_config = ConfigDict(
        title="CarriedLead", json_schema_extra={"examples": [{"lead_id": "lead-7", **CARRIED_OVER}]}
    )

    lead_id: str


class LeadSheetAnswer(LeadAnswer):
    """Everything about one lead."""

    model_config = ConfigDict(title="LeadSheet", json_schema_extra={"examples": [SHEET]})

    on: date
    position: int
    steps: list[LeadStepAnswer] = Field(description="From the first to the one it is in, with who was responsible.")
    responses: list[LeadResponseAnswer]
    judgement: LeadJudgementAnswer | None
    conversion: LeadConversionAnswer | None
    carried_over: CarriedOverAnswer
    events: list[EventPlaceAnswer] = Field(description="Its facts, in the order of their days.")


class LeadFiguresAnswer(BaseModel):
    """Figures of some leads."""

    model_config = ConfigDict(title="LeadFigures", json_schema_extra={"examples": [FIGURES]})

    captured: int = Field(description="How many leads there are.")
    responded: int = Field(description="How many of them ever responded,")
    qualified: int = Field(description="were ever qualified,")
    disqualified: int = Field(description="stand disqualified on the day,")
    converted: int = Field(description="or were converted.")
    response_rate: str | None = Field(description="Responded per hundred, to two decimals (a half to the even one).")
    conversion_rate: str | None = Field(description="Converted per hundred, likewise.")
    average_days: dict[State, str | None] = Field(
        description="How many days the steps that are over took, by state, on average, to two decimals."
    )


class LeadsFromSourceAnswer(LeadFiguresAnswer):
    """The figures of leads from one source."""

    model_config = ConfigDict(title="LeadsFromSource", json_schema_extra={"examples": REPORT["by_source"]})

    source: str | None


class LeadsOfCampaignAnswer(LeadFiguresAnswer):
    """The figures of leads of one campaign."""

    model_config = ConfigDict(title="LeadsOfCampaign", json_schema_extra={"examples": REPORT["by_campaign"]})

    campaign: str | None


class LeadsOfPartyAnswer(LeadFiguresAnswer):
    """The figures of leads for which one party is responsible, or was last."""

    model_config = ConfigDict(title="LeadsOfParty", json_schema_extra={"examples": REPORT["by_responsible"]})

    responsible: str | None


class LeadReportAnswer(BaseModel):
    """Response and conversion figures."""

    model_config = ConfigDict(title="LeadReport", json_schema_extra={"examples": [REPORT]})

    on: date
    position: int
    all: LeadFiguresAnswer
    by_source: list[LeadsFromSourceAnswer]
    by_campaign: list[LeadsOfCampaignAnswer]
    by_responsible: list[LeadsOfPartyAnswer]
