"""A ledger for tests: its store and its recorder, and short words for what tests do with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.store import Store, Waits, open_store
from projections.asking import Moment
from projections.problems import RecordingError
from projections.recording import Receipt, Recorder, Submission
from projections.schema import TABLES

TODAY = date(2024, 6, 1)
Event = dict[str, Any]


@dataclass
class Ledger:
    """What tests need of a ledger."""

    store: Store
    recorder: Recorder

    def record(self, *events: Mapping[str, Any], **more: Any) -> Receipt:
        """Records events as one submission."""
        return self.recorder.record(Submission(events, "tester", **more))

    def record_acceptable(self, events: list[Event]) -> list[Event]:
        """Records events one by one, passing over those that are refused; those recorded, as the oracle reads them."""
        told = []
        for event in events:
            try:
                told.append(as_told(self.record(event).events[0]))
            except RecordingError:
                continue
        return told

    @property
    def position(self) -> int:
        return self.store.read.head().position

    def at(self, on: date, position: int | None = None) -> Moment:
        """A moment; the position is the last one unless it is given."""
        return Moment(on, self.position if position is None else position)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a plain SELECT answers."""
        with self.store.read.connection() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def kept(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of kept answers."""
        return {table.name: sorted(self.rows(f"SELECT * FROM {table.name}"), key=repr) for table in TABLES}  # noqa: S608


@contextmanager
def open_ledger(url: str, **recorder: Any) -> Iterator[Ledger]:
    """The ledger in a migrated database."""
    with open_store(url, Waits(lock=30)) as store:
        opened = Recorder(store, today=lambda: TODAY, **recorder)
        try:
            yield Ledger(store, opened)
        finally:
            opened.close()


def as_told(body: str) -> Event:
    """A recorded event as the oracle reads it."""
    event: Event = json.loads(body)
    event["effective_on"] = date.fromisoformat(event["effective_on"])
    event.setdefault("account_id", None)
    return event
