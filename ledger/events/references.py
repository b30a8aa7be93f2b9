"""References: which ids an event names, and which one it makes known.

The marks on the fields say it, so that the recorder can check every reference of every type in one place.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from ledger.events.base import Event, Introduces, Kind, Names
from ledger.events.marks import EACH, Path, marks

NAME: Kind = "opportunity_name"


class Reference(NamedTuple):
    """An id that must be known, and the JSON pointer to it in the event."""

    kind: Kind
    id: str
    pointer: str


class Introduction(NamedTuple):
    """An id that the event makes known; a name by its key."""

    kind: Kind
    id: str


def references(event: Event) -> list[Reference]:
    """What the event names, in the order of its fields; the account of the envelope and `corrects` included."""
    return [
        Reference(place.kind, value, pointer) for place in _names(type(event)) for value, pointer in place.values(event)
    ]


def introduces(event: Event) -> Introduction | None:
    """What the event makes known, if anything: an account, an opportunity, a contract, …"""
    return next((one for one in introductions(event) if one.kind != NAME), None)


def introductions(event: Event) -> tuple[Introduction, ...]:
    """The same, and the name that the event takes for itself (see `name_key`)."""
    marked = _introductions(type(event))
    if not marked:  # most types: asked several times of every event
        return ()
    return tuple(
        Introduction(place.kind, name_key(value) if place.kind == NAME else value)
        for place in marked
        for value, _ in place.values(event)
    )


def name_key(name: str) -> str:
    """What two names share that nobody could tell apart: capitals, and how wide the gaps are, don't count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class _Place(NamedTuple):
    """A field that holds an id of a kind; `within` is what is left of its path from the first list on, if any."""

    kind: Kind
    attributes: tuple[str, ...]
    pointer: str
    within: Path | None

    @classmethod
    def of(cls, path: Path, kind: Kind) -> "_Place":
        steps = [step.attribute for step in path]
        flat = path[: steps.index(EACH)] if EACH in steps else path
        pointer = "".join(f"/{step.name}" for step in flat)
        return cls(kind, tuple(step.attribute for step in flat), pointer, path[len(flat) :] or None)

    def values(self, value: Any) -> Sequence[tuple[str, str]]:
        """What the field holds in an event, each with its pointer. Asked many times of every event."""
        for attribute in self.attributes:
            value = getattr(value, attribute)
            if value is None:
                return ()
        return ((value, self.pointer),) if self.within is None else tuple(_values(value, self.within, self.pointer))


@cache
def _names(event_class: type[Event]) -> tuple[_Place, ...]:
    return tuple(_Place.of(path, mark.kind) for path, mark in marks(event_class) if isinstance(mark, Names))


@cache
def _introductions(event_class: type[Event]) -> tuple[_Place, ...]:
    return tuple(_Place.of(path, mark.kind) for path, mark in marks(event_class) if isinstance(mark, Introduces))


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
