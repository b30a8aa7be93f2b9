"""Refusals: which event is to blame when the ledger takes none of a batch, and why, in words for the rejects file."""

import re
from typing import NamedTuple

from api.importing.problems import Reason
from projections.problems import (
    AlreadyExists,
    AlreadyWithdrawn,
    EventIdReused,
    MalformedEvents,
    NotAllowed,
    RecordingError,
    RuleRefused,
    UnknownReferences,
)

_EVENT_PLACE = re.compile(r"/events/([0-9]+)(/.*)?")


class Refusal(NamedTuple):
    """What is wrong with one event of a batch: the kind, the place in the event, and the words."""

    kind: str
    pointer: str
    words: str

    def of(self, event_type: str) -> Reason:
        """The reason to reject a row for."""
        return Reason(f"{event_type}{self.pointer}: {self.kind}", f"{event_type}{self.pointer}: {self.words}")


def refusals(error: RecordingError) -> dict[int, Refusal]:
    """Which events of a batch are to blame for its refusal, and why; empty if it was no event's fault."""
    found: dict[int, Refusal] = {}
    for kind, pointer, words in _told(error):
        if place := _EVENT_PLACE.match(pointer):
            found.setdefault(int(place[1]), Refusal(kind, place[2] or "", words))
    return found


def _told(error: RecordingError) -> list[tuple[str, str, str]]:
    """Kind, pointer and words of everything an error names."""
    if isinstance(error, MalformedEvents):
        return [(_ruled(one.rule, one.message), one.pointer, _ruled(one.rule, one.message)) for one in error.problems]
    if isinstance(error, UnknownReferences):
        return [
            (f"the ledger knows no such {one.kind}", one.pointer, f"the ledger knows no {one.kind} {one.id!r}")
            for one in error.references
        ]
    if isinstance(error, RuleRefused):
        kind = f"refused by {error.rule}" if error.rule else error.detail
        return [(kind, error.pointer, _ruled(error.rule, error.detail))]
    if isinstance(error, AlreadyExists):
        return [(f"the {error.kind} exists already", error.pointer, str(error))]
    if isinstance(error, EventIdReused | AlreadyWithdrawn | NotAllowed):
        return [(str(error), error.pointer, str(error))]
    return []


def _ruled(rule: str | None, words: str) -> str:
    return f"{rule}: {words}" if rule else words
