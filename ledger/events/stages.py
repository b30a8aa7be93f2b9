"""The stages of selling: configured for the whole company, from a date on."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.events.amounts import check_once
from ledger.events.base import Asks, EventData, FromList, GlobalEvent, Record, example
from ledger.text import Name, Text


class StageConfigured(Record):
    """A stage: the stage of buying it supports, its gate and milestones, and the probability where none is stated."""

    stage: Name
    supports: Name | None = None
    probability: Annotated[int, Field(ge=0, le=99), Asks("SHEET")] | None = None
    gate: bool = False
    milestones: Annotated[tuple[Text, ...], FromList, Field(max_length=20)] = ()


class SalesStagesConfigured(GlobalEvent):
    """The stages, in their order, that opportunities go through from the effective date on."""

    rules = ("SHEET", "FUNNEL", "SELECT")
    model_config = example(
        "sales_stages_configured",
        {
            "stages": [
                {"stage": "Prospecting", "supports": "Seeing a need", "probability": 10},
                {"stage": "Proposing", "supports": "Comparing", "probability": 50, "gate": True},
                {"stage": "Negotiating", "supports": "Choosing", "probability": 80},
            ],
            "reason": "Three stages are enough.",
        },
        account_id=None,
    )

    class Data(EventData):
        stages: Annotated[tuple[StageConfigured, ...], FromList, Field(min_length=1, max_length=50), Asks("SHEET")]
        reason: Text

        @model_validator(mode="after")
        def _names_each_once(self) -> Self:
            check_once([one.stage.casefold() for one in self.stages], at="stages", below=("stage",), rule="SHEET")
            return self

    type: Literal["sales_stages_configured"] = "sales_stages_configured"
    data: Data
