"""Own models of sheets: what a party is told of the opportunities that it manages. Nobody else has a place in them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.own_models import POSITION, example
from api.http.paging import ListAnswer

State = Literal["open", "won", "lost", "abandoned"]
WITHHELD = "Fields of which a text names another party: they are left out, and sales operations can be asked."

_SHEET: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "name": "Acme: graphics workstations",
    "state": "open",
    "manager": "north",
    "stage": "Proposing",
    "stage_since": "2026-02-01",
    "amount": "48210.00",
    "currency": "USD",
    "probability": 60,
    "expected_close_on": "2026-03-31",
    "next_milestone": "Terms agreed.",
    "strategic": False,
    "region": "North",
    "opened_on": "2026-01-05",
    "closed_on": None,
    "withheld": [],
}
_WHOLE: dict[str, Any] = {
    **_SHEET,
    "problem": "The project is late.",
    "pain": None,
    "reasons": None,
    "impacts": None,
    "capabilities": ["Render a scene in an hour."],
    "attributes": {"source": "Trade fair"},
    "buying_stage": "Comparing solutions",
    "gate": "go",
    "gate_decisions": [{"stage": "Proposing", "decision": "go", "reason": "It fits.", "effective_on": "2026-02-03"}],
    "outcome": {
        "says": "Acme orders 25 workstations by 31 March.",
        "stated_on": "2026-01-12",
        "criteria": [
            {
                "criterion": "units",
                "kind": "quantity",
                "target": "25",
                "bound": "at_least",
                "unit": "workstations",
                "measured": "20",
                "measured_on": "2026-02-20",
                "missed": True,
                "short": "5",
            }
        ],
    },
    "team": [{"party_id": "nina", "role": "engineer", "from": "2026-02-01", "until": None}],
    "withheld": ["pain"],
    "on": "2026-03-01",
    "position": 9,
}
_REVISION: dict[str, Any] = {
    "field": "stage",
    "before": "Qualified",
    "after": "Proposing",
    "effective_on": "2026-02-01",
    "own": False,
    "recorded_at": None,
    "event_id": None,
    "position": None,
    "withheld": [],
}


class OwnSheetAnswer(BaseModel):
    """An opportunity that you manage, as its sheet stands on the day."""

    model_config = example("OwnSheet", _SHEET)

    opportunity_id: str
    account_id: str
    name: str | None
    state: State
    manager: str | None = Field(description="Which of your parties manages it; null: none yet, and you opened it.")
    stage: str | None
    stage_since: date | None
    amount: str | None
    currency: str | None
    probability: int | None = Field(description="In percent, 0 to 99; 100 once awarded.")
    expected_close_on: date | None
    next_milestone: str | None
    strategic: bool
    region: str | None
    opened_on: date
    closed_on: date | None
    withheld: list[str] = Field(description=WITHHELD)


class OwnSheetsAnswer(ListAnswer):
    """The opportunities that you manage."""

    items: list[OwnSheetAnswer]


class OwnDecisionAnswer(BaseModel):
    """What was decided at a gate, since you manage the opportunity; not by whom."""

    model_config = ConfigDict(title="OwnDecision", extra="forbid")

    stage: str
    decision: Literal["go", "no_go", "hold"]
    reason: str | None
    effective_on: date


class OwnCriterionAnswer(BaseModel):
    """A criterion of the outcome, and by how much it is missed."""

    model_config = ConfigDict(title="OwnCriterion", extra="forbid")

    criterion: str
    kind: Literal["quantity", "price", "date", "performance"]
    target: str
    bound: Literal["at_least", "at_most"]
    unit: str | None
    measured: str | None
    measured_on: date | None
    missed: bool
    short: str | None = Field(description="By how much; null for a day that went by unreached: it grows.")


class OwnOutcomeAnswer(BaseModel):
    """The outcome to be reached."""

    model_config = ConfigDict(title="OwnOutcome", extra="forbid")

    says: str
    stated_on: date
    criteria: list[OwnCriterionAnswer]


class OwnMemberAnswer(BaseModel):
    """One of your parties in the team."""

    model_config = ConfigDict(title="OwnMember", extra="forbid")

    party_id: str
    role: str
    from_: date = Field(alias="from")
    until: date | None


class OwnOpportunityAnswer(OwnSheetAnswer):
    """The whole sheet of an opportunity that you manage."""

    model_config = example("OwnOpportunity", _WHOLE)

    problem: str | None
    pain: str | None
    reasons: str | None
    impacts: str | None
    capabilities: list[str] | None
    attributes: dict[str, str | int | bool] | None
    buying_stage: str | None
    gate: Literal["open", "go", "no_go", "hold"] | None
    gate_decisions: list[OwnDecisionAnswer]
    outcome: OwnOutcomeAnswer | None
    team: list[OwnMemberAnswer] = Field(description="Your own members only.")
    on: date
    position: int = Field(description=POSITION)


class OwnRevisionAnswer(BaseModel):
    """One field got another value while you managed the opportunity; not by whom, unless it was you."""

    model_config = example("OwnRevision", _REVISION)

    field: str
    before: Any
    after: Any
    effective_on: date
    own: bool = Field(description="Whether you recorded it.")
    recorded_at: str | None = Field(description="When you recorded it; null for what others did.")
    event_id: str | None = Field(description="The event, where it is one of your own facts.")
    position: int | None = Field(description="Its number among your own facts.")
    withheld: list[str] = Field(description="`before`, `after`: where one names another party.")


class OwnRevisionsAnswer(ListAnswer):
    """What changed on a sheet since you manage the opportunity, in the order of the dates."""

    items: list[OwnRevisionAnswer]
