"""What references may name while a unit of work takes in events: identifiers and events, recorded before or just now.

Everything that a submission adds can be undone when it is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from types import MappingProxyType

from sqlalchemy import select

from ledger import canonical
from ledger.events.base import Event
from ledger.events.references import Introduction, Reference, introductions, references
from ledger.events.retractions import EventRetracted
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared
from ledger.store.queries import KNOWN
from ledger.store.schema import events as log
from projections.parties import Rows
from projections.schema import kept_withdrawals

OF_AN_ACCOUNT = frozenset({"opportunity", "contract", "agreement", "dispute"})
"""What only events of its own account may name."""

OPENED_ONCE = frozenset({"account", "opportunity", "agreement", "dispute"})
"""What can't be introduced again while it is known."""

EVENTS = Prepared(
    select(log.c.event_id, log.c.position, log.c.type, log.c.account_id, log.c.body).where(
        OneOf(log.c.event_id, "event_ids")
    )
)
WITHDRAWN = Prepared(select(kept_withdrawals.c.event_id).where(OneOf(kept_withdrawals.c.event_id, "event_ids")))


class Journal:
    """How to undo what was done since the last `keep`."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def note(self, undo: Callable[[], object]) -> None:
        self._undo.append(undo)

    def keep(self) -> None:
        self._undo.clear()

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()


class Seen:
    """An event that others can name: recorded before, with its body as stored, or taken in just now (no body yet)."""

    __slots__ = ("_recorded", "account_id", "body", "event_id", "position", "type")

    def __init__(
        self,
        event_id: str,
        position: int,
        type_: str,
        account_id: str | None,
        body: str | None = None,
        recorded: Recorded | None = None,
    ) -> None:
        self.event_id, self.position, self.type, self.account_id = event_id, position, type_, account_id
        self.body = body
        self._recorded = recorded

    @classmethod
    def of(cls, fact: Recorded) -> Seen:
        return cls(fact.event_id, fact.position, fact.type, fact.account_id, recorded=fact)

    @property
    def recorded(self) -> Recorded:
        """The event itself, read from its body if need be."""
        if self._recorded is None:
            self._recorded = canonical.decode(self.body or "")
        return self._recorded


class Knowledge:
    """The identifiers that are known and the events that can be named, as whoever looks up `rows` sees them."""

    def __init__(self, rows: Rows, journal: Journal) -> None:
        self._rows = rows
        self._journal = journal
        self._ids: defaultdict[tuple[str, str], dict[int, str | None]] = defaultdict(dict)
        self._events: dict[str, Seen] = {}
        self._withdrawn: set[str] = set()

    def load(self, events: Iterable[Event], named: Iterable[Reference] | None = None) -> None:
        """Looks up, in at most three questions, everything that these events name or introduce.

        `named` are their references, for who has them at hand.
        """
        ids: set[str] = set()
        event_ids: set[str] = set()
        targets: set[str] = set()
        events = list(events)
        for one in (one for event in events for one in references(event)) if named is None else named:
            (event_ids if one.kind == "event" else ids).add(one.id)
        for event in events:
            ids.update(made.id for made in introductions(event))
            if event.event_id is not None:
                event_ids.add(event.event_id)
            targets.update(withdrawn_by(event))
        if ids:
            for kind, id_, account_id, position in self._rows(KNOWN, {"ids": list(ids)}):
                self._ids[kind, id_][position] = account_id
        if event_ids:
            found = self._rows(EVENTS, {"event_ids": list(event_ids)})
            self._events.update({row[0]: Seen(*row) for row in found})
        if targets:
            self._withdrawn.update(row[0] for row in self._rows(WITHDRAWN, {"event_ids": list(targets)}))

    def event(self, event_id: str) -> Seen | None:
        """The event with this id, if there is one."""
        return self._events.get(event_id)

    def of_types(self, types: Collection[str]) -> list[Seen]:
        """The events of some types that were looked up or taken in."""
        return [seen for seen in self._events.values() if seen.type in types]

    def is_withdrawn(self, event_id: str) -> bool:
        """Whether an event was retracted or corrected."""
        return event_id in self._withdrawn

    def names(self, one: Reference, account_id: str | None) -> bool:
        """Whether a reference in an event of this account names something."""
        if one.kind == "event":
            return one.id in self._events
        known = self._ids.get((one.kind, one.id))
        if not known:
            return False
        return one.kind not in OF_AN_ACCOUNT or account_id in known.values()

    def is_taken(self, introduced: Introduction, account_id: str | None, apart_from: int | None) -> bool:
        """Whether an identifier can't be introduced (again), apart from what the event at a position introduced."""
        known = dict(self._ids.get(introduced, {}))
        known.pop(apart_from or 0, None)
        if introduced.kind == "contract":
            return any(owner != account_id for owner in known.values())
        return introduced.kind in OPENED_ONCE and bool(known)

    def add(self, fact: Recorded) -> Seen:
        """Takes in an event: it can be named from now on, and so can what it introduces."""
        seen = self._events[fact.event_id] = Seen.of(fact)
        self._journal.note(lambda: self._events.pop(fact.event_id))
        for made in introductions(fact.event):
            self._ids[made][fact.position] = fact.account_id
            self._journal.note(partial(self._ids[made].pop, fact.position, None))
        return seen

    def withdraw(self, target: Seen) -> None:
        """Takes back an event, and what it introduced."""
        self._withdrawn.add(target.event_id)
        self._journal.note(lambda: self._withdrawn.discard(target.event_id))
        for made in introductions(target.recorded.event):
            if target.position in self._ids[made]:
                account_id = self._ids[made].pop(target.position)
                self._journal.note(partial(self._ids[made].update, {target.position: account_id}))

    def introduced_at(self, made: Introduction) -> AbstractSet[int]:
        """The positions of the events that introduce an identifier or a name, as known now."""
        return self._ids.get(made, {}).keys()


NOTHING: Mapping[str, str] = MappingProxyType({})


def withdrawn_by(event: Event) -> Mapping[str, str]:
    """The ids of the events that this one retracts or corrects, with the pointer to each."""
    if event.corrects is None and event.type != "event_retracted":
        return NOTHING
    targets = {event.corrects: "/corrects"} if event.corrects is not None else {}
    if isinstance(event, EventRetracted):
        targets[event.data.event_id] = "/data/event_id"
    return targets
