"""References: which ids an event names, and which one it makes known.

The marks on the fields say it, so that the recorder can check every reference of every type in one place.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from ledger.events.base import Event, Introduces, Kind, Names
from ledger.events.marks import EACH, Path, marks


class Reference(NamedTuple):
    """An id that must be known, and the JSON pointer to it in the event."""

    kind: Kind
    id: str
    pointer: str


class Introduction(NamedTuple):
    """An id that the event makes known."""

    kind: Kind
    id: str


def references(event: Event) -> list[Reference]:
    """What the event names, in the order of its fields; the account of the envelope and `corrects` included."""
    return [
        Reference(kind, value, pointer)
        for path, kind in _names(type(event))
        for value, pointer in _values(event, path, "")
    ]


def introduces(event: Event) -> Introduction | None:
    """What the event makes known, if anything: an account, an opportunity, a contract, …"""
    for path, kind in _introductions(type(event)):
        for value, _ in _values(event, path, ""):
            return Introduction(kind, value)
    return None


@cache
def _names(event_class: type[Event]) -> tuple[tuple[Path, Kind], ...]:
    return tuple((path, mark.kind) for path, mark in marks(event_class) if isinstance(mark, Names))


@cache
def _introductions(event_class: type[Event]) -> tuple[tuple[Path, Kind], ...]:
    return tuple((path, mark.kind) for path, mark in marks(event_class) if isinstance(mark, Introduces))


def _values(value: Any, path: Path, pointer: str) -> Iterator[tuple[str, str]]:
    for depth, (attribute, name) in enumerate(path):
        if attribute == EACH:
            for index, item in enumerate(value):
                yield from _values(item, path[depth + 1 :], f"{pointer}/{index}")
            return
        value = getattr(value, attribute)
        pointer = f"{pointer}/{name}"
        if value is None:
            return
    yield value, pointer
