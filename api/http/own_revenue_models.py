"""Own models of revenue: what a party is told of its statements, its streams and what it may expect."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.own_models import POSITION, example
from api.http.paging import ListAnswer

_RENEWAL: dict[str, Any] = {
    "contract_id": "contract-9",
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "period_from": "2027-03-15",
    "period_until": "2028-03-15",
}
_STATEMENT: dict[str, Any] = {
    "from": "2027-03-01",
    "until": "2027-04-01",
    "period": "2027-03",
    "closed": True,
    "lines": [
        {
            **_RENEWAL,
            "party_id": "north",
            "percent": "37.5",
            "agreement_id": "share-3",
            "base": "45000.00",
            "amount": "16875.00",
            "currency": "USD",
            "rule": "RESIDUAL-SHARE",
        }
    ],
    "overlays": [],
    "adjustments": [],
    "totals": [
        {"party_id": "north", "currency": "USD", "amount": "16875.00", "lines": "16875.00", "adjustments": "0.00"}
    ],
    "overlay_totals": [],
    "closed_through": "2027-03",
    "next": None,
    "position": 12,
}
_STREAM: dict[str, Any] = {
    "contract_id": "contract-9",
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "holds": False,
    "state": "running",
    "currency": "USD",
    "agreement_id": "share-3",
    "split": [{"party_id": "north", "percent": "37.5"}],
    "overlays": [],
    "every_months": 12,
    "next_renewal_on": "2028-03-15",
    "overdue_since": None,
}
_EXPECTED: dict[str, Any] = {
    "expected": True,
    "contract_id": "contract-9",
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "due_on": "2028-03-15",
    "kind": "share",
    "party_id": "north",
    "percent": "37.5",
    "base": "45000.00",
    "amount": "16875.00",
    "currency": "USD",
    "agreement_id": "share-3",
}
BASE = "What the percentage is taken of: it follows from your percentage and amount."


class OwnRenewal(BaseModel):
    """Which renewal something of your own statement is about."""

    model_config = ConfigDict(extra="forbid")

    contract_id: str
    opportunity_id: str | None
    account_id: str
    period_from: date = Field(description="The first day renewed: it decides the month.")
    period_until: date


class OwnStatementLineAnswer(OwnRenewal):
    """What a renewal earns you."""

    model_config = ConfigDict(title="OwnStatementLine")

    party_id: str
    percent: str
    agreement_id: str | None
    base: str = Field(description=BASE)
    amount: str
    currency: str
    rule: Literal["RESIDUAL", "RESIDUAL-SHARE"] = Field(description="You hold the revenue, or you share in it.")


class OwnAdjustmentAnswer(OwnRenewal):
    """How your line of a closed month changed after its closing."""

    model_config = ConfigDict(title="OwnAdjustment")

    period: str = Field(description="The closed month that the line belongs to.")
    booked_in: str = Field(description="The month that takes the difference over.")
    kind: Literal["share", "overlay"]
    party_id: str
    before: str
    after: str
    difference: str
    currency: str


class OwnSumAnswer(BaseModel):
    """An amount of yours in a currency."""

    model_config = ConfigDict(title="OwnSum", extra="forbid")

    party_id: str
    currency: str
    amount: str


class OwnTotalAnswer(OwnSumAnswer):
    """What you are owed in a currency: your lines and your adjustments together."""

    model_config = ConfigDict(title="OwnTotal")

    lines: str
    adjustments: str


class OwnStatementAnswer(BaseModel):
    """A page of your statement; the sums are those of the whole of it."""

    model_config = example("OwnStatement", _STATEMENT)

    starts_on: date = Field(alias="from")
    ends_on: date = Field(alias="until", description="The day after the last one.")
    period: str | None = Field(description="The month, if one was asked for.")
    closed: bool | None = Field(description="Whether that month is closed, and its statement stands for ever.")
    lines: list[OwnStatementLineAnswer]
    overlays: list[OwnStatementLineAnswer] = Field(description="Credits beside the split.")
    adjustments: list[OwnAdjustmentAnswer]
    totals: list[OwnTotalAnswer]
    overlay_totals: list[OwnSumAnswer]
    closed_through: str | None = Field(description="The last month closed.")
    next: str | None = Field(description="The cursor of the next page; null on the last page.")
    position: int = Field(description=POSITION)


class OwnPercentageAnswer(BaseModel):
    """Your percentage."""

    model_config = ConfigDict(title="OwnPercentage", extra="forbid")

    party_id: str
    percent: str


class OwnStreamAnswer(BaseModel):
    """A residual stream that you hold, share in, or are credited on beside the split."""

    model_config = example("OwnStream", _STREAM)

    contract_id: str
    account_id: str
    opportunity_id: str
    holds: bool = Field(description="Whether it is yours where no revenue share is in force.")
    state: Literal["running", "overdue", "ended"]
    currency: str
    agreement_id: str | None = Field(description="The revenue share that you have a part in, if one is in force.")
    split: list[OwnPercentageAnswer] = Field(description="Your part only.")
    overlays: list[OwnPercentageAnswer] = Field(
        description="Your credit beside the split: nothing is paid from the base for it."
    )
    every_months: int
    next_renewal_on: date | None
    overdue_since: date | None


class OwnStreamsAnswer(ListAnswer):
    """Your residual streams."""

    items: list[OwnStreamAnswer]


class OwnExpectationAnswer(BaseModel):
    """What a renewal to come would earn you: an expectation, which nothing is paid upon."""

    model_config = example("OwnExpectation", _EXPECTED)

    expected: Literal[True]
    contract_id: str
    account_id: str
    opportunity_id: str
    due_on: date
    kind: Literal["share", "overlay"]
    party_id: str
    percent: str
    base: str = Field(description=BASE)
    amount: str
    currency: str
    agreement_id: str | None


class OwnExpectedAnswer(ListAnswer):
    """What renewals to come would earn you."""

    items: list[OwnExpectationAnswer]
