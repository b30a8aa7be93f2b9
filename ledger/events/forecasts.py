"""Forecasts: the business lines that an opportunity claims, how much, and by when."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.dates import BusinessDate
from ledger.events.amounts import ForecastLine, check_lines
from ledger.events.base import AccountEvent, Asks, EventData, FromList, OpportunityRef, example
from ledger.money import Currency
from ledger.text import Name, Text


class ForecastRecorded(AccountEvent):
    """What is expected to be awarded, line by line, and on which date."""

    rules = ("OM-TIMED", "OM-ESTABLISHED", "OM-FORECAST-ONLY", "OM-ANCHOR", "OM-LAPSED")
    model_config = example(
        "forecast_recorded",
        {
            "opportunity_id": "opp-1",
            "currency": "USD",
            "expected_award_on": "2026-03-31",
            "probability": 60,
            "lines": [{"line": "gtx-pro", "amount": "48210.00"}],
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        currency: Currency
        expected_award_on: Annotated[BusinessDate, Asks("OM-TIMED")]
        probability: Annotated[int, Field(ge=0, le=100)] | None = None
        lines: Annotated[tuple[ForecastLine, ...], FromList, Field(min_length=1, max_length=1_000), Asks("OM-TIMED")]

        @model_validator(mode="after")
        def _lines_are_exact(self) -> Self:
            check_lines(self.lines, self.currency)
            return self

    type: Literal["forecast_recorded"] = "forecast_recorded"
    data: Data


class ForecastExtensionGranted(AccountEvent):
    """Sales management moves the expected award date of the lines that have not lapsed."""

    rules = ("OM-ANCHOR", "OM-LAPSED")
    model_config = example(
        "forecast_extension_granted",
        {
            "opportunity_id": "opp-1",
            "expected_award_on": "2026-06-30",
            "granted_by": "sales management",
            "reason": "The customer moved its decision to the next quarter.",
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        expected_award_on: BusinessDate
        granted_by: Name
        reason: Text

    type: Literal["forecast_extension_granted"] = "forecast_extension_granted"
    data: Data
