"""Reviews: an opportunity looked at by the review questions, and the actions agreed on it until they are done."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ledger.dates import BusinessDate
from ledger.events.amounts import check_once
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
from ledger.events.naming import only_names_of
from ledger.identifiers import Identifier
from ledger.text import Text


class ReviewAnswers(Record):
    """What was answered to the review questions; one without an answer is a gap of the review."""

    stage: Text | None = None
    previous_actions: Text | None = None
    next_step: Text | None = None
    issues: Text | None = None
    threats: Text | None = None
    actions_to_win: Text | None = None
    action_plan: Text | None = None
    internal_decisions: Text | None = None


class AgreedAction(Record):
    """Something to be done: what, by whom, until when."""

    action_id: Identifier
    what: Annotated[Text, Asks("REVIEW")]
    who: Annotated[PartyRef, Asks("REVIEW")]
    due_on: Annotated[BusinessDate, Asks("REVIEW")]


class OpportunityReviewed(AccountEvent):
    """The opportunity was reviewed: what was answered, and what was agreed to be done."""

    rules = ("REVIEW",)
    model_config = example(
        "opportunity_reviewed",
        {
            "opportunity_id": "opp-1",
            "review_id": "review-3",
            "reviewed_by": "mary",
            "participants": ["jane"],
            "answers": {
                "stage": "Qualified, for five weeks.",
                "next_step": "Acme shows us the test hall on 20 January.",
                "issues": "None.",
            },
            "actions": [
                {
                    "action_id": "action-7",
                    "what": "Find out who signs.",
                    "who": "jane",
                    "due_on": "2026-01-24",
                }
            ],
            "next_review_on": "2026-02-10",
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        review_id: Identifier
        reviewed_by: PartyRef
        participants: Annotated[tuple[PartyRef, ...], FromList, Field(max_length=100)] | None = None
        answers: Annotated[
            ReviewAnswers,
            BeforeValidator(only_names_of(ReviewAnswers, "REVIEW", "is no question of a review")),
        ]
        actions: Annotated[tuple[AgreedAction, ...], FromList, Field(max_length=100)] | None = None
        next_review_on: BusinessDate | None = None

        @model_validator(mode="after")
        def _actions_once(self) -> Self:
            names = [one.action_id for one in self.actions or ()]
            check_once(names, at="actions", below=("action_id",), rule="REVIEW")
            return self

    type: Literal["opportunity_reviewed"] = "opportunity_reviewed"
    data: Data

    @model_validator(mode="after")
    def _nothing_due_before(self) -> Self:
        for place, one in enumerate(self.data.actions or ()):
            if one.due_on < self.effective_on:
                raise broken(
                    "lies before the day of the review", rule="REVIEW", at=("data", "actions", place, "due_on")
                )
        after = self.data.next_review_on
        if after is not None and after <= self.effective_on:
            raise broken("must come after this review", rule="REVIEW", at=("data", "next_review_on"))
        return self


class ActionAgreed(AccountEvent):
    """An action on the opportunity is agreed outside of a review."""

    rules = ("REVIEW",)
    model_config = example(
        "action_agreed",
        {
            "opportunity_id": "opp-1",
            "action_id": "action-8",
            "what": "Send the reference of Bolt.",
            "who": "jane",
            "due_on": "2026-01-17",
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        action_id: Identifier
        what: Annotated[Text, Asks("REVIEW")]
        who: Annotated[PartyRef, Asks("REVIEW")]
        due_on: Annotated[BusinessDate, Asks("REVIEW")]

    type: Literal["action_agreed"] = "action_agreed"
    data: Data

    @model_validator(mode="after")
    def _not_due_before(self) -> Self:
        if self.data.due_on < self.effective_on:
            raise broken("lies before the day on which it is agreed", rule="REVIEW", at=("data", "due_on"))
        return self


class ActionDone(AccountEvent):
    """An agreed action is done."""

    rules = ("REVIEW",)
    model_config = example(
        "action_done",
        {"opportunity_id": "opp-1", "action_id": "action-7", "outcome": "The head of purchasing signs, alone."},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        action_id: Identifier
        outcome: Text | None = None

    type: Literal["action_done"] = "action_done"
    data: Data


class ActionDropped(AccountEvent):
    """An agreed action is not done any more, for the stated reason."""

    rules = ("REVIEW",)
    model_config = example(
        "action_dropped",
        {"opportunity_id": "opp-1", "action_id": "action-8", "reason": "Acme knows Bolt better than we do."},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        action_id: Identifier
        reason: Annotated[Text, Asks("REVIEW")]

    type: Literal["action_dropped"] = "action_dropped"
    data: Data
