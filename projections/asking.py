"""What every question has in common: the moment it is about, and pages of answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import orjson

from ledger.store import Reader
from projections.problems import InvalidCursor

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Moment:
    """The two clocks of a question: the business day it is about, and the position up to which the ledger is known."""

    on: date
    position: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A page of answers; `next` is the cursor of the page after it, None for the last."""

    items: tuple[Item, ...]
    next: str | None


def moment(reader: Reader, on: date | None, known_at: int | datetime | None, today: date) -> Moment:
    """The moment that a question's `on` (default: today) and `known_at` (default: now) mean, exact for ever.

    Raises PositionAhead or InstantAhead (both KnownAtAhead) for what the ledger has not reached yet.
    """
    return Moment(on or today, reader.resolve(known_at))


def write_cursor(*place: str | int) -> str:
    """The cursor of the page after a place in a list."""
    return orjson.dumps(place).decode()


def read_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """The place that a cursor names, made of such values. Raises InvalidCursor."""
    try:
        place = tuple(orjson.loads(cursor))
    except (orjson.JSONDecodeError, TypeError):
        raise InvalidCursor(cursor) from None
    if tuple(map(type, place)) != kinds:
        raise InvalidCursor(cursor)
    return place
