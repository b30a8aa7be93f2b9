"""What answers about opportunities look like."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.lead_documents import CARRIED_OVER, CarriedLeadAnswer
from api.http.paging import ListAnswer

State = Literal["open", "won", "lost", "abandoned"]

SHORTFALL: dict[str, Any] = {
    "criterion": "units",
    "kind": "quantity",
    "target": "25",
    "measured": "20",
    "short": "5",
    "unit": "workstations",
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
}
SHEET: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "name": "Acme: graphics workstations",
    "state": "open",
    "manager": "jane",
    "stage": "Proposing",
    "stage_since": "2026-02-01",
    "amount": "48210.00",
    "currency": "USD",
    "probability": 60,
    "expected_close_on": "2026-03-31",
    "first_close_on": "2026-03-15",
    "slips": 1,
    "next_milestone": "Terms agreed.",
    "strategic": False,
    "region": "North",
    "lead_id": None,
    "opened_on": "2026-01-05",
    "closed_on": None,
    "engaged_on": "2026-02-12",
    "coordinated_on": "2026-02-01",
    "shortfalls": [SHORTFALL],
    "valid_from": "2026-02-12",
    "valid_until": None,
}


class ShortfallAnswer(BaseModel):
    """By how much a criterion of the outcome is missed."""

    model_config = ConfigDict(title="Shortfall", json_schema_extra={"examples": [SHORTFALL]})

    criterion: str
    kind: Literal["quantity", "price", "date", "performance"]
    target: str
    measured: str | None = Field(description="What was measured, or the day expected; null: a day went by unreached.")
    short: str | None = Field(description="By how much, in the unit; null for a day that went by: it grows.")
    unit: str | None
    event_id: str | None = Field(description="The measurement.")


class SheetAnswer(BaseModel):
    """An opportunity, as its sheet stands on the day."""

    model_config = ConfigDict(title="Sheet", json_schema_extra={"examples": [SHEET]})

    opportunity_id: str
    account_id: str
    name: str
    state: State
    manager: str | None = Field(description="The opportunity manager on the day.")
    stage: str | None
    stage_since: date | None = Field(description="Since when it is in its stage.")
    amount: str | None = Field(description="What it is worth: as stated or forecast last, in the end as awarded.")
    currency: str | None
    probability: int | None = Field(description="In percent, 0 to 99; 100 once awarded.")
    expected_close_on: date | None
    first_close_on: date | None = Field(description="The close that was expected at first.")
    slips: int = Field(description="How often the expected close moved to a later day.")
    next_milestone: str | None
    strategic: bool
    region: str | None
    lead_id: str | None
    opened_on: date
    closed_on: date | None = Field(description="The day it was won, lost or abandoned.")
    engaged_on: date | None = Field(description="The last engagement with the customer.")
    coordinated_on: date | None
    shortfalls: list[ShortfallAnswer]
    valid_from: date = Field(description="Since when the sheet says exactly this.")
    valid_until: date | None


class SheetsAnswer(ListAnswer):
    """A page of opportunities, by id."""

    items: list[SheetAnswer]


class CriterionAnswer(BaseModel):
    """A criterion of the outcome and where the opportunity stands against it."""

    criterion: str
    kind: Literal["quantity", "price", "date", "performance"]
    target: str = Field(description="The figure or the day to be reached.")
    bound: Literal["at_least", "at_most"]
    unit: str | None
    measured: str | None
    measured_on: date | None
    shortfall: ShortfallAnswer | None


class OutcomeAnswer(BaseModel):
    """The outcome to be reached."""

    says: str
    stated_on: date
    event_id: str
    criteria: list[CriterionAnswer]


class MemberAnswer(BaseModel):
    """A party that takes part, in which role, from when until when."""

    party_id: str
    role: str
    from_: date = Field(alias="from")
    until: date | None
    event_id: str


class DecisionAnswer(BaseModel):
    """What was decided at a gate."""

    stage: str
    decision: Literal["go", "no_go", "hold"]
    decided_by: str
    reason: str | None
    effective_on: date
    event_id: str


WHOLE: dict[str, Any] = {
    **SHEET,
    "problem": "The project is late.",
    "pain": "I can't promise the date any more.",
    "reasons": "The old workstations are too slow.",
    "impacts": "The launch moves by a quarter.",
    "capabilities": ["Render a scene in an hour."],
    "attributes": {"source": "Trade fair"},
    "buying_stage": "Comparing solutions",
    "gate": "go",
    "gate_decisions": [
        {
            "stage": "Proposing",
            "decision": "go",
            "decided_by": "mary",
            "reason": "It fits.",
            "effective_on": "2026-02-03",
            "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c12",
        }
    ],
    "outcome": {
        "says": "Acme orders 25 workstations by 31 March.",
        "stated_on": "2026-01-12",
        "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c13",
        "criteria": [
            {
                "criterion": "units",
                "kind": "quantity",
                "target": "25",
                "bound": "at_least",
                "unit": "workstations",
                "measured": "20",
                "measured_on": "2026-02-20",
                "shortfall": SHORTFALL,
            }
        ],
    },
    "team": [
        {
            "party_id": "omar",
            "role": "engineer",
            "from": "2026-02-01",
            "until": None,
            "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c14",
        }
    ],
    "lead": {**CARRIED_OVER, "lead_id": "lead-7"},
    "on": "2026-03-01",
    "position": 57,
}


class OpportunitySheetAnswer(SheetAnswer):
    """The whole sheet of an opportunity."""

    model_config = ConfigDict(title="OpportunitySheet", json_schema_extra={"examples": [WHOLE]})

    problem: str | None
    pain: str | None
    reasons: str | None
    impacts: str | None
    capabilities: list[str] | None
    attributes: dict[str, str | int | bool] | None
    buying_stage: str | None = Field(description="The stage of buying that its stage supports.")
    gate: Literal["open", "go", "no_go", "hold"] | None = Field(
        description="Where its stage has a gate: what was decided there, or open."
    )
    gate_decisions: list[DecisionAnswer]
    outcome: OutcomeAnswer | None
    team: list[MemberAnswer]
    lead: CarriedLeadAnswer | None = Field(description="What is known about the lead it came from, carried over.")
    on: date
    position: int


REVISION: dict[str, Any] = {
    "field": "stage",
    "before": "Qualified",
    "after": "Proposing",
    "effective_on": "2026-02-01",
    "recorded_at": "2026-02-01T09:30:00.000000Z",
    "position": 41,
    "actor": "seller/jane",
    "type": "opportunity_revised",
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
}


class RevisionAnswer(BaseModel):
    """One field got another value."""

    model_config = ConfigDict(title="Revision", json_schema_extra={"examples": [REVISION]})

    field: str
    before: Any = Field(description="What it said before; null for nothing.")
    after: Any
    effective_on: date
    recorded_at: str
    position: int
    actor: str = Field(description="Who recorded it.")
    type: str = Field(description="The type of the event.")
    event_id: str


class RevisionsAnswer(ListAnswer):
    """A page of the changes of a sheet, in the order of their dates."""

    items: list[RevisionAnswer]


class StageAnswer(BaseModel):
    """A stage of selling."""

    stage: str
    supports: str | None = Field(description="The stage of buying that it supports.")
    probability: int | None = Field(description="In percent, where the sheet states none.")
    gate: bool
    milestones: list[str]


class StagesAnswer(ListAnswer):
    """The stages in effect on the day, in their order."""

    model_config = ConfigDict(
        title="Stages",
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "stage": "Proposing",
                            "supports": "Comparing solutions",
                            "probability": 50,
                            "gate": True,
                            "milestones": [],
                        }
                    ],
                    "since": "2026-01-01",
                    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
                    "next": None,
                    "position": 57,
                }
            ]
        },
    )

    items: list[StageAnswer]
    since: date | None = Field(description="From when they hold; null for those of a company that configured none.")
    event_id: str | None
