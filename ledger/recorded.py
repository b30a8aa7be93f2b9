"""An event as the ledger holds it: what the client stated, with the place, instant and actor of its recording."""

from datetime import date, datetime

from msgspec import Struct

from ledger.events.base import Event, EventData

Order = tuple[date, int]
"""(effective date, position): the order in which policies read a history."""


class Recorded(Struct, frozen=True, gc=False):
    """A recorded event. `recorded_at` is UTC; `schema_version` the one its body was written in."""

    position: int
    recorded_at: datetime
    actor: str
    event_id: str
    event: Event
    schema_version: int = 1

    @property
    def type(self) -> str:
        return self.event.type

    @property
    def data(self) -> EventData:
        return self.event.data

    @property
    def effective_on(self) -> date:
        return self.event.effective_on

    @property
    def account_id(self) -> str | None:
        return self.event.account_id

    @property
    def corrects(self) -> str | None:
        return self.event.corrects

    @property
    def source(self) -> str | None:
        return self.event.source

    @property
    def order(self) -> Order:
        return (self.event.effective_on, self.position)
