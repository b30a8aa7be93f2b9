"""Feeds: the log, and the changes of rights, as messages with cursors. What streams and webhooks read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, tzinfo
from typing import Any, NamedTuple, Protocol

import orjson

from api import answers
from ledger.store import Reader, Stored
from ledger.store.errors import PositionAhead
from projections import changes
from projections.changes import Place
from projections.problems import InvalidCursor

MOST_DIGITS = 18


class Message(NamedTuple):
    """One thing that a feed tells: under which id, of what type, when it was recorded, and its JSON text.

    `cursor` is where a reader goes on after it; `position` is its place in an order that may be told, if it has one.
    """

    cursor: str
    id: str
    type: str
    recorded_at: str
    account_id: str | None
    position: int | None
    body: str


class Stretch(NamedTuple):
    """What follows a cursor: some messages, where to go on, and whether there was more to read already.

    `position` is how far the ledger was read, which is for the server alone.
    """

    messages: list[Message]
    reached: str
    more: bool
    position: int


class Feed(Protocol):
    """Something to follow. Nothing is missed and nothing comes twice if each reading goes on where the last reached."""

    def read(self, after: str, limit: int) -> Stretch:
        """At most `limit` messages after a cursor. Raises InvalidCursor."""

    def latest(self) -> str:
        """The cursor after which only what is yet to come is told."""

    def position(self, cursor: str) -> int:
        """The position of the ledger that a cursor stands for. Raises InvalidCursor, PositionAhead."""


class EventFeed:
    """The events of the log; those of one account or of some types, if asked for."""

    def __init__(self, reader: Reader, *, account_id: str | None = None, types: Collection[str] = ()) -> None:
        self._reader = reader
        self._account_id = account_id
        self._types = frozenset(types)
        self._only = next(iter(self._types)) if len(self._types) == 1 else None

    def read(self, after: str, limit: int) -> Stretch:
        begin = position_of(after)
        head = self._reader.head().position
        page = self._reader.page(
            after=begin, limit=limit, account_id=self._account_id, type=self._only, up_to=max(head, begin)
        )
        more = len(page) == limit
        reached = page[-1].position if more else max(head, begin)
        messages = [one for stored in page if (one := self._message(stored)) is not None]
        return Stretch(messages, str(reached), more, reached)

    def latest(self) -> str:
        return str(self._reader.head().position)

    def position(self, cursor: str) -> int:
        return _not_ahead(position_of(cursor), self._reader)

    def _message(self, stored: Stored) -> Message | None:
        said = orjson.loads(stored.body)
        if self._types and said["type"] not in self._types:
            return None
        return message_of_event(said, stored.body)


class ChangeFeed:
    """The changes of rights; those on one account, on one line, of some kinds or of one day, if asked for."""

    def __init__(
        self,
        reader: Reader,
        zone: tzinfo,
        *,
        account_id: str | None = None,
        line: str | None = None,
        kinds: Collection[str] = (),
        on: date | None = None,
    ) -> None:
        self._reader = reader
        self._zone = zone
        self._line = line
        self._on = on
        self._account_id = account_id
        self._kinds = frozenset(kinds)

    def read(self, after: str, limit: int, up_to: int | None = None) -> Stretch:
        head = self._reader.head().position if up_to is None else up_to
        found = changes.feed(
            self._reader,
            Place.of(after),
            self._zone,
            limit=limit,
            account_ids=None if self._account_id is None else [self._account_id],
            kinds=self._kinds,
            up_to=head,
        )
        messages = [
            message_of_change(answers.change(one), one.event.event_id)
            for one in found.changes
            if self._line in (None, one.change.line)
            and (self._on is None or one.change.valid_from <= self._on < one.change.valid_until)
        ]
        return Stretch(messages, str(found.reached), found.reached.account_id is not None, found.reached.position)

    def latest(self) -> str:
        return str(self._reader.head().position)

    def position(self, cursor: str) -> int:
        return _not_ahead(Place.of(cursor).position, self._reader)


def message_of_event(said: dict[str, Any], body: str) -> Message:
    """An event as a message."""
    cursor = str(said["position"])
    return Message(
        cursor, said["event_id"], said["type"], said["recorded_at"], said.get("account_id"), said["position"], body
    )


def message_of_change(told: dict[str, Any], event_id: str) -> Message:
    """A change as a message."""
    number, account_id = told["id"].split(":", 2)[1:]
    return Message(
        cursor=told["id"],
        id=f"{event_id}:{number}:{account_id}",
        type=told["change"],
        recorded_at=told["recorded_at"],
        account_id=account_id,
        position=told["position"],
        body=orjson.dumps(told).decode(),
    )


def _not_ahead(position: int, reader: Reader) -> int:
    head = reader.head().position
    if position > head:
        raise PositionAhead(position, head)
    return position


def position_of(cursor: str) -> int:
    """The position that a cursor of the log names; raises InvalidCursor."""
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= MOST_DIGITS):
        raise InvalidCursor(cursor)
    return int(cursor)
