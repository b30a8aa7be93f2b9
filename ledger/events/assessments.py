"""Assessments: what is known of an opportunity by category and question, and which milestones its stages have met."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from ledger.events.base import AccountEvent, Asks, EventData, OpportunityRef, PartyRef, Record, example
from ledger.events.naming import only_names_of
from ledger.text import Name, Text

MilestoneName = Literal[
    "right_customer", "reason_to_act", "solution_fits", "shared_plan", "relationships", "risks_manageable"
]

_NO_QUESTION = "is no question of this category"


class TargetCustomer(Record):
    """Should we sell to this customer?"""

    selection_criteria: Text | None = None
    key_contact: Text | None = None


class NeedAndUrgency(Record):
    """Is the customer buying anything, from anyone?"""

    reason_to_buy: Text | None = None
    how_compelling: Text | None = None
    buying_process: Text | None = None
    internal_support: Text | None = None
    timeline: Text | None = None
    current_situation: Text | None = None
    demonstrable_value: Text | None = None
    resources_allocated: Text | None = None


class Solution(Record):
    """How good is our solution, by the customer's criteria?"""

    importance: Text | None = None
    demands: Text | None = None
    influence_on_vision: Text | None = None
    differentiation: Text | None = None
    ease_of_implementation: Text | None = None


class RelationshipAndInfluence(Record):
    """Who cares, who is important, and can we influence them?"""

    key_individuals: Text | None = None
    internal_support: Text | None = None
    support_of_goals: Text | None = None
    confidence: Text | None = None
    special_offer: Text | None = None


class ControlOfDecision(Record):
    """How does the customer decide, and what chance do we have to influence that?"""

    customer_plan: Text | None = None
    progress: Text | None = None
    resources_and_skills: Text | None = None
    own_actions: Text | None = None


class ValueAndRisk(Record):
    """How important is this opportunity to us?"""

    business_value: Text | None = None
    risks: Text | None = None
    profitability: Text | None = None


class AssessmentAnswers(Record):
    """What was answered, category by category; what stands unanswered is a gap."""

    target_customer: (
        Annotated[TargetCustomer, BeforeValidator(only_names_of(TargetCustomer, "ASSESS", _NO_QUESTION))] | None
    ) = None
    need_and_urgency: (
        Annotated[NeedAndUrgency, BeforeValidator(only_names_of(NeedAndUrgency, "ASSESS", _NO_QUESTION))] | None
    ) = None
    solution: Annotated[Solution, BeforeValidator(only_names_of(Solution, "ASSESS", _NO_QUESTION))] | None = None
    relationship_and_influence: (
        Annotated[
            RelationshipAndInfluence,
            BeforeValidator(only_names_of(RelationshipAndInfluence, "ASSESS", _NO_QUESTION)),
        ]
        | None
    ) = None
    control_of_decision: (
        Annotated[ControlOfDecision, BeforeValidator(only_names_of(ControlOfDecision, "ASSESS", _NO_QUESTION))] | None
    ) = None
    value_and_risk: (
        Annotated[ValueAndRisk, BeforeValidator(only_names_of(ValueAndRisk, "ASSESS", _NO_QUESTION))] | None
    ) = None


class OpportunityAssessed(AccountEvent):
    """Questions of the assessment were answered; what it leaves out stays as it was answered before."""

    rules = ("ASSESS",)
    model_config = example(
        "opportunity_assessed",
        {
            "opportunity_id": "opp-1",
            "assessed_by": "jane",
            "answers": {
                "need_and_urgency": {
                    "reason_to_buy": "The old workstations can't load the new models.",
                    "timeline": "The board decides on 15 March.",
                },
                "value_and_risk": {"risks": "We have nobody who knows their test hall."},
            },
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        assessed_by: PartyRef | None = None
        answers: Annotated[
            AssessmentAnswers,
            BeforeValidator(only_names_of(AssessmentAnswers, "ASSESS", "is no category of the assessment")),
        ]

    type: Literal["opportunity_assessed"] = "opportunity_assessed"
    data: Data


class MilestoneAssessed(AccountEvent):
    """One of the six milestones is met at a stage of the opportunity, or is not."""

    rules = ("ASSESS",)
    model_config = example(
        "milestone_assessed",
        {
            "opportunity_id": "opp-1",
            "stage": "Qualified",
            "milestone": "reason_to_act",
            "met": True,
            "evidence": "The head of design says so in her letter of 7 January.",
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        stage: Name
        milestone: Annotated[MilestoneName, Asks("ASSESS")]
        met: bool
        evidence: Text | None = None
        assessed_by: PartyRef | None = None

    type: Literal["milestone_assessed"] = "milestone_assessed"
    data: Data
