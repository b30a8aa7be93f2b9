"""Awards and losses: how the customer decided."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.dates import BusinessDate
from ledger.events.amounts import LineAmount, check_lines
from ledger.events.base import AccountEvent, EventData, FromList, Introduces, OpportunityRef, Record, example
from ledger.identifiers import Identifier
from ledger.money import Currency
from ledger.text import Name, Text


class RenewalTerms(Record):
    """How often a contract comes up for renewal, and when first."""

    every_months: Annotated[int, Field(ge=1, le=120)]
    first_on: BusinessDate


class BusinessAwarded(AccountEvent):
    """The customer awards lines of the opportunity under a contract, perhaps one to be renewed."""

    rules = ("OM-WON", "OM-LATE-AWARD", "RESIDUAL", "PRIME", "CO-SELL")
    model_config = example(
        "business_awarded",
        {
            "opportunity_id": "opp-1",
            "contract_id": "contract-9",
            "currency": "USD",
            "lines": [{"line": "gtx-pro", "amount": "45000.00"}],
            "renewal": {"every_months": 12, "first_on": "2027-03-15"},
        },
        on="2026-03-15",
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        contract_id: Annotated[Identifier, Introduces("contract")]
        currency: Currency
        lines: Annotated[tuple[LineAmount, ...], FromList, Field(min_length=1, max_length=1_000)]
        renewal: RenewalTerms | None = None

        @model_validator(mode="after")
        def _lines_are_exact(self) -> Self:
            check_lines(self.lines, self.currency)
            return self

    type: Literal["business_awarded"] = "business_awarded"
    data: Data


class BusinessLost(AccountEvent):
    """The customer decides for somebody else, or for nobody."""

    rules = ("OM-GRACE",)
    model_config = example("business_lost", {"opportunity_id": "opp-1", "reason": "Price."}, on="2026-03-15")

    class Data(EventData):
        opportunity_id: OpportunityRef
        reason: Text
        winner: Name | None = None

    type: Literal["business_lost"] = "business_lost"
    data: Data
