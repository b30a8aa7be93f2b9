"""Reviews: the questions, what was answered and what is a gap, and the actions carried from one review to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from ledger.events.engagement import ActivityShared, CoordinationRecorded, EngagementRecorded
from ledger.events.reviews import OpportunityReviewed
from ledger.recorded import Recorded
from policies.actions import Action, read_actions
from policies.refusals import Refused
from policies.rulebook import rule

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "stage": "At which stage is the sale, and since when?",
        "previous_actions": "How do the actions agreed before stand, and what has happened since the last review?",
        "next_step": "What is agreed with the customer as the next step?",
        "issues": "What keeps us from moving on: on the customer's side, on ours, or for want of resources?",
        "threats": "What could keep us from winning?",
        "actions_to_win": "What has to be done to win?",
    }
)
"""The six review questions; one without an answer is a gap."""

FURTHER: Mapping[str, str] = MappingProxyType(
    {
        "action_plan": "Do we and the customer see the same steps ahead, and how were they chosen?",
        "internal_decisions": "What do we have to decide among ourselves, resources included?",
    }
)
"""What a review may answer besides; leaving it out is no gap."""

ACTIVITIES = (EngagementRecorded, CoordinationRecorded, ActivityShared)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer; None: it has none."""

    question: str
    asks: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """A review: its answers, the actions it looked back on as they stood that day, and what had happened since the
    review before it.
    """

    fact: Recorded
    said: OpportunityReviewed.Data
    answers: tuple[Answered, ...]
    carried_over: tuple[Action, ...] = ()
    agreed: tuple[Action, ...] = ()
    activities: tuple[Recorded, ...] = ()

    @property
    def held_on(self) -> date:
        return self.fact.effective_on

    @property
    def gaps(self) -> tuple[str, ...]:
        """The questions of the six that have no answer."""
        return tuple(one.question for one in self.answers if one.answer is None and one.question in QUESTIONS)


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The reviews of an opportunity by a day, the latest first, and what the next one will look back on.

    `actions` are those still to be done, and those that ended since the latest review.
    """

    reviews: tuple[Review, ...]
    actions: tuple[Action, ...]
    next_review_on: date | None
    next_review_overdue: bool

    @property
    def latest(self) -> Review | None:
        return self.reviews[0] if self.reviews else None


@rule("REVIEW")
def reviewing(history: Iterable[Recorded], on: date) -> Reviewing:
    """The reviews in the facts of one opportunity that count, as they stand on a day."""
    facts = sorted((fact for fact in history if fact.effective_on <= on), key=lambda fact: fact.order)
    actions = tuple(read_actions(facts).values())
    activities = [fact for fact in facts if isinstance(fact.event, ACTIVITIES)]
    reviews: list[Review] = []
    for fact in facts:
        if isinstance(fact.event, OpportunityReviewed):
            reviews.append(_review(fact, fact.event.data, reviews[-1] if reviews else None, actions, activities))
    latest = reviews[-1] if reviews else None
    following = None if latest is None else latest.said.next_review_on
    return Reviewing(
        tuple(reversed(reviews)),
        tuple(action for action in actions if latest is None or not action.ended_by(latest.fact.order)),
        following,
        next_review_overdue=following is not None and following < on,
    )


@rule("REVIEW")
def check_review(candidate: Recorded, others: Sequence[Recorded]) -> None:
    """Refuse a review under the id of another one on the opportunity."""
    event = candidate.event
    for fact in others:
        if (
            isinstance(event, OpportunityReviewed)
            and isinstance(fact.event, OpportunityReviewed)
            and fact.event.data.review_id == event.data.review_id
        ):
            detail = f"a review {event.data.review_id!r} was held on {fact.effective_on}: name this one otherwise"
            raise Refused("REVIEW", detail, "/data/review_id")


def _review(
    fact: Recorded,
    said: OpportunityReviewed.Data,
    previous: Review | None,
    actions: Sequence[Action],
    activities: Sequence[Recorded],
) -> Review:
    since = None if previous is None else previous.fact.order
    carried = (
        action.on(fact.effective_on)
        for action in actions
        if action.agreed.order < fact.order and (since is None or not action.ended_by(since))
    )
    return Review(
        fact,
        said,
        tuple(Answered(name, asks, getattr(said.answers, name)) for name, asks in {**QUESTIONS, **FURTHER}.items()),
        tuple(action for action in carried if action is not None),
        tuple(action for action in actions if action.agreed is fact),
        tuple(one for one in activities if one.order < fact.order and (since is None or since < one.order)),
    )
