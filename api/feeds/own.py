"""Own feeds: the log and the changes of rights as one party may follow them, with places that tell nothing of others.

Events have the party's own positions. Changes have sealed cursors, and a reader is never handed a place that moves on
because of what others record: where nothing of its own follows, it stays where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, tzinfo
from threading import Lock

import orjson

from api.feeds.feeds import Message, Stretch, message_of_event, position_of
from api.identity.belongings import Belongings
from api.identity.sealing import Seal
from api.own_answers import change as tell_change
from api.own_answers import event as tell_event
from ledger.store import Reader
from policies.own_changes import Whose
from projections import changes
from projections.changes import ChangeAt, Place

BEGINNING = "0"
LOOKED_THROUGH_AT_ONCE = 1_000


class Concerns:
    """What concerns the party as far as the ledger has come: found anew once something there names the party.

    Several threads may ask.
    """

    def __init__(self, reader: Reader, party_id: str, today: Callable[[], date]) -> None:
        self._reader = reader
        self._party_id = party_id
        self._today = today
        self._found: tuple[date, Belongings] | None = None
        self._seen = 0
        self._turn = Lock()

    def now(self) -> tuple[Belongings, int]:
        """The party's belongings, and the position up to which that is all. Raises StoreError."""
        with self._turn:
            head, today = self._reader.head().position, self._today()
            if self._found is None or self._found[0] != today or self._is_named(self._found[1].parties, head):
                self._found = (today, Belongings(self._reader, self._party_id, head, today))
            self._seen = max(head, self._seen)
            return self._found[1], self._seen

    def _is_named(self, parties: Collection[str], head: int) -> bool:
        """Whether an event since names one of the parties: in what it says, or as the actor."""
        marks = [mark for party_id in parties for mark in (f'"{party_id}"', f"partner/{party_id}/")]
        after = self._seen
        while after < head and (page := self._reader.page(after=after, limit=LOOKED_THROUGH_AT_ONCE, up_to=head)):
            if any(mark in one.body for one in page for mark in marks):
                return True
            after = page[-1].position
        return False


class OwnEventFeed:
    """The facts that a party may see; those of one account or of some types, if asked for."""

    def __init__(self, concerns: Concerns, *, account_id: str | None = None, types: Collection[str] = ()) -> None:
        self._concerns = concerns
        self._account_id = account_id
        self._types = frozenset(types)

    def read(self, after: str, limit: int) -> Stretch:
        begin = position_of(after)
        belongings, position = self._concerns.now()
        end = min(begin + limit, belongings.own_position)
        found = [message for _, message in self.told(belongings, begin, end)]
        return Stretch(found, str(max(begin, end)), end < belongings.own_position, position)

    def told(self, belongings: Belongings, begin: int, end: int) -> Iterator[tuple[int, Message]]:
        """What is wanted of the facts after one number up to another, each with its position in the ledger."""
        for number in range(begin + 1, end + 1):
            if self._is_wanted(belongings, number):
                yield belongings.facts[number - 1].position, self._message(belongings, number)

    def latest(self) -> str:
        return str(self._concerns.now()[0].own_position)

    def position(self, cursor: str) -> int:
        return self._concerns.now()[0].position_of(position_of(cursor))

    def _is_wanted(self, belongings: Belongings, number: int) -> bool:
        fact = belongings.facts[number - 1]
        return self._account_id in (None, fact.account_id) and (not self._types or fact.type in self._types)

    def _message(self, belongings: Belongings, number: int) -> Message:
        told = tell_event(belongings, number)
        return message_of_event(told, orjson.dumps(told).decode())


class OwnChangeFeed:
    """The changes that concern a party; those on one account, on one line, of some kinds or of one day, if asked for.

    A line that is asked for on an account is watched, whether the party has anything to do with it or not.
    """

    def __init__(
        self,
        reader: Reader,
        concerns: Concerns,
        seal: Seal,
        zone: tzinfo,
        *,
        account_id: str | None = None,
        line: str | None = None,
        kinds: Collection[str] = (),
        on: date | None = None,
    ) -> None:
        self._reader = reader
        self._concerns = concerns
        self._seal = seal
        self._zone = zone
        self._account_id = account_id
        self._line = line
        self._kinds = frozenset(kinds)
        self._on = on
        self._known = (BEGINNING, Place(0))

    def read(self, after: str, limit: int, up_to: int | None = None) -> Stretch:
        place = self._known[1] if self._known[0] == after else self.place(after)
        told, place = self.told(place, limit, up_to)
        reached = told[-1][1].cursor if told else after
        self._known = (reached, place)
        return Stretch([message for _, message in told], reached, place.account_id is not None, place.position)

    def told(self, place: Place, limit: int, up_to: int | None = None) -> tuple[list[tuple[Place, Message]], Place]:
        """At most so many changes after a place, each with where it stands, and how far that was read."""
        belongings, head = self._concerns.now()
        head = head if up_to is None else up_to
        accounts, whose = self._asked(belongings)
        found: list[ChangeAt] = []
        while True:
            part = changes.feed(
                self._reader,
                place,
                self._zone,
                limit=limit - len(found),
                account_ids=accounts,
                whose=whose,
                kinds=self._kinds,
                up_to=head,
            )
            found += [one for one in part.changes if self._is_wanted(one)]
            place = part.reached
            if place.account_id is None or len(found) == limit:
                break
        return [(one.place, self._message(one, belongings)) for one in found], place

    def latest(self) -> str:
        return self._seal.close(Place(self._reader.head().position), salted=True)

    def position(self, cursor: str) -> int:
        return self.place(cursor).position

    def place(self, cursor: str) -> Place:
        """The place that a cursor stands for. Raises InvalidCursor."""
        return Place(0) if cursor == BEGINNING else self._seal.open(cursor)

    def _asked(self, belongings: Belongings) -> tuple[list[str], Whose]:
        watched = [(self._account_id, self._line)] if self._account_id is not None and self._line is not None else []
        accounts = {*belongings.accounts, *(account_id for account_id, _ in watched)}
        if self._account_id is not None:
            accounts &= {self._account_id}
        return sorted(accounts), Whose(belongings.parties, frozenset(watched))

    def _is_wanted(self, one: ChangeAt) -> bool:
        change = one.change
        return self._line in (None, change.line) and (
            self._on is None or change.valid_from <= self._on < change.valid_until
        )

    def _message(self, one: ChangeAt, belongings: Belongings) -> Message:
        cursor = self._seal.close(one.place)
        told = tell_change(cursor, one.change, one.event, belongings)
        body = orjson.dumps(told).decode()
        return Message(cursor, cursor, told["change"], told["recorded_at"], told["account_id"], None, body)
