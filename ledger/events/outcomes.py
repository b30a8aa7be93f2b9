"""The outcome that an opportunity is to have: one sentence, criteria that can be measured, and their measurements."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.dates import BusinessDate
from ledger.events.amounts import check_once, check_optional_amount
from ledger.events.base import (
    AccountEvent,
    Asks,
    EventData,
    FromList,
    OpportunityRef,
    PartyRef,
    Record,
    broken,
    example,
)
from ledger.identifiers import Identifier
from ledger.money import Amount, Currency
from ledger.text import Name, Text


class Criterion(Record):
    """What is measured: a figure of at least or at most so much, or a date by which it is to happen."""

    criterion: Identifier
    kind: Annotated[Literal["quantity", "price", "date", "performance"], Asks("OUTCOME")]
    target: Annotated[Amount, Asks("OUTCOME")] | None = None
    bound: Literal["at_least", "at_most"] = "at_least"
    unit: Name | None = None
    currency: Currency | None = None
    by: Annotated[BusinessDate, Asks("OUTCOME")] | None = None

    @model_validator(mode="after")
    def _can_be_measured(self) -> Self:
        if self.kind == "date":
            if self.by is None:
                raise broken("is needed: the day by which it is to happen", rule="OUTCOME", at=("by",))
            if self.target is not None:
                raise broken("a date has no target but the day", rule="OUTCOME", at=("target",))
        elif self.target is None:
            raise broken("is needed: what it is measured against", rule="OUTCOME", at=("target",))
        elif self.by is not None:
            raise broken("only a date has a day; give it a criterion of its own", rule="OUTCOME", at=("by",))
        if self.kind == "price":
            check_optional_amount(self.target, self.currency)
        elif self.currency is not None:
            raise broken("only a price has a currency", at=("currency",))
        return self


class OutcomeStated(AccountEvent):
    """The outcome to be reached, in one sentence, and the criteria by which it is measured, one of them a date."""

    rules = ("OUTCOME",)
    model_config = example(
        "outcome_stated",
        {
            "opportunity_id": "opp-1",
            "says": "Acme orders 25 workstations by 31 March and renders seven per cent faster.",
            "criteria": [
                {"criterion": "units", "kind": "quantity", "target": "25", "unit": "workstations"},
                {"criterion": "order", "kind": "date", "by": "2026-03-31"},
                {"criterion": "speed", "kind": "performance", "target": "7", "unit": "percent"},
            ],
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        says: Annotated[Text, Asks("OUTCOME")]
        criteria: Annotated[tuple[Criterion, ...], FromList, Field(min_length=1, max_length=50), Asks("OUTCOME")]

        @model_validator(mode="after")
        def _is_measurable_and_timed(self) -> Self:
            check_once([one.criterion for one in self.criteria], at="criteria", below=("criterion",), rule="OUTCOME")
            if all(one.kind == "date" for one in self.criteria):
                raise broken("must hold something to measure beside the date", rule="OUTCOME", at=("criteria",))
            if all(one.kind != "date" for one in self.criteria):
                raise broken("must hold a date by which it is reached", rule="OUTCOME", at=("criteria",))
            return self

    type: Literal["outcome_stated"] = "outcome_stated"
    data: Data


class OutcomeMeasured(AccountEvent):
    """Where the opportunity stands against one criterion: a figure, or the day on which it happened or is expected."""

    rules = ("OUTCOME",)
    model_config = example(
        "outcome_measured",
        {"opportunity_id": "opp-1", "criterion": "units", "value": "20", "measured_by": "jane"},
        on="2026-02-20",
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        criterion: Annotated[Identifier, Asks("OUTCOME")]
        value: Annotated[Amount, Asks("OUTCOME")] | None = None
        on: Annotated[BusinessDate, Asks("OUTCOME")] | None = None
        measured_by: PartyRef | None = None
        note: Text | None = None

        @model_validator(mode="after")
        def _measures_one_thing(self) -> Self:
            if (self.value is None) == (self.on is None):
                raise broken("give either value, or for a date on", rule="OUTCOME", at=("value",))
            return self

    type: Literal["outcome_measured"] = "outcome_measured"
    data: Data
