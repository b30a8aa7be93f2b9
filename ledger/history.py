"""Which events of a history count: all but the retracted and the corrected.

Retraction is for ever. An event that a retraction or a correction names never comes back, whatever becomes of
the event that named it.
"""

from collections.abc import Iterable

from ledger.events.retractions import EventRetracted
from ledger.recorded import Recorded


def names_as_gone(recorded: Recorded) -> tuple[str, ...]:
    """Ids of the events that this one takes out of the history."""
    event = recorded.event
    gone = () if event.corrects is None else (event.corrects,)
    return (*gone, event.data.event_id) if isinstance(event, EventRetracted) else gone


def in_effect(history: Iterable[Recorded]) -> list[Recorded]:
    """The events that count, in the order given; retractions themselves say nothing more and are left out."""
    kept = list(history)
    gone = {event_id for recorded in kept for event_id in names_as_gone(recorded)}
    return [
        recorded
        for recorded in kept
        if recorded.event_id not in gone and not isinstance(recorded.event, EventRetracted)
    ]
