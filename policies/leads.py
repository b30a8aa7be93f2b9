"""Leads: how one stands on a day, who was responsible at each step, and which of its events are refused (LEAD).

A lead owns nothing: no right, duty or verdict follows from what is read here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ledger.events.base import Event
from ledger.events.leads import (
    LeadAssigned,
    LeadCaptured,
    LeadConverted,
    LeadDisqualified,
    LeadQualified,
    LeadResponded,
    LeadWorked,
)
from ledger.recorded import Recorded
from policies.mergers import taken_in
from policies.refusals import Refused
from policies.rulebook import rule

State = Literal["captured", "responded", "worked", "qualified", "disqualified", "converted"]

STATES: tuple[State, ...] = ("captured", "responded", "worked", "qualified", "disqualified", "converted")

LeadFact = LeadCaptured | LeadResponded | LeadAssigned | LeadWorked | LeadQualified | LeadDisqualified | LeadConverted
"""What can be recorded about a lead."""

SAID: dict[str, State] = {f"lead_{state}": state for state in STATES}
"""Type of event → the state that it says the lead to be in; an assignment says none."""

INTRODUCING = (LeadCaptured, LeadResponded)
"""What makes a lead known; without one of these that counts there is no lead."""

WORKING = (LeadAssigned, LeadWorked, LeadQualified, LeadDisqualified)
"""What may happen to a lead only before it is converted."""

JUDGED: tuple[State, ...] = ("qualified", "disqualified")
"""Of these the latest counts; apart from that, a lead goes to no earlier state."""


@dataclass(frozen=True, slots=True)
class Step:
    """A lead in one state with one party responsible (None: nobody), on the days from `since` to before `until`.

    A step with both on one day was over on the day it began. `fact` began it.
    """

    state: State
    responsible: str | None
    since: date
    until: date | None
    fact: Recorded


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as its facts tell it, in the order of (effective date, position); there is at least one.

    `place` is the position of the first event that made it known: its place among other leads.
    """

    lead_id: str
    facts: tuple[Recorded, ...]
    place: int

    @property
    def account_id(self) -> str | None:
        """The account it is on, once that is known."""
        return next((fact.account_id for fact in self.facts if fact.account_id is not None), None)

    @property
    def began_on(self) -> date:
        return self.facts[0].effective_on

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step from the first to the one it is in, each beginning where the one before ended."""
        return tuple(_steps(self.facts))

    @property
    def state(self) -> State:
        return self.steps[-1].state

    @property
    def responsible(self) -> str | None:
        """Whoever is responsible for it; nobody once it is converted, as the opportunity has a manager of its own."""
        return self.steps[-1].responsible

    @property
    def conversion(self) -> Recorded | None:
        """The conversion; of several the first, which only a history recorded otherwise than by these rules has."""
        return next((fact for fact in self.facts if isinstance(fact.event, LeadConverted)), None)

    @property
    def opportunity_id(self) -> str | None:
        """The opportunity that it was converted into."""
        event = None if self.conversion is None else self.conversion.event
        return event.data.opportunity_id if isinstance(event, LeadConverted) else None

    @property
    def judgement(self) -> Recorded | None:
        """The qualification or disqualification that counts: the latest."""
        return _judgement(self.facts)

    @property
    def responses(self) -> tuple[Recorded, ...]:
        return tuple(fact for fact in self.facts if isinstance(fact.event, LeadResponded))

    def on(self, day: date) -> Lead | None:
        """The lead as far as it has come by a day; None before it is there."""
        facts = tuple(fact for fact in self.facts if fact.effective_on <= day)
        return replace(self, facts=facts) if facts else None


@rule("LEAD")
def read_leads(history: Iterable[Recorded]) -> dict[str, Lead]:
    """The leads in facts that count, by id; what names a lead that nothing made known says nothing."""
    grouped: defaultdict[str, list[Recorded]] = defaultdict(list)
    for fact in sorted(history, key=lambda fact: fact.order):
        if (lead_id := lead_of(fact.event)) is not None:
            grouped[lead_id].append(fact)
    found = {}
    for lead_id, facts in grouped.items():
        introduced = [fact.position for fact in facts if isinstance(fact.event, INTRODUCING)]
        if introduced:
            found[lead_id] = Lead(lead_id, tuple(facts), min(introduced))
    return found


def lead_of(event: Event) -> str | None:
    """The lead that an event is about, None for any other event."""
    return event.data.lead_id if isinstance(event, LeadFact) else None


def _steps(facts: Sequence[Recorded]) -> Iterator[Step]:
    began = facts[0]
    state, responsible = _after(None, None, began)
    for fact in facts[1:]:
        following = _after(state, responsible, fact)
        if following != (state, responsible):
            yield Step(state, responsible, began.effective_on, fact.effective_on, began)
            began, (state, responsible) = fact, following
    yield Step(state, responsible, began.effective_on, None, began)


def _after(state: State | None, responsible: str | None, fact: Recorded) -> tuple[State, str | None]:
    """The state and who is responsible after a fact."""
    event = fact.event
    reached = _reached(state or "captured", fact)
    if reached == "converted":
        return reached, None
    if isinstance(event, LeadAssigned):
        return reached, event.data.party_id
    if isinstance(event, LeadCaptured) and responsible is None:
        return reached, event.data.captured_by
    return reached, responsible


def _reached(state: State, fact: Recorded) -> State:
    """The state that a fact leads to from one that is reached already."""
    said = SAID.get(fact.type, state)
    if state == "converted" or (said not in JUDGED and STATES.index(said) < STATES.index(state)):
        return state
    return said


def _judgement(facts: Iterable[Recorded]) -> Recorded | None:
    judgements = [fact for fact in facts if isinstance(fact.event, LeadQualified | LeadDisqualified)]
    return judgements[-1] if judgements else None


# ---- what concerns a party -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A lead as far as it concerns a party. `passed_on` is the day from which on it is in other hands."""

    lead: Lead
    passed_on: date | None = None


@rule("LEAD")
def own_part(lead: Lead, parties: AbstractSet[str]) -> OwnPart | None:
    """A lead up to the fact by which it left the hands of parties that act as one; None if it does not concern them.

    Of one that they captured when somebody else was responsible already, only what they said of it. A conversion takes
    it out of nobody's hands.
    """
    steps = lead.steps
    last = max((place for place, step in enumerate(steps) if step.responsible in parties), default=None)
    if last is None:
        said = tuple(
            fact
            for fact in lead.facts
            if isinstance(fact.event, LeadCaptured) and fact.event.data.captured_by in parties
        )
        return OwnPart(replace(lead, facts=said), said[0].effective_on) if said else None
    following = steps[last + 1].fact if last + 1 < len(steps) else None
    if following is None or isinstance(following.event, LeadConverted):
        return OwnPart(lead)
    facts = tuple(fact for fact in lead.facts if fact.order < following.order)
    return OwnPart(replace(lead, facts=facts), following.effective_on)


# ---- what is refused ------------------------------------------------------------------------------------------------


@rule("LEAD")
def check_lead(candidate: Recorded, others: Sequence[Recorded], identities: Sequence[Recorded] = ()) -> None:
    """Refuse a fact that the lead, as known now, has no place for.

    A conversion stands on a qualification, there is one, and no work on the lead comes after it; a disqualification
    states its reason; whatever names an account names the same, or the one that took it in. `others` are the lead's
    facts without what the candidate corrects, `identities` the changes of accounts' identities that count. What was
    wrong before the candidate is not held against it.
    """
    event = candidate.event
    if isinstance(event, LeadDisqualified) and event.data.reason is None:
        raise Refused("LEAD", "a lead is disqualified for a reason, and none is stated", "/data/reason")
    _check_account(candidate, others, identities)
    if isinstance(event, LeadConverted):
        _check_conversion(candidate, others)
    elif isinstance(event, WORKING):
        _check_before_conversion(candidate, others)


def _check_account(candidate: Recorded, others: Iterable[Recorded], identities: Sequence[Recorded]) -> None:
    known = next((fact.account_id for fact in others if fact.account_id is not None), None)
    if candidate.account_id in (None, known) or known is None:
        return
    if known not in taken_in(identities, candidate.account_id, candidate.effective_on):
        raise Refused("LEAD", f"the lead is on the account {known}", "/account_id")


def _check_conversion(candidate: Recorded, others: Sequence[Recorded]) -> None:
    for fact in others:
        if isinstance(fact.event, LeadConverted):
            into = fact.event.data.opportunity_id
            raise Refused("LEAD", f"the lead was converted on {fact.effective_on}, into {into}", "/data/lead_id")
    before = [fact for fact in others if fact.order < candidate.order]
    judgement = _judgement(sorted(before, key=lambda fact: fact.order))
    if judgement is None:
        detail = f"the lead is not qualified on {candidate.effective_on}: it is qualified first, then converted"
        raise Refused("LEAD", detail, "/data/lead_id")
    if isinstance(judgement.event, LeadDisqualified):
        detail = f"the lead was disqualified on {judgement.effective_on}: only a qualified lead is converted"
        raise Refused("LEAD", detail, "/data/lead_id")
    after = [fact for fact in others if fact.order > candidate.order and isinstance(fact.event, WORKING)]
    if after:
        last = max(after, key=lambda fact: fact.order)
        detail = f"it would end the lead on {candidate.effective_on}, and {last.type} takes effect on "
        raise Refused("LEAD", f"{detail}{last.effective_on}", "/effective_on")


def _check_before_conversion(candidate: Recorded, others: Sequence[Recorded]) -> None:
    conversion = next((fact for fact in others if isinstance(fact.event, LeadConverted)), None)
    if conversion is None:
        return
    if candidate.order > conversion.order:
        detail = f"the lead was converted on {conversion.effective_on}: what follows belongs to the opportunity"
        raise Refused("LEAD", detail, "/data/lead_id")
    facts = sorted([*others, candidate], key=lambda fact: fact.order)
    judgement = _judgement(fact for fact in facts if fact.order < conversion.order)
    if judgement is candidate and isinstance(candidate.event, LeadDisqualified):
        detail = f"the lead was converted on {conversion.effective_on}, and would not be qualified then"
        raise Refused("LEAD", detail, "/effective_on")
