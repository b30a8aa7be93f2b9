"""Wiring: the one place where store, recorder and clock meet. Every door opens its ledger here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from api.settings import Settings
from ledger.store import Reader, Store, open_store
from projections.recording import Committed, Recorder

Today = Callable[[], date]


class Bell:
    """Rung after every commit of this process: whoever listens is called, in the writer's thread, so must be quick."""

    def __init__(self) -> None:
        self._listener: Callable[[], None] | None = None
        self._watcher: Callable[[Committed], None] | None = None

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Calls this one from now on, or nobody."""
        self._listener = listener

    def watch(self, watcher: Callable[[Committed], None] | None) -> None:
        """Tells this one what each commit was and how long it took."""
        self._watcher = watcher

    def ring(self, committed: Committed) -> None:
        """Something was recorded."""
        if (watcher := self._watcher) is not None:
            watcher(committed)
        if (listener := self._listener) is not None:
            listener()


@dataclass(frozen=True, slots=True)
class RightsLedger:
    """An open ledger: what records, what answers, and which day it is."""

    settings: Settings
    store: Store
    recorder: Recorder
    today: Today
    bell: Bell = field(default_factory=Bell)

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
        bell = Bell()
        recorder = Recorder(store, today=today, events_at_hand=settings.events_at_hand, committed=bell.ring)
        try:
            yield RightsLedger(settings, store, recorder, today, bell)
        finally:
            recorder.close()


def business_day(zone: tzinfo) -> Today:
    """Tells which day it is in a time zone: the only clock that answers depend on."""
    return lambda: datetime.now(zone).date()
