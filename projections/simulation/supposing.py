"""Suppositions: what is to be tried out, and what the ledger would go on with if it were recorded."""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from ledger.events.figures import PolicyFigureSet
from ledger.events.periods import PeriodClosed
from ledger.events.problems import FieldProblem
from ledger.events.retractions import EventRetracted
from ledger.events.selection_criteria import SelectionCriteriaConfigured
from ledger.events.stages import SalesStagesConfigured
from ledger.recorded import Recorded
from policies.figures import Figures, check_figure
from policies.refusals import Refused
from projections.figures import KnownFigures, settings
from projections.judging import Candidate, judge, says_the_same
from projections.knowledge import Journal, Knowledge, Seen
from projections.known_leads import KnownLeads
from projections.live_facts import facts_of_types
from projections.parties import MEMBERS, LoadedRegister, Register
from projections.pending import PendingRows
from projections.periods import closing, closings
from projections.problems import (
    AlreadyWithdrawn,
    EventIdReused,
    MalformedEvents,
    NotAllowed,
    RecordingError,
    RuleRefused,
    UnknownReference,
    UnknownReferences,
)
from projections.selection_criteria import CONFIGURED
from projections.simulation.standing import Standing
from projections.stages import stages_set
from projections.submissions import Member, Posted, Submission
from projections.worldwide import note_registrations, world_change

SUPPOSED = "Supposed, to see what it would change."
"""The reason of what is left out and of figures, where none is given."""

_IN_BATCH = re.compile(r"/events/(\d+)(/.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Supposition:
    """What is to be tried out: recorded events that are left out, then figures that are changed, then further events.

    `events` are JSON objects as clients send them, `without` ids of recorded events, `figures` JSON objects with
    figure, value and perhaps effective_on (default: today).
    """

    events: Sequence[Mapping[str, Any]] = ()
    without: Sequence[str] = ()
    figures: Sequence[Mapping[str, Any]] = ()
    reason: str = SUPPOSED

    def as_events(self) -> list[Mapping[str, Any]]:
        """All of it as events, in the order in which they would be recorded as one batch."""
        return [*map(self._retraction, self.without), *map(self._setting, self.figures), *self.events]

    def posted(self, actor: str, today: date) -> list[Posted]:
        """All of it as events, their form in order. Raises MalformedEvents, RuleRefused or NotAllowed."""
        try:
            posted = Member(Submission(self.as_events(), actor, dry_run=True), today).posted
        except MalformedEvents as error:
            raise MalformedEvents(self._at_their_places(error.problems)) from error
        except RuleRefused as error:
            problems = self._at_their_places(error.problems)
            raise RuleRefused(error.rule, error.detail, problems[0].pointer, problems) from error
        except NotAllowed as error:
            raise NotAllowed(error.event_type, error.actor, self.place(error.pointer)) from error
        return [replace(one, pointer=self.place(one.pointer)) for one in posted]

    def place(self, pointer: str) -> str:
        """Where something stands in what was supposed, for a place in the batch of events."""
        found = _IN_BATCH.fullmatch(pointer)
        if found is None:
            return pointer
        number, inside = int(found[1]), found[2] or ""
        if number < len(self.without):
            return f"/without/{number}"
        number -= len(self.without)
        if number < len(self.figures):
            return f"/figures/{number}{inside.removeprefix('/data')}"
        return f"/events/{number - len(self.figures)}{inside}"

    def _at_their_places(self, problems: Iterable[FieldProblem]) -> list[FieldProblem]:
        return [replace(one, pointer=self.place(one.pointer)) for one in problems]

    def _retraction(self, event_id: str) -> Mapping[str, Any]:
        return {"type": "event_retracted", "data": {"event_id": event_id, "reason": self.reason}}

    def _setting(self, figure: Mapping[str, Any]) -> Mapping[str, Any]:
        data = {name: value for name, value in figure.items() if name != "effective_on"}
        dated = {"effective_on": figure["effective_on"]} if "effective_on" in figure else {}
        return {"type": "policy_figure_set", **dated, "data": {"reason": self.reason, **data}}


class Sequel:
    """What the ledger would go on with: the events in order, and the world as it would be known after each of them.

    `failure` is why it goes no further than its last event, if it does not reach the end. That every event is
    accepted by the rules of its account is not yet certain: see `projections.simulation.trial`.
    """

    def __init__(self, standing: Standing, posted: Sequence[Posted], actor: str) -> None:
        self.standing = standing
        self.register = LoadedRegister(standing.rows)
        self.seen: list[Seen] = []
        """The events, those included that are in the ledger under the same id."""
        self.changes_figures = False
        self.changed_parties: set[str] = set()
        self.failure: RecordingError | None = None
        self._of: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._known = Knowledge(standing.rows, Journal())
        self._leads = KnownLeads(standing.rows, self._known, Journal(), standing.position)
        figures = KnownFigures(settings(standing.rows, standing.position), standing.head.world)
        self.closings = closings(standing.rows, standing.position)
        """The months closed, as it goes on."""
        self._configured: list[Recorded] = []
        self._turned_at = [standing.position]
        self._figures = [figures]
        self._last = standing.position
        self._known.load(one.event for one in posted)
        self._leads.load(one.event for one in posted)
        for one in posted:
            try:
                self._take(one, actor)
            except RecordingError as error:
                self.failure = error
                break

    @property
    def start(self) -> int:
        """The position that it follows."""
        return self.standing.position

    @property
    def end(self) -> int:
        """The position of its last event."""
        return self._last

    @property
    def accounts(self) -> list[str]:
        """The accounts to whose history its events belong."""
        return sorted(self._of)

    def of(self, account_id: str) -> Sequence[Candidate]:
        """The events that belong to an account's history."""
        return self._of.get(account_id, ())

    def turns(self, position: int) -> int:
        """How often the world has changed by a position."""
        return bisect.bisect(self._turned_at, position) - 1

    def figures_at(self, position: int) -> Figures:
        """The figures as known at a position."""
        return self._figures[self.turns(position)].now

    def register_at(self, position: int) -> Register:
        """The parties as known at a position."""
        return self.register.before(position + 1)

    def parties_concerned(self) -> set[str]:
        """The parties that are registered differently at the end, and the members of those organisations."""
        concerned = set(self.changed_parties) | self.register.members_of(self.changed_parties)
        for party_id in self.changed_parties:
            concerned.update(row[0] for row in self.standing.rows(MEMBERS, {"organisation": party_id}))
        return concerned

    def configured_at(self, position: int) -> Sequence[Recorded]:
        """The stages and the sets of selection criteria as known at a position."""
        known = [
            *stages_set(self.standing.rows, self.start),
            *facts_of_types(self.standing.rows, CONFIGURED, self.start),
            *(fact for fact in self._configured if fact.position <= position),
        ]
        return [fact for fact in known if not self._known.is_withdrawn(fact.event_id)]

    def _take(self, posted: Posted, actor: str) -> None:
        event_id = posted.event.event_id
        if event_id is not None and (before := self._known.event(event_id)) is not None:
            if not says_the_same(posted, before.recorded):
                raise EventIdReused(event_id, f"{posted.pointer}/event_id")
            self.seen.append(before)
            return
        self._check(posted)
        candidate = Candidate.of(self._named(posted), actor, self._last + 1, self.standing.head, self._known)
        event = candidate.fact.event
        if candidate.fact.account_id is None:
            judge(candidate, None, self.closings)
        self._leads.judge(candidate)
        if isinstance(event, PeriodClosed):
            self.closings = self.closings.plus(closing(candidate.fact, event))
        elif isinstance(event, SelectionCriteriaConfigured | SalesStagesConfigured):
            self._configured.append(candidate.fact)
        self._note(candidate)

    def _named(self, posted: Posted) -> Posted:
        """The event under an id that is the same whenever the same is supposed."""
        if posted.event.event_id is not None:
            return posted
        event_id = str(uuid5(NAMESPACE_OID, f"{self.start}{posted.pointer}"))
        return replace(posted, event=posted.event.model_copy(update={"event_id": event_id}))

    def _check(self, posted: Posted) -> None:
        """Tells what is wrong with figures and with what is left out at its own place.

        Not at one in an event that nobody sent.
        """
        event = posted.event
        if posted.pointer.startswith("/without/") and isinstance(event, EventRetracted):
            event_id = event.data.event_id
            target = self._known.event(event_id)
            if target is None:
                raise UnknownReferences([UnknownReference("event", event_id, posted.pointer)])
            if target.type == event.type or self._known.is_withdrawn(event_id):
                raise AlreadyWithdrawn(event_id, posted.pointer, is_retraction=target.type == event.type)
        elif posted.pointer.startswith("/figures/") and isinstance(event, PolicyFigureSet):
            try:
                check_figure(event)
            except Refused as refused:
                pointer = posted.pointer + refused.pointer.removeprefix("/data")
                raise MalformedEvents([FieldProblem(pointer, refused.detail)]) from refused

    def _note(self, candidate: Candidate) -> None:
        fact = candidate.fact
        change = world_change(candidate, self.register)
        targets = [target.event_id for target in candidate.targets]
        if change is not None and (change.figures or change.parties):
            self.changes_figures = self.changes_figures or change.figures
            self.changed_parties |= change.parties
            self._turned_at.append(fact.position)
            self._figures.append(self._figures[-1].after(fact, targets))
        for target in candidate.targets:
            self._known.withdraw(target)
        self.seen.append(self._known.add(fact))
        self._leads.add(fact)
        note_registrations(candidate, self.register, PendingRows(), Journal())
        self._last = fact.position
        for account_id in candidate.accounts:
            self._of[account_id].append(candidate)
