"""The assessment: six categories of questions and six milestones at every stage; gaps are what has no answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import get_args

from ledger.events.assessments import MilestoneAssessed, MilestoneName, OpportunityAssessed
from ledger.recorded import Recorded
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Category:
    """A category: what it asks as a whole, its questions, and further ones whose answer is welcome but never missed."""

    asks: str
    questions: Mapping[str, str]
    further: Mapping[str, str]


CATEGORIES: Mapping[str, Category] = MappingProxyType(
    {
        "target_customer": Category(
            "Should we sell to this customer?",
            {
                "selection_criteria": "How does the customer fit our selection criteria?",
                "key_contact": "Do we know one of their key people?",
            },
            {},
        ),
        "need_and_urgency": Category(
            "Is the customer buying anything, from anyone?",
            {
                "reason_to_buy": "What is their reason to buy?",
                "how_compelling": "How compelling is it?",
                "buying_process": "How far along are they in buying?",
                "internal_support": "Does somebody of influence want it?",
                "timeline": "Is there a date for the decision?",
            },
            {
                "current_situation": "How do they do it now, and what could be improved with us?",
                "demonstrable_value": "How well can the value be shown, in their own measures?",
                "resources_allocated": "Have they set resources aside for it?",
            },
        ),
        "solution": Category(
            "How good is our solution, by the customer's criteria?",
            {
                "importance": "How much does the solution matter to them, and by what?",
                "demands": "What do they demand and expect: of functions, technology, money and introduction?",
                "influence_on_vision": "Have we shaped how they see the solution?",
                "differentiation": "What sets us apart from their other options?",
            },
            {"ease_of_implementation": "How hard is it for them to introduce?"},
        ),
        "relationship_and_influence": Category(
            "Who cares, who is important, and can we influence them and their criteria?",
            {
                "key_individuals": "Do we know who the key people are?",
                "internal_support": "Does somebody inside support us?",
                "support_of_goals": "How do we help the key people to reach their goals?",
            },
            {
                "confidence": "Do those who want it trust us?",
                "special_offer": "Have we something for them that makes them buy from us?",
            },
        ),
        "control_of_decision": Category(
            "How does the customer decide, and what chance have we to influence that?",
            {
                "customer_plan": "Have they a plan for it; if not, can we agree on one?",
                "progress": "How far along their process are they already?",
                "resources_and_skills": "Have we what their plan asks of us?",
            },
            {"own_actions": "What would we do ourselves to influence the decision?"},
        ),
        "value_and_risk": Category(
            "How important is this opportunity to us?",
            {
                "business_value": "What is its strategic and commercial value?",
                "risks": "Which risks have we seen: for reputation, margin, skills, resources?",
            },
            {"profitability": "Are the profit expected and the known risks acceptable?"},
        ),
    }
)

MILESTONES: Mapping[str, str] = MappingProxyType(
    {
        "right_customer": "Is this a right customer, by our selection criteria?",
        "reason_to_act": "Is the customer convinced that there is reason enough to act?",
        "solution_fits": "Have we a solution that meets their needs?",
        "shared_plan": "Is there a plan shared with them of the steps to an agreement?",
        "relationships": "Are our relationships with their key people strong enough?",
        "risks_manageable": "Are the risks understood, and can we manage them?",
    }
)
"""The six milestones; each is asked at every stage."""

MILESTONE_NAMES: tuple[MilestoneName, ...] = get_args(MilestoneName)


@dataclass(frozen=True, slots=True)
class AssessedQuestion:
    """A question with the answer that stands, and the fact that gave it; `missed`: without an answer it is a gap."""

    question: str
    asks: str
    missed: bool
    answer: str | None = None
    fact: Recorded | None = None


@dataclass(frozen=True, slots=True)
class AssessedCategory:
    """A category with its questions."""

    category: str
    asks: str
    questions: tuple[AssessedQuestion, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The questions that have no answer and should have one."""
        return tuple(one.question for one in self.questions if one.missed and one.answer is None)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone at a stage: met, not met, or (None) not assessed."""

    milestone: str
    asks: str
    met: bool | None = None
    fact: Recorded | None = None

    @property
    def evidence(self) -> str | None:
        event = None if self.fact is None else self.fact.event
        return event.data.evidence if isinstance(event, MilestoneAssessed) else None


@dataclass(frozen=True, slots=True)
class StageMilestones:
    """The six milestones at one stage."""

    stage: str
    milestones: tuple[Milestone, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The milestones that nobody has assessed."""
        return tuple(one.milestone for one in self.milestones if one.met is None)


@rule("ASSESS")
def assessed(history: Iterable[Recorded], on: date) -> tuple[AssessedCategory, ...]:
    """The six categories by a day: each question has the latest answer that was given to it."""
    latest: dict[tuple[str, str], tuple[str, Recorded]] = {}
    for fact in sorted(history, key=lambda fact: fact.order):
        if not isinstance(fact.event, OpportunityAssessed) or fact.effective_on > on:
            continue
        for category in CATEGORIES:
            said = getattr(fact.event.data.answers, category)
            for question in said.model_fields_set if said is not None else ():
                answer = getattr(said, question)
                if answer is not None:
                    latest[category, question] = (answer, fact)
    return tuple(
        AssessedCategory(
            name,
            category.asks,
            tuple(
                AssessedQuestion(question, asks, question in category.questions, *latest.get((name, question), ()))
                for question, asks in (*category.questions.items(), *category.further.items())
            ),
        )
        for name, category in CATEGORIES.items()
    )


@rule("ASSESS")
def milestones(history: Iterable[Recorded], on: date, stages: Iterable[str] = ()) -> tuple[StageMilestones, ...]:
    """The milestones by a day, stage by stage: these stages, then further ones as they were first assessed.

    Capitals make no other stage.
    """
    names = {stage.casefold(): stage for stage in stages}
    latest: dict[str, dict[str, Recorded]] = {key: {} for key in names}
    for fact in sorted(history, key=lambda fact: fact.order):
        if isinstance(fact.event, MilestoneAssessed) and fact.effective_on <= on:
            key = fact.event.data.stage.casefold()
            names.setdefault(key, fact.event.data.stage)
            latest.setdefault(key, {})[fact.event.data.milestone] = fact
    return tuple(
        StageMilestones(names[key], tuple(_milestone(name, facts.get(name)) for name in MILESTONES))
        for key, facts in latest.items()
    )


def _milestone(name: str, fact: Recorded | None) -> Milestone:
    event = None if fact is None else fact.event
    met = event.data.met if isinstance(event, MilestoneAssessed) else None
    return Milestone(name, MILESTONES[name], met, fact)
