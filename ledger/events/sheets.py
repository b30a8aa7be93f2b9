"""The sheet of an opportunity: its fields revised, its team, and what was decided at its gates."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.dates import BusinessDate
from ledger.events.accounts import Attributes
from ledger.events.amounts import check_optional_amount
from ledger.events.base import (
    AccountEvent,
    Asks,
    EventData,
    FromList,
    Introduces,
    OpportunityRef,
    PartyRef,
    broken,
    example,
)
from ledger.money import Amount, Currency
from ledger.text import Name, Text

CERTAIN = 100
"""The probability, in percent, of what was awarded, and of nothing else."""

Probability = Annotated[int, Field(ge=0, le=CERTAIN - 1), Asks("SHEET")]
"""In percent, 0 to 99; 100 comes with the award alone."""

Capabilities = Annotated[tuple[Text, ...], FromList, Field(max_length=3), Asks("SHEET")]
"""What the customer will be enabled to do: up to three."""

NEVER_EMPTY = ("name",)


class SheetFields(EventData):
    """What an opportunity's sheet says beside its name, stated when it is opened and whenever it is revised."""

    amount: Amount | None = None
    currency: Currency | None = None
    expected_close_on: BusinessDate | None = None
    stage: Annotated[Name, Asks("SHEET")] | None = None
    next_milestone: Text | None = None
    probability: Probability | None = None
    strategic: bool | None = None
    region: Name | None = None
    problem: Text | None = None
    pain: Text | None = None
    reasons: Text | None = None
    impacts: Text | None = None
    capabilities: Capabilities | None = None
    attributes: Attributes | None = None

    @model_validator(mode="after")
    def _amount_has_its_currency(self) -> Self:
        check_optional_amount(self.amount, self.currency)
        return self


class OpportunityRevised(AccountEvent):
    """Fields of the sheet get other values from the effective date on; null empties a field, what is absent stays."""

    rules = ("SHEET", "FUNNEL")
    model_config = example(
        "opportunity_revised",
        {"opportunity_id": "opp-1", "stage": "Negotiating", "probability": 70, "next_milestone": "Terms agreed."},
        on="2026-02-10",
    )

    class Data(SheetFields):
        opportunity_id: OpportunityRef
        name: Annotated[Name, Introduces("opportunity_name"), Asks("SHEET")] | None = None
        reason: Text | None = None

        @model_validator(mode="after")
        def _revises_something(self) -> Self:
            revised = self.model_fields_set - {"opportunity_id", "reason"}
            if not revised:
                raise broken("must revise at least one field of the sheet", rule="SHEET")
            for name in NEVER_EMPTY:
                if name in revised and getattr(self, name) is None:
                    raise broken("can't be emptied", rule="SHEET", at=(name,))
            return self

    type: Literal["opportunity_revised"] = "opportunity_revised"
    data: Data


class TeamMemberJoined(AccountEvent):
    """A party takes part in the opportunity, in a role of its own; joining again changes the role."""

    rules = ("TEAM",)
    model_config = example("team_member_joined", {"opportunity_id": "opp-1", "party_id": "omar", "role": "engineer"})

    class Data(EventData):
        opportunity_id: OpportunityRef
        party_id: PartyRef
        role: Annotated[Name, Asks("TEAM")]

        @model_validator(mode="after")
        def _does_not_appoint(self) -> Self:
            if self.role.casefold().replace("_", " ") == "opportunity manager":
                raise broken("is given by opportunity_manager_appointed alone: there is one", rule="TEAM", at=("role",))
            return self

    type: Literal["team_member_joined"] = "team_member_joined"
    data: Data


class TeamMemberLeft(AccountEvent):
    """A party no longer takes part in the opportunity."""

    rules = ("TEAM",)
    model_config = example("team_member_left", {"opportunity_id": "opp-1", "party_id": "omar", "reason": "Moved on."})

    class Data(EventData):
        opportunity_id: OpportunityRef
        party_id: PartyRef
        reason: Text | None = None

    type: Literal["team_member_left"] = "team_member_left"
    data: Data


class GateDecided(AccountEvent):
    """It was decided at the gate of a stage whether to go on with the opportunity, to give it up, or to wait."""

    rules = ("SELECT",)
    model_config = example(
        "gate_decided",
        {"opportunity_id": "opp-1", "stage": "Proposing", "decision": "go", "decided_by": "mary", "reason": "It fits."},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        stage: Annotated[Name, Asks("SELECT")]
        decision: Annotated[Literal["go", "no_go", "hold"], Asks("SELECT")]
        decided_by: PartyRef
        reason: Text | None = None

    type: Literal["gate_decided"] = "gate_decided"
    data: Data
