"""Paging: lists in pages, with a cursor that holds on to the moment of the first page."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from zlib import crc32

import orjson
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.access import Access
from api.http.problem_kinds import INVALID_CURSOR
from api.http.problems import Problem
from api.http.questions import Listing
from api.http.sending import send
from projections.asking import Moment, Page

Item = TypeVar("Item")
Ask = Callable[[Moment, str | None, int], Page[Item]]
"""Finds a page at a moment, after a key, of so many items at most."""

NOT_THE_QUESTION = {"on", "known_at", "limit", "after"}


class ListAnswer(BaseModel):
    """What every list says beside its items."""

    next: str | None = Field(description="The cursor of the next page, to be passed as `after`; null on the last page.")
    position: int = Field(description="The position the answer was read at.", examples=[57])


async def listing(access: Access, asked: Listing, ask: Ask[Item], render: Callable[[Item], dict[str, Any]]) -> Response:
    """A page of answers, found on a thread.

    Pages that follow a cursor are read at the day and the position of the first page, so that a walk is one answer.
    """

    def find() -> Response:
        place = None if asked.after is None else read_cursor(asked.after, asked)
        at = access.moment(asked if place is None else place.pinned(asked))
        if place is not None and at.position != place.position:
            raise not_this_cursor()
        page = ask(at, None if place is None else place.key, asked.limit)
        following = None if page.next is None else write_cursor(asked, at, page.next)
        return send({"items": [render(item) for item in page.items], "next": following, "position": at.position})

    return await access.run(find)


def page_of(items: list[tuple[str, Item]], after: str | None, limit: int) -> Page[Item]:
    """A page of a list that is at hand as a whole; each item stands with its key, in any order that stays."""
    keys = [key for key, _ in items]
    if after is not None and after not in keys:
        raise not_this_cursor()
    start = 0 if after is None else keys.index(after) + 1
    found = items[start : start + limit]
    return Page(tuple(item for _, item in found), found[-1][0] if start + limit < len(items) else None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands: its moment, and the key that the next page begins after."""

    on: date
    position: int
    key: str

    def pinned(self, asked: Listing) -> Listing:
        """The question at the moment of the walk; a `known_at` in it stays, to be held against the position."""
        if asked.on not in (None, self.on):
            raise not_this_cursor()
        known_at = self.position if asked.known_at is None else asked.known_at
        return asked.model_copy(update={"on": self.on, "known_at": known_at})


def write_cursor(asked: Listing, at: Moment, key: str) -> str:
    """An opaque cursor: the moment of the walk, which question it belongs to, and the key of the next page."""
    place = orjson.dumps([at.on, at.position, _fingerprint(asked), key])
    return urlsafe_b64encode(place).rstrip(b"=").decode()


def read_cursor(cursor: str, asked: Listing) -> Place:
    """The place that `write_cursor` wrote for this very question; raises Problem for any other cursor."""
    try:
        on, position, fingerprint, key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = Place(date.fromisoformat(on), position, key)
    except (binascii.Error, ValueError, TypeError):
        raise not_this_cursor() from None
    if fingerprint != _fingerprint(asked) or type(position) is not int or position < 0 or type(key) is not str:
        raise not_this_cursor()
    return place


def not_this_cursor() -> Problem:
    """The problem of a cursor that no page of this question gave."""
    detail = "after is not a cursor that this question gave for this day and this known_at."
    return Problem(INVALID_CURSOR, detail, [{"parameter": "after", "detail": detail}])


def _fingerprint(asked: Listing) -> int:
    """What the question asks besides its moment and its page."""
    values = asked.model_dump(exclude=NOT_THE_QUESTION, mode="json")
    return crc32(orjson.dumps([type(asked).__name__, values], option=orjson.OPT_SORT_KEYS))
