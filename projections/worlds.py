"""The world over time: how figures and parties were known at every position, and what was withdrawn when.

What a rebuild and a verification replay accounts in; read from the log alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, or_, select

from ledger import canonical
from ledger.events.parties import PartyRegistered
from ledger.history import names_as_gone
from ledger.recorded import Recorded
from ledger.store import Prepared
from ledger.store.schema import events as log
from policies.figures import Figures
from projections.figures import FIGURE_SET, KnownFigures
from projections.knowledge import EVENTS
from projections.pages import AccountPage, Turn
from projections.parties import Register, Registration, Rows, registration
from projections.worldwide import PARTY_REGISTERED

WITHDRAWING = Prepared(
    select(log.c.body)
    .where(
        log.c.position > bindparam("after"),
        log.c.position <= bindparam("at"),
        or_(
            log.c.type.in_([bindparam(name, name) for name in (PARTY_REGISTERED, FIGURE_SET, "event_retracted")]),
            log.c.body.like('%"corrects":"%'),
        ),
    )
    .order_by(log.c.position)
)
"""What sets figures, registers parties or withdraws other events (and perhaps a few events more)."""

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An event taken out of the history, and the event that did it."""

    event_id: str
    account_id: str | None
    by: Recorded


@dataclass(slots=True)
class Change:
    """What changed in the world at a position: whether figures did, and which parties."""

    position: int
    figures: bool = False
    parties: set[str] = field(default_factory=set)


class WorldHistory:
    """Figures, parties and withdrawals as known at every position up to `position`."""

    def __init__(self, rows: Rows, position: int) -> None:
        self.position = 0
        self.registrations: dict[str, list[Registration]] = {}
        self.withdrawals: dict[str, Withdrawal] = {}
        self.changes: list[Change] = []
        self._figures: list[tuple[int, KnownFigures]] = [(0, KnownFigures((), 0))]
        self._elsewhere: defaultdict[str, list[Recorded]] = defaultdict(list)
        self._members: defaultdict[str, dict[str, int]] = defaultdict(dict)
        """For each organisation, the parties ever registered as members of it, and since which position."""
        self.extend(rows, position)

    def extend(self, rows: Rows, position: int) -> None:
        """Takes in what was recorded since, up to a position."""
        facts = [canonical.decode(body) for (body,) in rows(WITHDRAWING, {"after": self.position, "at": position})]
        self.position = position
        gone = [event_id for fact in facts for event_id in names_as_gone(fact)]
        targets = dict(_events(rows, gone))
        for fact in facts:
            self._note(fact, [targets[event_id] for event_id in dict.fromkeys(names_as_gone(fact))])

    def figures_at(self, position: int) -> Figures:
        """The figures as known at a position."""
        return next(figures.now for since, figures in reversed(self._figures) if since <= position)

    def register_at(self, position: int) -> Register:
        """The parties as known at a position."""
        return _At(self, position)

    def elsewhere(self, account_id: str) -> Sequence[Recorded]:
        """The events recorded on no or another account that withdrew one of this account's."""
        return self._elsewhere.get(account_id, ())

    def changed_since(self, position: int) -> bool:
        """Whether something that any account may rest on changed after a position."""
        moved = any(facts[-1].position > position for facts in self._elsewhere.values())
        return moved or any(change.position > position for change in self.changes)

    def concerns(self, change: Change, page: AccountPage) -> bool:
        """Whether an account, as it stands, rests on what changed."""
        if change.figures:
            return True
        for party_id in change.parties:
            members = self._members.get(party_id, {})
            if party_id in page.named:
                return True
            if any(since <= change.position and member in page.named for member, since in members.items()):
                return True
        return False

    def _note(self, fact: Recorded, targets: Sequence[Recorded]) -> None:
        change = Change(fact.position)
        figures = self._figures[-1][1].after(fact, [target.event_id for target in targets])
        if figures is not self._figures[-1][1]:
            self._figures.append((fact.position, figures))
            change.figures = True
        for target in targets:
            self.withdrawals[target.event_id] = Withdrawal(target.event_id, target.account_id, fact)
            if target.account_id is not None and target.account_id != fact.account_id:
                self._elsewhere[target.account_id].append(fact)
            if isinstance(target.event, PartyRegistered):
                self._close(target.event.data.party_id, target.position, fact.position)
                change.parties.add(target.event.data.party_id)
        if isinstance(fact.event, PartyRegistered):
            registrations = self.registrations.setdefault(fact.event.data.party_id, [])
            if registrations:
                change.parties.add(fact.event.data.party_id)
            registrations.append(registration(fact, fact.event))
            if (organisation := fact.event.data.member_of) is not None:
                self._members[organisation].setdefault(fact.event.data.party_id, fact.position)
        if change.figures or change.parties:
            self.changes.append(change)

    def _close(self, party_id: str, known_from: int, position: int) -> None:
        self.registrations[party_id] = [
            one._replace(known_until=position) if one.known_from == known_from else one
            for one in self.registrations[party_id]
        ]


class _At:
    """The register of parties as known at a position."""

    def __init__(self, history: WorldHistory, position: int) -> None:
        self._history = history
        self._position = position

    def of(self, party_id: str) -> list[Registration]:
        return [one for one in self._history.registrations.get(party_id, ()) if one.is_known_at(self._position)]


def replay(page: AccountPage, facts: Iterable[Recorded], world: WorldHistory) -> Iterator[Turn]:
    """What every event did to an account, from its first to its last, each in the world as it was known then.

    `page` is empty; `facts` are the account's own, and those from elsewhere are added.
    """
    history = sorted([*facts, *world.elsewhere(page.account_id)], key=_position)
    if not history:
        return
    began = history[0].position
    changes = {change.position: change for change in world.changes if change.position >= began}
    happened = {fact.position: fact for fact in history}
    page.start(world.figures_at(began))
    for position in sorted(changes.keys() | happened.keys()):
        change, fact = changes.get(position), happened.get(position)
        register = world.register_at(position)
        if change is not None and (fact is not None or world.concerns(change, page)):
            yield page.take_world(position, world.figures_at(position), register, fact)
        elif fact is not None:
            yield page.take(fact, register)


def _position(fact: Recorded) -> int:
    return fact.position


def _events(rows: Rows, event_ids: Sequence[str]) -> Iterator[tuple[str, Recorded]]:
    for start in range(0, len(event_ids), AT_ONCE):
        for row in rows(EVENTS, {"event_ids": event_ids[start : start + AT_ONCE]}):
            yield row[0], canonical.decode(row[-1])
