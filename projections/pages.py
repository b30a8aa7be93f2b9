"""The page of an account: its reading by the rules, and which rows say what it concludes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.events.references import references
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.figures import Figures
from policies.kept import Changes
from policies.parties import Parties
from policies.world import World
from projections.parties import Register, put
from projections.rows import CurrentRows, Step


@dataclass(frozen=True, slots=True)
class Turn:
    """What an event does to one account: the change in its rows, and the parties named there for the first time."""

    step: Step
    newly_named: tuple[str, ...]


class AccountPage:
    """One account as known after the events taken in so far.

    `named` are the parties that its own events name, `position` is that of the last event taken in, `events` their
    number, `world` the state of the world in which all was derived.
    """

    __slots__ = ("_parties_put", "account_id", "current", "events", "named", "position", "reading", "world")

    def __init__(self, account_id: str, figures: Figures, world: int) -> None:
        self.account_id = account_id
        self.reading = AccountReading(account_id, World(figures, Parties()))
        self.current = CurrentRows(account_id)
        self.named: set[str] = set()
        self.position = 0
        self.events = 0
        self.world = world
        self._parties_put: set[str] = set()

    def start(self, figures: Figures) -> None:
        """Sets the figures that an empty page begins with."""
        self.reading.world = World(figures, self.reading.world.parties)

    def meet(self, party_ids: Iterable[str], register: Register) -> bool:
        """Makes parties known to the rules; whether any of them was new to this page."""
        before = len(self._parties_put)
        put(self.reading.world.parties, register, party_ids, self._parties_put)
        return len(self._parties_put) > before

    def read(self, facts: Sequence[Recorded], register: Register) -> None:
        """Takes in a whole history at once, on an empty page; concludes the same as if each fact had come by itself."""
        for fact in facts:
            self._count(fact, register)
            self.reading.facts.add(fact)
        self.reading.reread(self.reading.world)

    def take(self, fact: Recorded, register: Register, parties: Iterable[str] | None = None) -> Turn:
        """Takes in the next fact; `parties` are those it names, for who has them at hand."""
        newly_named = self._count(fact, register, parties)
        return Turn(self.current.step(fact.position, self.reading.apply(fact)), newly_named)

    def take_world(self, position: int, figures: Figures, register: Register, fact: Recorded | None = None) -> Turn:
        """Derives all again in a world that changed at a position, by `fact` if that is of this account's history."""
        changes = Changes()
        newly_named: tuple[str, ...] = ()
        if fact is not None:
            newly_named = self._count(fact, register)
            changes = self.reading.apply(fact)
        parties = Parties()
        self._parties_put = set()
        put(parties, register, self.named, self._parties_put)
        again = self.reading.reread(World(figures, parties))
        return Turn(self.current.step(position, together(changes, again)), newly_named)

    def _count(self, fact: Recorded, register: Register, parties: Iterable[str] | None = None) -> tuple[str, ...]:
        self.position = fact.position
        self.events += 1
        if fact.account_id != self.account_id:
            return ()
        named = parties_named(fact) if parties is None else parties
        newly_named = tuple(party_id for party_id in named if party_id not in self.named)
        if newly_named:
            self.named.update(newly_named)
            self.meet(newly_named, register)
        return newly_named


def parties_named(fact: Recorded) -> list[str]:
    """The parties that an event names, each once."""
    return list(dict.fromkeys(one.id for one in references(fact.event) if one.kind == "party"))


def together(first: Changes, second: Changes) -> Changes:
    """Two changes in a row as one: what the first begins and the second ends was never there."""
    if not (first.ended or first.begun):
        return second
    ended = Counter(first.ended) + Counter(second.ended)
    begun = Counter(first.begun) + Counter(second.begun)
    return Changes(tuple((ended - begun).elements()), tuple((begun - ended).elements()))
