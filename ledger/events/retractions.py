"""Retractions: an earlier event is taken out of the history as known from then on."""

from typing import Literal

from ledger.events.base import AccountRef, Event, EventData, EventRef, example
from ledger.text import Text


class EventRetracted(Event):
    """An earlier event is withdrawn. It stays in the log, and never counts again."""

    model_config = example(
        "event_retracted",
        {"event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11", "reason": "Recorded on the wrong account."},
    )

    class Data(EventData):
        event_id: EventRef
        reason: Text

    type: Literal["event_retracted"] = "event_retracted"
    account_id: AccountRef | None = None
    data: Data
