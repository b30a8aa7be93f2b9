"""Customer selection criteria: what makes a customer right for us, and how accounts score."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ledger.events.amounts import check_once
from ledger.events.base import AccountEvent, Asks, EventData, FromList, GlobalEvent, PartyRef, Record, broken, example
from ledger.identifiers import Identifier
from ledger.text import Text

MOST_CRITERIA = 50

HIGHEST_SCORE = 2


class SelectionCriterion(Record):
    """A criterion, by its id, and what it says."""

    criterion: Identifier
    says: Annotated[Text, Asks("ASSESS")]


class SelectionCriteriaConfigured(GlobalEvent):
    """The set of criteria from now on; it takes the place of the one before."""

    rules = ("ASSESS",)
    model_config = example(
        "selection_criteria_configured",
        {
            "criteria": [
                {"criterion": "access", "says": "We reach their key people at a reasonable cost."},
                {"criterion": "reference_value", "says": "Others in the segment follow them."},
            ],
            "reason": "The strategy for the year.",
        },
        account_id=None,
    )

    class Data(EventData):
        criteria: Annotated[
            tuple[SelectionCriterion, ...], FromList, Field(min_length=1, max_length=MOST_CRITERIA), Asks("ASSESS")
        ]
        reason: Text

        @model_validator(mode="after")
        def _criteria_once(self) -> Self:
            names = [one.criterion for one in self.criteria]
            check_once(names, at="criteria", below=("criterion",), rule="ASSESS")
            return self

    type: Literal["selection_criteria_configured"] = "selection_criteria_configured"
    data: Data


def _read_scores(value: Any) -> Any:
    if type(value) is dict:
        if not 1 <= len(value) <= MOST_CRITERIA:
            raise broken("must score 1 to 50 criteria", rule="ASSESS")
        for criterion, score in value.items():
            if type(score) is not int or not 0 <= score <= HIGHEST_SCORE:
                raise broken("must be 0, 1 or 2", rule="ASSESS", at=(str(criterion),))
    return value


Scores = Annotated[
    dict[Identifier, Annotated[int, Field(ge=0, le=HIGHEST_SCORE)]], BeforeValidator(_read_scores), Asks("ASSESS")
]


class CustomerScored(AccountEvent):
    """The account is scored by criteria: 0, 1 or 2 each; those left out keep the score they have."""

    rules = ("ASSESS",)
    model_config = example("customer_scored", {"scores": {"access": 2, "reference_value": 1}, "scored_by": "jane"})

    class Data(EventData):
        scores: Scores
        scored_by: PartyRef

    type: Literal["customer_scored"] = "customer_scored"
    data: Data
