"""Closing plans: how the opportunity is to be won, in five parts; `opportunity_plan_adopted` adopts one."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ledger.dates import BusinessDate
from ledger.events.base import AccountEvent, EventData, FromList, OpportunityRef, PartyRef, Record, example
from ledger.events.naming import only_names_of
from ledger.identifiers import Identifier
from ledger.text import Name, Text


class PlanEntry(Record):
    """One thing that the plan says: what, who takes part, by when, by what criteria, and what is done about it."""

    what: Text
    who: Name | None = None
    due_on: BusinessDate | None = None
    criteria: Text | None = None
    action: Text | None = None


Entries = Annotated[tuple[PlanEntry, ...], FromList, Field(max_length=100)]


class ClosingPlanParts(Record):
    """The five parts; one that says nothing is a gap of the plan."""

    decision_process: Entries | None = None
    knowledge: Entries | None = None
    relationships: Entries | None = None
    risks: Entries | None = None
    internal_actions: Entries | None = None


class ClosingPlanDrafted(AccountEvent):
    """A closing plan is written down; one that is drafted again under its id has a new version."""

    rules = ("CLOSE-PLAN",)
    model_config = example(
        "closing_plan_drafted",
        {
            "opportunity_id": "opp-1",
            "closing_plan_id": "plan-2",
            "drafted_by": "jane",
            "parts": {
                "decision_process": [
                    {
                        "what": "The board decides.",
                        "who": "Head of design, board",
                        "due_on": "2026-03-15",
                        "criteria": "Loads the new models within a minute.",
                    }
                ],
                "knowledge": [{"what": "Who sets the budget?", "due_on": "2026-01-24"}],
                "risks": [{"what": "The test hall is closed in February.", "action": "Show it at Bolt."}],
            },
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        closing_plan_id: Identifier
        drafted_by: PartyRef | None = None
        parts: Annotated[
            ClosingPlanParts,
            BeforeValidator(only_names_of(ClosingPlanParts, "CLOSE-PLAN", "is no part of a closing plan")),
        ]

    type: Literal["closing_plan_drafted"] = "closing_plan_drafted"
    data: Data
