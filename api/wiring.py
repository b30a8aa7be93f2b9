"""Wiring: the one place where store, recorder and clock meet. Every door opens its ledger here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from api.settings import Settings
from ledger.store import Reader, Store, open_store
from projections.recording import Recorder

Today = Callable[[], date]


@dataclass(frozen=True, slots=True)
class RightsLedger:
    """An open ledger: what records, what answers, and which day it is."""

    settings: Settings
    store: Store
    recorder: Recorder
    today: Today

    @property
    def read(self) -> Reader:
        """The reading side of the store."""
        return self.store.read


@contextmanager
def open_ledger(settings: Settings, today: Today | None = None) -> Iterator[RightsLedger]:
    """The ledger at the database of the settings, closed at the end; what was handed in is finished first.

    Connects at the first use and migrates nothing. `today` stands in for the calendar, for tests.
    Raises UnsupportedDatabase for a database that the ledger has no store for.
    """
    today = today or business_day(settings.zone)
    with open_store(settings.database_url, settings.waits) as store:
        recorder = Recorder(store, today=today)
        try:
            yield RightsLedger(settings, store, recorder, today)
        finally:
            recorder.close()


def business_day(zone: tzinfo) -> Today:
    """Tells which day it is in a time zone: the only clock that answers depend on."""
    return lambda: datetime.now(zone).date()
