"""Loading: drafted rows go into the ledger in batches, a row whole or not at all, and no row twice.

A batch is atomic. When the ledger refuses one, the place it names tells which row is to blame: the rows before it are
recorded without it, then those after it. So a bad row never sinks the others, and no event is tried more than twice.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import orjson

from api.importing.drafting import Drafted, RawEvent
from api.importing.problems import Reason
from api.importing.refusals import Refusal, refusals
from api.importing.summary import FileCount, Summary
from ledger.canonical import encode_stated
from ledger.recorded import Recorded
from ledger.store.reading import Reader
from projections.problems import RecordingError
from projections.recording import MOST_EVENTS, Recorder, Submission

CHANGED = "the row has changed since it was imported"
OTHERWISE = "another row with the same key says otherwise"

Reject = Callable[[Drafted, Sequence[Reason]], None]


@contextmanager
def settling() -> Iterator[None]:
    """While rows are loaded, what is left of a batch is not searched for cyclic garbage again and again: it stays."""
    try:
        yield
    finally:
        gc.unfreeze()


class Loader:
    """Gathers the rows of one file into batches of about `batch_size` events and records them."""

    def __init__(
        self,
        reader: Reader,
        recorder: Recorder,
        count: FileCount,
        summary: Summary,
        reject: Reject,
        *,
        actor: str,
        batch_size: int,
    ) -> None:
        self._reader = reader
        self._recorder = recorder
        self._count = count
        self._summary = summary
        self._reject = reject
        self._actor = actor
        self._batch_size = min(batch_size, MOST_EVENTS)
        self._rows: list[Drafted] = []
        self._size = 0

    def add(self, row: Drafted) -> None:
        """Takes a row; records what has gathered when it makes a batch."""
        if self._size + len(row.events) > self._batch_size:
            self.flush()
        self._rows.append(row)
        self._size += len(row.events)

    def flush(self) -> None:
        """Records what has gathered."""
        rows, self._rows, self._size = self._rows, [], 0
        todo = deque([self._new(rows)] if rows else [])
        while todo:
            pending = todo.popleft()
            if not pending:
                continue
            try:
                self._record(pending)
            except RecordingError as error:
                refused = refusals(error)
                if not refused:
                    raise
                todo.extendleft(reversed(self._without(pending, refused)))
        gc.freeze()  # see `settling`

    def _new(self, rows: list[Drafted]) -> list[Drafted]:
        """The rows that hold something new, without what is recorded already; changed rows go to the rejects."""
        known = self._known(rows)
        batch: dict[str, RawEvent] = {}
        new = []
        for row in rows:
            if reasons := _changes(row, known, batch):
                self._reject(row, reasons)
                continue
            batch.update(row.events)
            fresh = {event_id: raw for event_id, raw in row.events.items() if event_id not in known}
            if fresh:
                new.append(row._replace(events=fresh))
            else:
                self._count.recorded_before += 1
        self._summary.events_before += len(batch.keys() & known.keys())
        return new

    def _known(self, rows: Sequence[Drafted]) -> dict[str, tuple[str, bytes]]:
        ids = [event_id for row in rows for event_id in (*row.events, *row.absent)]
        found: dict[str, Recorded] = self._reader.events_by_id(ids)
        return {event_id: (one.type, encode_stated(one.event)) for event_id, one in found.items()}

    def _record(self, rows: Sequence[Drafted]) -> None:
        events = list(_submitted(rows).values())
        receipt = self._recorder.record(Submission(events=events, actor=self._actor))
        self._summary.events.update(raw["type"] for raw in events)
        self._summary.position = max(self._summary.position, receipt.position)
        self._count.recorded += len(rows)

    def _without(self, rows: list[Drafted], refused: dict[int, Refusal]) -> list[list[Drafted]]:
        """Rejects the rows to blame; what is left, in the parts in which to try again."""
        owners, events = _owners(rows), list(_submitted(rows).values())
        blamed: dict[int, list[Reason]] = {}
        for index, refusal in refused.items():
            blamed.setdefault(owners[index], []).append(refusal.of(events[index]["type"]))
        for at, reasons in blamed.items():
            self._reject(rows[at], reasons)
        first = min(blamed)
        rest = [row for at, row in enumerate(rows) if at > first and at not in blamed]
        return [rows[:first], rest]


def _stated(raw: RawEvent) -> bytes:
    """What an event says, in the form in which the ledger compares: as `encode_stated` would write it once recorded."""
    return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)


def _submitted(rows: Sequence[Drafted]) -> dict[str, RawEvent]:
    """The events of the rows by id, in order; one that several rows become is there once."""
    events: dict[str, RawEvent] = {}
    for row in rows:
        for event_id, raw in row.events.items():
            events.setdefault(event_id, raw)
    return events


def _owners(rows: Sequence[Drafted]) -> list[int]:
    """For each event submitted, the index of the row it came from."""
    seen: set[str] = set()
    owners = []
    for at, row in enumerate(rows):
        fresh = row.events.keys() - seen
        owners.extend([at] * len(fresh))
        seen |= fresh
    return owners


def _changes(row: Drafted, known: dict[str, tuple[str, bytes]], batch: dict[str, RawEvent]) -> list[Reason]:
    """What a row says otherwise than the ledger, or than a row before it, under the same key."""
    reasons = []
    for event_id, raw in row.events.items():
        if event_id in known and known[event_id][1] != _stated(raw):
            reasons.append(Reason(CHANGED, f"{CHANGED}: {raw['type']} {event_id} is recorded with other content"))
        elif batch.get(event_id, raw) != raw:
            reasons.append(Reason(OTHERWISE, f"{OTHERWISE}: {raw['type']}"))
    for event_id in row.absent:
        if event_id in known:
            event_type = known[event_id][0]
            text = f"{CHANGED}: {event_type} {event_id} is recorded, and the row no longer says so"
            reasons.append(Reason(CHANGED, text))
        elif event_id in batch:
            reasons.append(Reason(OTHERWISE, f"{OTHERWISE}: {batch[event_id]['type']}"))
    return reasons
