"""Following: what a subscription is told, in messages with places of the ledger.

For a party that is told only what is its own they are the ledger's, too: they stay in the database, and it names places
by its own positions and sealed cursors. So nothing is skipped or told twice when somebody joins or leaves the party,
which counts its own positions anew.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from api.feeds.feeds import ChangeFeed, EventFeed, Stretch, position_of
from api.feeds.own import Concerns, OwnChangeFeed, OwnEventFeed
from api.identity.sealing import Seal
from api.webhooks.subscriptions import EVENTS, LATEST
from api.wiring import RightsLedger
from projections.changes import Place


class Wanted(Protocol):
    """What is to be told: of a wish, or of the subscription that it became. With a party, only what is its own."""

    @property
    def feed(self) -> str: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def account_id(self) -> str | None: ...
    @property
    def line(self) -> str | None: ...
    @property
    def party_id(self) -> str | None: ...


class Followed(Protocol):
    """What a webhook is told."""

    def read(self, after: str, limit: int) -> Stretch:
        """At most `limit` messages after a place of the ledger."""

    def begin(self, after: str) -> str:
        """The place of the ledger that a subscriber means. Raises InvalidCursor, PositionAhead."""


class Following:
    """What the subscriptions of one ledger follow; what concerns a party is found once for all of its own."""

    def __init__(self, ledger: RightsLedger) -> None:
        self._ledger = ledger
        self._concerns: dict[str, Concerns] = {}

    def of(self, wanted: Wanted) -> Followed:
        """What is to be told. Raises StoreError."""
        ledger = self._ledger
        zone = ledger.settings.zone
        if wanted.party_id is None:
            if wanted.feed == EVENTS:
                return _All(EventFeed(ledger.read, account_id=wanted.account_id, types=wanted.kinds))
            changes = ChangeFeed(ledger.read, zone, account_id=wanted.account_id, line=wanted.line, kinds=wanted.kinds)
            return _All(changes)
        concerns = self._concerns.get(wanted.party_id)
        if concerns is None:
            concerns = self._concerns[wanted.party_id] = Concerns(ledger.read, wanted.party_id, ledger.today)
        if wanted.feed == EVENTS:
            return _OwnEvents(concerns, wanted)
        seal = Seal(ledger.store, wanted.party_id)
        own = OwnChangeFeed(
            ledger.read, concerns, seal, zone, account_id=wanted.account_id, line=wanted.line, kinds=wanted.kinds
        )
        return _OwnChanges(own)

    def keep(self, parties: Collection[str | None]) -> None:
        """Forgets what concerns others than these parties."""
        self._concerns = {party_id: one for party_id, one in self._concerns.items() if party_id in parties}


class _All:
    """Everything that a feed has."""

    def __init__(self, feed: EventFeed | ChangeFeed) -> None:
        self._feed = feed
        self.read = feed.read

    def begin(self, after: str) -> str:
        if after == LATEST:
            return self._feed.latest()
        self._feed.position(after)
        return after


class _OwnEvents:
    """The facts that a party may see. It names a place by its own position."""

    def __init__(self, concerns: Concerns, wanted: Wanted) -> None:
        self._concerns = concerns
        self._feed = OwnEventFeed(concerns, account_id=wanted.account_id, types=wanted.kinds)

    def read(self, after: str, limit: int) -> Stretch:
        belongings, head = self._concerns.now()
        begin = belongings.own(position_of(after))
        end = min(begin + limit, belongings.own_position)
        more = end < belongings.own_position
        reached = belongings.position_of(end) if more else max(head, position_of(after))
        told = self._feed.told(belongings, begin, end)
        return Stretch([one._replace(cursor=str(at)) for at, one in told], str(reached), more, reached)

    def begin(self, after: str) -> str:
        belongings, head = self._concerns.now()
        return str(head if after == LATEST else belongings.position_of(position_of(after)))


class _OwnChanges:
    """The changes that concern a party. It names a place by a sealed cursor, such as a change has for its id."""

    def __init__(self, feed: OwnChangeFeed) -> None:
        self._feed = feed

    def read(self, after: str, limit: int) -> Stretch:
        found, reached = self._feed.told(Place.of(after), limit)
        messages = [message._replace(cursor=str(at)) for at, message in found]
        return Stretch(messages, str(reached), reached.account_id is not None, reached.position)

    def begin(self, after: str) -> str:
        return str(self._feed.place(self._feed.latest() if after == LATEST else after))
