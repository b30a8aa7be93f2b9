"""What OpenAPI says of residual revenue: streams, expectations, statements and impact, each with an example."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.paging import ListAnswer
from api.http.reasons import REASON, ReasonAnswer

_RENEWAL: dict[str, Any] = {
    "contract_id": "contract-9",
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "period_from": "2027-03-15",
    "period_until": "2028-03-15",
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
}
_OF_WHAT: dict[str, Any] = {
    "earning": [{"line": "gtx-pro", "amount": "45000.00"}],
    "left_out": [{"line": "rack", "amount": "1200.00", "why": "co_sell"}],
    "reasons": [{**REASON, "rule": "RESIDUAL"}],
}
_LINE: dict[str, Any] = {
    **_RENEWAL,
    "party_id": "jane",
    "percent": "62.5",
    "agreement_id": "share-3",
    "base": "45000.00",
    "amount": "28125.00",
    "currency": "USD",
    **_OF_WHAT,
}
_ADJUSTMENT: dict[str, Any] = {
    **_RENEWAL,
    "period": "2027-03",
    "booked_in": "2027-05",
    "kind": "share",
    "party_id": "jane",
    "before": "45000.00",
    "after": "28125.00",
    "difference": "-16875.00",
    "currency": "USD",
    "caused_by": ["018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c12"],
}
_STATEMENT: dict[str, Any] = {
    "from": "2027-03-01",
    "until": "2027-04-01",
    "period": None,
    "closed": None,
    "lines": [_LINE],
    "unassigned": [],
    "overlays": [],
    "adjustments": [],
    "subtotals": [
        {"opportunity_id": "opp-1", "contract_id": None, "currency": "USD", "amount": "28125.00", "unassigned": "0.00"}
    ],
    "totals": [
        {"party_id": "jane", "currency": "USD", "amount": "28125.00", "lines": "28125.00", "adjustments": "0.00"}
    ],
    "overlay_totals": [],
    "unassigned_totals": [],
    "bases": [{"currency": "USD", "amount": "28125.00"}],
    "closed_through": None,
    "next": None,
    "position": 57,
}
_STREAM: dict[str, Any] = {
    "contract_id": "contract-9",
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "holder": "jane",
    "state": "running",
    "since": "2026-03-15",
    "from": "2026-03-15",
    "until": None,
    "currency": "USD",
    "agreement_id": None,
    "split": [{"party_id": "jane", "percent": "100"}],
    "overlays": [],
    "every_months": 12,
    "next_renewal_on": "2027-03-15",
    "overdue_since": None,
    "lines": [{"line": "gtx-pro", "amount": "45000.00"}],
    "left_out": [],
    "title": [{"holder": "jane", "from": "2026-03-15", "until": None, "reasons": []}],
    "reasons": [{**REASON, "rule": "RESIDUAL"}],
}
_EXPECTED: dict[str, Any] = {
    "expected": True,
    "contract_id": "contract-9",
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "due_on": "2027-03-15",
    "kind": "share",
    "party_id": "jane",
    "percent": "100",
    "base": "45000.00",
    "amount": "45000.00",
    "currency": "USD",
    "agreement_id": None,
}
IMPACT: dict[str, Any] = {
    "streams": [
        {
            "account_id": "acme",
            "contract_id": "contract-9",
            "opportunity_id": "opp-1",
            "before": [{"holder": "jane", "from": "2026-03-15", "until": None}],
            "after": [
                {"holder": "jane", "from": "2026-03-15", "until": "2027-01-01"},
                {"holder": "omar", "from": "2027-01-01", "until": None},
            ],
        }
    ],
    "amounts": [
        {
            "account_id": "acme",
            "contract_id": "contract-9",
            "opportunity_id": "opp-1",
            "period": "2027-03",
            "closed": True,
            "kind": "share",
            "party_id": "jane",
            "currency": "USD",
            "before": "45000.00",
            "after": "0.00",
            "difference": "-45000.00",
        }
    ],
}


class PercentageAnswer(BaseModel):
    """A party and its percentage."""

    model_config = ConfigDict(title="Percentage")

    party_id: str
    percent: str


class LineSumAnswer(BaseModel):
    """An amount on one business line."""

    model_config = ConfigDict(title="LineSum")

    line: str
    amount: str


class LeftOutAnswer(LineSumAnswer):
    """A line on which a renewal earns nothing, and why."""

    model_config = ConfigDict(title="LeftOut")

    why: Literal["co_sell", "not_won", "contract_ended"]


class HeldAnswer(BaseModel):
    """Who holds a stream over `[from, until)`."""

    model_config = ConfigDict(title="Held")

    holder: str
    starts_on: date = Field(alias="from")
    ends_on: date | None = Field(alias="until")


class TitleAnswer(HeldAnswer):
    """A link of the chain of title, and why."""

    model_config = ConfigDict(title="Title")

    reasons: list[ReasonAnswer]


class StreamAnswer(BaseModel):
    """A residual stream as it stands on a day."""

    model_config = ConfigDict(title="ResidualStream", json_schema_extra={"examples": [_STREAM]})

    contract_id: str
    account_id: str
    opportunity_id: str
    holder: str
    state: Literal["running", "overdue", "ended"] = Field(
        description="overdue: a renewal date has passed, and no renewal covers it."
    )
    since: date = Field(description="The day on which the stream began.")
    starts_on: date = Field(alias="from", description="Since when holder, split and lines are as told here.")
    ends_on: date | None = Field(alias="until")
    currency: str
    agreement_id: str | None = Field(description="The revenue share in force, if one is.")
    split: list[PercentageAnswer]
    overlays: list[PercentageAnswer] = Field(description="Credited beside the split, and never paid from the base.")
    every_months: int
    next_renewal_on: date | None
    overdue_since: date | None
    lines: list[LineSumAnswer] = Field(description="What a renewal would earn on, as last renewed or awarded.")
    left_out: list[LeftOutAnswer]
    title: list[TitleAnswer] = Field(description="The chain of title over all days.")
    reasons: list[ReasonAnswer]


class ResidualsAnswer(ListAnswer):
    """A page of residual streams."""

    items: list[StreamAnswer]


class ExpectedAnswer(BaseModel):
    """What a renewal to come would earn a party: an expectation, which nothing is paid upon."""

    model_config = ConfigDict(title="ExpectedResidual", json_schema_extra={"examples": [_EXPECTED]})

    expected: Literal[True]
    contract_id: str
    account_id: str
    opportunity_id: str
    due_on: date
    kind: Literal["share", "overlay"]
    party_id: str
    percent: str
    base: str
    amount: str
    currency: str
    agreement_id: str | None


class ExpectedResidualsAnswer(ListAnswer):
    """A page of expectations."""

    items: list[ExpectedAnswer]


class RenewalOfStatement(BaseModel):
    """Which renewal a line of a statement is about."""

    contract_id: str
    opportunity_id: str | None = Field(description="null where the award does not count any more.")
    account_id: str
    period_from: date = Field(description="The first day renewed: it decides the month.")
    period_until: date
    event_id: str = Field(description="The renewal's event.")


class UnassignedAnswer(RenewalOfStatement):
    """A renewal that no one is entitled to."""

    model_config = ConfigDict(title="UnassignedLine")

    percent: str | None
    base: str
    amount: str
    currency: str
    earning: list[LineSumAnswer] = Field(description="The lines that make up the base.")
    left_out: list[LeftOutAnswer]
    reasons: list[ReasonAnswer]


class StatementLineAnswer(UnassignedAnswer):
    """What a renewal earns one party."""

    model_config = ConfigDict(title="StatementLine")

    party_id: str
    agreement_id: str | None


class AdjustmentAnswer(RenewalOfStatement):
    """How a line of a closed month changed after its closing."""

    model_config = ConfigDict(title="Adjustment")

    period: str = Field(description="The closed month that the line belongs to.")
    booked_in: str = Field(description="The month that takes the difference over.")
    kind: Literal["share", "overlay", "unassigned"]
    party_id: str | None
    before: str
    after: str
    difference: str
    currency: str
    caused_by: list[str] = Field(description="The events that changed it.")


class SubtotalAnswer(BaseModel):
    """What a contract, or without one an opportunity, earned in the whole range, adjustments left out."""

    model_config = ConfigDict(title="Subtotal")

    opportunity_id: str | None
    contract_id: str | None
    currency: str
    amount: str
    unassigned: str


class SumAnswer(BaseModel):
    """An amount in a currency."""

    model_config = ConfigDict(title="Sum")

    currency: str
    amount: str


class PartySumAnswer(SumAnswer):
    """A party's amount in a currency."""

    model_config = ConfigDict(title="PartySum")

    party_id: str


class TotalAnswer(PartySumAnswer):
    """What a party is owed in a currency: its lines and its adjustments together."""

    model_config = ConfigDict(title="Total")

    lines: str
    adjustments: str


class StatementAnswer(BaseModel):
    """A page of a statement. Sums are those of the whole statement; subtotals are those of what the page names."""

    model_config = ConfigDict(title="Statement", json_schema_extra={"examples": [_STATEMENT]})

    starts_on: date = Field(alias="from")
    ends_on: date = Field(alias="until", description="The day after the last one.")
    period: str | None = Field(description="The month, if one was asked for.")
    closed: bool | None = Field(description="Whether that month is closed, and its statement stands for ever.")
    lines: list[StatementLineAnswer]
    unassigned: list[UnassignedAnswer]
    overlays: list[StatementLineAnswer] = Field(description="Credits beside the split, never paid from the base.")
    adjustments: list[AdjustmentAnswer]
    subtotals: list[SubtotalAnswer]
    totals: list[TotalAnswer]
    overlay_totals: list[PartySumAnswer]
    unassigned_totals: list[SumAnswer]
    bases: list[SumAnswer] = Field(description="What the lines and the unassigned come to together.")
    closed_through: str | None = Field(description="The last month closed, as known.")
    next: str | None = Field(description="The cursor of the next page; null on the last page.")
    position: int = Field(description="The position the answer was read at.")


class StreamMoveAnswer(BaseModel):
    """How the chain of title of a stream changed: what no longer holds, and what holds in its place."""

    model_config = ConfigDict(title="StreamMove")

    account_id: str
    contract_id: str
    opportunity_id: str
    before: list[HeldAnswer]
    after: list[HeldAnswer]


class AmountMoveAnswer(BaseModel):
    """What a party (null: no one) earns otherwise on a contract in a month."""

    model_config = ConfigDict(title="AmountMove")

    account_id: str
    contract_id: str
    opportunity_id: str | None
    period: str
    closed: bool = Field(description="The month was closed: the difference is an adjustment.")
    kind: Literal["share", "overlay", "unassigned"]
    party_id: str | None
    currency: str
    before: str
    after: str
    difference: str


class ImpactAnswer(BaseModel):
    """What a move or a correction does to residual revenue, from whom to whom."""

    model_config = ConfigDict(title="Impact", json_schema_extra={"examples": [IMPACT]})

    streams: list[StreamMoveAnswer]
    amounts: list[AmountMoveAnswer]
