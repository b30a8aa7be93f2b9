"""Customer selection criteria: the set of the day, how an account scores by it, and how accounts rank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.selection_criteria import (
    HIGHEST_SCORE,
    CustomerScored,
    SelectionCriteriaConfigured,
    SelectionCriterion,
)
from ledger.recorded import Recorded
from policies.refusals import Refused
from policies.rulebook import rule

DEFAULT: tuple[SelectionCriterion, ...] = tuple(
    SelectionCriterion(criterion=criterion, says=says)
    for criterion, says in (
        ("access", "We reach the customer's key people credibly and at a reasonable cost."),
        ("value_proposition", "We can tell the key people what they gain from us."),
        ("better_than_alternatives", "What we propose compares well with their other options."),
        ("decision_process", "They decide fast and straight, and not by politics between conflicting goals."),
        ("reference_value", "They open the door to others in the segment: the reference counts."),
        ("supports_learning", "They help us to develop our products and to learn."),
        ("growing_demand", "Their segment has an active and growing demand for our solutions."),
    )
)
"""The set that holds until another one is configured."""


@dataclass(frozen=True, slots=True)
class SelectionCriteria:
    """The set of criteria of a day, and the fact that configured it (None: the default)."""

    criteria: tuple[SelectionCriterion, ...] = DEFAULT
    fact: Recorded | None = None

    @property
    def out_of(self) -> int:
        """The highest total that an account can have."""
        return HIGHEST_SCORE * len(self.criteria)


@dataclass(frozen=True, slots=True)
class Score:
    """A criterion with an account's score (None: it has none), and the fact that gave it."""

    criterion: str
    says: str
    score: int | None = None
    fact: Recorded | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """How an account scores by the criteria of a day."""

    account_id: str
    scores: tuple[Score, ...]
    out_of: int

    @property
    def total(self) -> int:
        return sum(one.score or 0 for one in self.scores)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The criteria by which the account has no score."""
        return tuple(one.criterion for one in self.scores if one.score is None)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An account's place among the scored ones; those with the same total have the same place."""

    rank: int
    card: Scorecard


@rule("ASSESS")
def criteria_on(settings: Iterable[Recorded], on: date) -> SelectionCriteria:
    """The set in effect on a day."""
    latest = SelectionCriteria()
    for fact in sorted(settings, key=lambda fact: fact.order):
        if isinstance(fact.event, SelectionCriteriaConfigured) and fact.effective_on <= on:
            latest = SelectionCriteria(fact.event.data.criteria, fact)
    return latest


@rule("ASSESS")
def scorecard(account_id: str, history: Iterable[Recorded], criteria: SelectionCriteria, on: date) -> Scorecard:
    """An account's scores on a day: by each criterion of the set the latest one; what is not of the set is left out."""
    latest: dict[str, tuple[int, Recorded]] = {}
    for fact in sorted(history, key=lambda fact: fact.order):
        if isinstance(fact.event, CustomerScored) and fact.effective_on <= on:
            latest.update((criterion, (score, fact)) for criterion, score in fact.event.data.scores.items())
    scores = (Score(one.criterion, one.says, *latest.get(one.criterion, ())) for one in criteria.criteria)
    return Scorecard(account_id, tuple(scores), criteria.out_of)


@rule("ASSESS")
def ranking(cards: Iterable[Scorecard]) -> tuple[Ranked, ...]:
    """The accounts with the highest total first; of the same total, those with fewer gaps, then by their ids."""
    ordered = sorted(cards, key=lambda card: (-card.total, len(card.gaps), card.account_id))
    ranked: list[Ranked] = []
    for place, card in enumerate(ordered, 1):
        same = ranked and ranked[-1].card.total == card.total
        ranked.append(Ranked(ranked[-1].rank if same else place, card))
    return tuple(ranked)


@rule("ASSESS")
def check_scores(event: CustomerScored, settings: Sequence[Recorded]) -> None:
    """Refuse a score by a criterion that is not of the set of its day. `settings` are the sets known now."""
    known = {one.criterion for one in criteria_on(settings, event.effective_on).criteria}
    for criterion in event.data.scores:
        if criterion not in known:
            detail = f"is none of the criteria of {event.effective_on}, which are {', '.join(sorted(known))}"
            raise Refused("ASSESS", detail, f"/data/scores/{criterion}", unknown=True)
