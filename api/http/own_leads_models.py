"""Own models of leads: what a party is told of those it captured or was given. Nobody else has a place in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.http.own_models import POSITION, example
from api.http.own_sheets_models import WITHHELD
from api.http.paging import ListAnswer
from policies.leads import State

_LEAD: dict[str, Any] = {
    "lead_id": "lead-7",
    "state": "worked",
    "since": "2026-01-14",
    "responsible": "north",
    "passed_on": None,
    "account_id": None,
    "opportunity_id": None,
    "began_on": "2026-01-10",
    "name": "Ada Verne",
    "organisation": "Acme Corporation",
    "source": "Trade fair",
    "campaign": "Spring mailing",
    "withheld": [],
}
_WHOLE: dict[str, Any] = {
    **_LEAD,
    "contact": None,
    "email": "ada@acme.example",
    "phone": None,
    "region": "North",
    "target_list": "Visitors of the fair",
    "lines": ["gtx-pro"],
    "interest": "Workstations for 20 designers.",
    "amount": "48000.00",
    "currency": "USD",
    "expected_close_on": "2026-06-30",
    "attributes": {"seats": 20},
    "criteria": [],
    "responses": [{"effective_on": "2026-01-12", "says": "Asks for a price list.", "campaign": "Spring mailing"}],
    "activities": [{"effective_on": "2026-01-14", "party_id": "north", "activity": "Called: they decide soon."}],
    "judgement": None,
    "converted_on": None,
    "on": "2026-01-20",
    "position": 9,
}


class OwnLeadAnswer(BaseModel):
    """A lead that you captured or were given, as it stands on the day, or stood when it went into other hands."""

    model_config = example("OwnLead", _LEAD)

    lead_id: str
    state: State
    since: date = Field(description="The day from which it is in this state.")
    responsible: str | None = Field(description="Which of your parties is responsible for it; null: none any more.")
    passed_on: date | None = Field(
        description="The day from which it is in other hands: nothing that came later is told."
    )
    account_id: str | None = Field(description="The account it is on, once that is known.")
    opportunity_id: str | None = Field(description="The opportunity it was converted into, if you take part in that.")
    began_on: date
    name: str | None
    organisation: str | None
    source: str | None
    campaign: str | None
    withheld: list[str] = Field(description=WITHHELD)


class OwnLeadsAnswer(ListAnswer):
    """The leads that you captured or were given, in the order in which they were first recorded."""

    items: list[OwnLeadAnswer]


class OwnResponseAnswer(BaseModel):
    """What somebody answered."""

    model_config = ConfigDict(title="OwnResponse", extra="forbid")

    effective_on: date
    says: str | None
    campaign: str | None


class OwnActivityAnswer(BaseModel):
    """What one of your parties did for the lead."""

    model_config = ConfigDict(title="OwnActivity", extra="forbid")

    effective_on: date
    party_id: str
    activity: str | None


class OwnJudgementAnswer(BaseModel):
    """The qualification or disqualification that counts; not by whom."""

    model_config = ConfigDict(title="OwnJudgement", extra="forbid")

    effective_on: date
    qualified: bool
    reason: str | None


class OwnWholeLeadAnswer(OwnLeadAnswer):
    """Everything that you have of a lead."""

    model_config = example("OwnWholeLead", _WHOLE)

    contact: str | None
    email: str | None
    phone: str | None
    region: str | None
    target_list: str | None
    lines: list[str] | None
    interest: str | None
    amount: str | None
    currency: str | None
    expected_close_on: date | None
    attributes: dict[str, str | int | bool] | None
    criteria: list[str] | None = Field(description="Those it was qualified by.")
    responses: list[OwnResponseAnswer]
    activities: list[OwnActivityAnswer] = Field(description="Your own only.")
    judgement: OwnJudgementAnswer | None
    converted_on: date | None
    on: date
    position: int = Field(description=POSITION)
