"""Actions: what was agreed to be done on an opportunity, by whom and until when, and how it stands on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ledger.events.reviews import ActionAgreed, ActionDone, ActionDropped, AgreedAction, OpportunityReviewed
from ledger.recorded import Recorded
from policies.days import Order
from policies.refusals import Refused
from policies.rulebook import rule

ActionState = Literal["open", "overdue", "done", "dropped"]

UNFINISHED = frozenset({"open", "overdue"})
"""The states of what is still to be done."""


@dataclass(frozen=True, slots=True)
class Action:
    """An agreed action: what was agreed, in which review (None: outside of one), and how it ended, if it did."""

    action_id: str
    opportunity_id: str
    account_id: str
    what: str
    who: str
    due_on: date
    agreed: Recorded
    review_id: str | None = None
    ending: Recorded | None = None

    @property
    def agreed_on(self) -> date:
        return self.agreed.effective_on

    @property
    def ended_on(self) -> date | None:
        return None if self.ending is None else self.ending.effective_on

    @property
    def says(self) -> str | None:
        """What came of it, or why it was dropped, if that was said."""
        event = None if self.ending is None else self.ending.event
        if isinstance(event, ActionDone):
            return event.data.outcome
        return event.data.reason if isinstance(event, ActionDropped) else None

    def on(self, day: date) -> Action | None:
        """The action as far as it has come by a day; None before it is agreed."""
        if day < self.agreed_on:
            return None
        return self if self.ended_on is None or self.ended_on <= day else replace(self, ending=None)

    def state(self, day: date) -> ActionState:
        """How it stands on a day from its agreement on: overdue from the day after it was due."""
        if self.ending is not None and self.ending.effective_on <= day:
            return "done" if isinstance(self.ending.event, ActionDone) else "dropped"
        return "overdue" if self.due_on < day else "open"

    def ended_by(self, order: Order) -> bool:
        """Whether it had ended by a place in the history."""
        return self.ending is not None and self.ending.order <= order


@rule("REVIEW")
def read_actions(history: Iterable[Recorded]) -> dict[tuple[str, str], Action]:
    """The actions in facts that count, by opportunity and id, in the order in which they were agreed.

    Of several agreements under one id the first counts, of several ends the first on or after the agreement's day.
    """
    facts = sorted(history, key=lambda fact: fact.order)
    found: dict[tuple[str, str], Action] = {}
    for fact in facts:
        for action in _agreed(fact):
            found.setdefault((action.opportunity_id, action.action_id), action)
    for fact in facts:
        event = fact.event
        if isinstance(event, ActionDone | ActionDropped):
            key = (event.data.opportunity_id, event.data.action_id)
            action_ended = found.get(key)
            if action_ended and action_ended.ending is None and fact.effective_on >= action_ended.agreed_on:
                found[key] = replace(action_ended, ending=fact)
    return found


@rule("REVIEW")
def check_actions(candidate: Recorded, others: Sequence[Recorded]) -> None:
    """Refuse an action agreed twice, and an end of what was never agreed, is agreed only later, or has ended.

    `others` are the facts of the opportunity's sheet without what the candidate corrects.
    """
    known = read_actions(others)
    event = candidate.event
    if isinstance(event, ActionDone | ActionDropped):
        _check_end(event, known.get((event.data.opportunity_id, event.data.action_id)))
        return
    for place, action in enumerate(_agreed(candidate)):
        pointer = "/data" if isinstance(event, ActionAgreed) else f"/data/actions/{place}"
        before = known.get((action.opportunity_id, action.action_id))
        if before is not None:
            detail = (
                f"an action {action.action_id!r} was agreed on {before.agreed_on}: a new one needs an id of its own"
            )
            raise Refused("REVIEW", detail, f"{pointer}/action_id")
        _check_ends_after(action, others)


def _check_end(event: ActionDone | ActionDropped, action: Action | None) -> None:
    if action is None:
        detail = f"names the action {event.data.action_id!r}, which was not agreed on this opportunity"
        raise Refused("REVIEW", detail, "/data/action_id", unknown=True)
    if action.ending is not None:
        ended = "done" if isinstance(action.ending.event, ActionDone) else "dropped"
        raise Refused("REVIEW", f"the action was {ended} on {action.ended_on}", "/data/action_id")
    if event.effective_on < action.agreed_on:
        raise Refused("REVIEW", f"the action is agreed only on {action.agreed_on}", "/effective_on")


def _check_ends_after(action: Action, others: Iterable[Recorded]) -> None:
    """An agreement that is corrected still has to come before its end."""
    for fact in others:
        event = fact.event
        if (
            isinstance(event, ActionDone | ActionDropped)
            and event.data.action_id == action.action_id
            and fact.effective_on < action.agreed_on
        ):
            detail = f"the action {action.action_id!r} ended on {fact.effective_on}, before it would be agreed"
            raise Refused("REVIEW", detail, "/effective_on")


def _agreed(fact: Recorded) -> Iterator[Action]:
    """The actions that a fact agrees."""
    event = fact.event
    if isinstance(event, OpportunityReviewed):
        for said in event.data.actions or ():
            yield _action(fact, event.account_id, event.data.opportunity_id, said, event.data.review_id)
    elif isinstance(event, ActionAgreed):
        yield _action(fact, event.account_id, event.data.opportunity_id, event.data, None)


def _action(
    fact: Recorded, account_id: str, opportunity_id: str, said: AgreedAction | ActionAgreed.Data, review_id: str | None
) -> Action:
    return Action(said.action_id, opportunity_id, account_id, said.what, said.who, said.due_on, fact, review_id)
