"""Importing lists: the CSV files that `ledger export` writes, as they were written or changed since.

What is new is recorded, of what is there already only what differs. A line that can't be taken goes to the rejects
file, and the others are recorded. Importing a file again records nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from api.importing.crm import BATCH_SIZE, TOLD_EVERY, Progress, Stage, Step
from api.importing.differences import (
    Context,
    Said,
    account_events,
    contact_events,
    merger_events,
    opportunity_events,
    party_events,
)
from api.importing.drafting import Drafted, RawEvent, Rejected
from api.importing.export import ExportFile, Line, open_file
from api.importing.lead_differences import conversion_events, lead_events
from api.importing.loading import Loader, settling
from api.importing.lookups import depth
from api.importing.problems import ExportError, Reason, Untakeable
from api.importing.rejects import Rejects
from api.importing.sorting import Keyed, in_order
from api.importing.summary import FileCount, Summary
from api.list_files import COLUMNS, FILES, READ_AT, FileColumn, FileName, read_cell
from ledger.store.reading import Reader
from projections.asking import Moment
from projections.list_details import details_of, in_chunks
from projections.recording import Recorder

NAME = "csv"
"""What the import is called: in its summary, and as the actor of what it records."""

KEYS: Mapping[FileName, tuple[str, ...]] = {
    "parties": ("party_id",),
    "accounts": ("account_id",),
    "contacts": ("account_id", "party_id"),
    "leads": ("lead_id",),
    "opportunities": ("opportunity_id",),
}
ABOVE: Mapping[FileName, str] = {"parties": "member_of", "accounts": "parent_account_id"}
"""The column that names the line after which a line has to come."""

POSITION = FileColumn("position", "number")


@dataclass(frozen=True, slots=True)
class _Read:
    """A line of a file, and what it says."""

    line: Line
    said: Said
    position: int | None


class ListImport:
    """An import that can begin: the files are there, and their columns are known. Raises ExportError if not."""

    def __init__(self, folder: Path, *, on: date, attested_by: str | None = None) -> None:
        self._on, self._attested_by = on, attested_by
        there = [of for of in FILES if (folder / f"{of}.csv").exists()]
        if not there:
            raise ExportError(folder, f"has none of {', '.join(f'{of}.csv' for of in FILES)}")
        self._files = {of: _opened(folder, of) for of in there}

    def run(
        self,
        reader: Reader,
        recorder: Recorder,
        rejects_file: Path,
        *,
        batch_size: int = BATCH_SIZE,
        progress: Progress = lambda _: None,
    ) -> Summary:
        """Records what the files say and the ledger doesn't.

        Raises ExportError, and StoreError when the ledger fails; what was recorded by then stays.
        """
        if rejects_file.resolve() in {file.path.resolve() for file in self._files.values()}:
            raise ExportError(rejects_file, "is read by the import; name another file for the rejects with --rejects")
        summary = Summary(NAME, position=reader.head().position)
        began = time.monotonic()
        runs: list[_FileRun] = []
        with settling(), Rejects(rejects_file, [*self._files.values()]) as rejects:
            for of, file in self._files.items():
                context = Context(self._on, file.name, self._attested_by, set())
                run = _FileRun(of, file, context, reader, rejects, summary, progress)
                runs.append(run)
                run.load(_loader(reader, recorder, summary, run, run.count, batch_size))
            for run in runs:
                run.load_late(_loader(reader, recorder, summary, run, FileCount(run.count.file), batch_size))
        summary.seconds = time.monotonic() - began
        return summary


class _FileRun:
    """One file on its way into the ledger."""

    def __init__(
        self,
        of: FileName,
        file: ExportFile,
        context: Context,
        reader: Reader,
        rejects: Rejects,
        summary: Summary,
        progress: Progress,
    ) -> None:
        self.count = FileCount(file.name)
        self._late: list[Drafted] = []
        self._of, self._file, self._context = of, file, context
        self._reader, self._rejects, self._summary, self._progress = reader, rejects, summary, progress
        summary.files.append(self.count)

    def load(self, loader: Loader) -> None:
        """Records the lines of the file, those first that others name."""
        done = 0
        for chunk in in_chunks(self._ordered()):
            self._tell("recording", done)
            done += len(chunk)
            for one, now, party in self._with_what_stands(chunk):
                self._add(one, now, party, loader)
        loader.flush()
        self._tell("recording", done)

    def load_late(self, loader: Loader) -> None:
        """Records what had to wait for other lines."""
        for drafted in self._late:
            loader.add(drafted)
        loader.flush()

    def reject(self, row: Drafted | Rejected, reasons: Sequence[Reason]) -> None:
        """Puts a line aside."""
        self._rejects.add(self._file, row.line, row.cells, reasons)
        self._summary.reject(self.count, reasons)

    def _add(self, one: _Read, now: Said | None, party: Said | None, loader: Loader) -> None:
        try:
            events = list(self._events(one, now, party))
            if events:
                _check_fresh(one, now, self._summary.position)
            afterwards = list(self._late_events(one, now))
        except Untakeable as problem:
            self.reject(Rejected(one.line.number, one.line.cells, ()), (problem.reason,))
            return
        loader.add(_drafted(one.line, events))
        if afterwards:
            self._late.append(_drafted(one.line, afterwards))
        if isinstance(self._context.registered, set):
            self._context.registered.update(
                event["data"]["party_id"] for event in events if event["type"] == "party_registered"
            )

    def _events(self, one: _Read, now: Said | None, party: Said | None) -> Iterator[RawEvent]:
        if self._of == "parties":
            return party_events(one.said, now, self._context)
        if self._of == "accounts":
            return account_events(one.said, now, self._context)
        if self._of == "contacts":
            return contact_events(one.said, now, party, self._context)
        if self._of == "leads":
            return lead_events(one.said, now, self._context)
        return opportunity_events(one.said, now, self._context)

    def _late_events(self, one: _Read, now: Said | None) -> Iterator[RawEvent]:
        """What can be recorded only once other lines are: mergers of accounts, conversions of leads."""
        if self._of == "accounts":
            return merger_events(one.said, now, self._context)
        return conversion_events(one.said, now, self._context) if self._of == "leads" else iter(())

    def _with_what_stands(self, chunk: Sequence[_Read]) -> Iterator[tuple[_Read, Said | None, Said | None]]:
        """The lines, each with what the ledger says of the same now; of contacts also what it says of the party."""
        at = Moment(self._context.on, self._reader.head().position)
        keys = [_key(self._of, one.said) for one in chunk]
        now = {_key(self._of, one): one for one in details_of(self._reader, self._of, keys, at)}
        named = [(key[1],) for key in keys] if self._of == "contacts" else []
        parties = {one["party_id"]: one for one in details_of(self._reader, "parties", named, at)} if named else {}
        for one, key in zip(chunk, keys, strict=True):
            yield one, now.get(key), parties.get(key[-1])

    def _ordered(self) -> Iterator[_Read]:
        above = _above(self._of, self._file)
        for packed in in_order(self._takeable(above)):
            number, cells = orjson.loads(packed)
            yield _read(self._of, self._file, Line(number, cells))

    def _takeable(self, above: Mapping[str, str]) -> Iterator[Keyed]:
        """The lines that can be read, each with the text by which they are put in order; the others are rejected."""
        seen: set[tuple[str, ...]] = set()
        for line in self._file.lines():
            self.count.rows += 1
            if self.count.rows % TOLD_EVERY == 0:
                self._tell("reading", self.count.rows)
            try:
                key = _key(self._of, _readable(self._of, self._file, line).said)
                _check_once(key, seen)
                place = depth(key[0], above) if self._of in ABOVE else 0
            except Untakeable as problem:
                self.reject(Rejected(line.number, line.cells, ()), (problem.reason,))
                continue
            seen.add(key)
            yield Keyed(f"{place:09}", line.number, orjson.dumps([line.number, line.cells]))

    def _tell(self, stage: Stage, done: int) -> None:
        total = self.count.rows - self.count.rejected if stage == "recording" else None
        self._progress(Step(self.count.file, stage, done, total, self._summary.recorded))


def _loader(
    reader: Reader, recorder: Recorder, summary: Summary, run: _FileRun, count: FileCount, batch_size: int
) -> Loader:
    return Loader(reader, recorder, count, summary, run.reject, actor=f"import:{NAME}", batch_size=batch_size)


def _opened(folder: Path, of: FileName) -> ExportFile:
    """The file of a list. Raises ExportError if it has a column that the list doesn't have, or lacks its ids."""
    file = open_file(folder / f"{of}.csv", exact=True)
    names = [*(column.name for column in COLUMNS[of]), *READ_AT]
    for name in file.header:
        if name not in names:
            raise ExportError(file.path, f"has a column {name!r}; {of} have {', '.join(names)}")
    for name in KEYS[of]:
        if name not in file.header:
            raise ExportError(file.path, f"has no column {name!r}, which tells its lines apart")
    return file


def _readable(of: FileName, file: ExportFile, line: Line) -> _Read:
    """What a line says. Raises Untakeable for one that can't be read, or names nothing."""
    if line.unreadable is not None:
        raise Untakeable(line.unreadable.kind, line.unreadable.text)
    read = _read(of, file, line)
    for name in KEYS[of]:
        if read.said[name] is None:
            raise Untakeable(f"no {name}")
    return read


def _read(of: FileName, file: ExportFile, line: Line) -> _Read:
    cells = dict(zip(file.header, line.cells, strict=True))
    said = {column.name: _value(column, cells[column.name]) for column in COLUMNS[of] if column.name in cells}
    position = _value(POSITION, cells["position"]) if "position" in cells else None
    return _Read(line, said, position)


def _value(column: FileColumn, cell: str) -> Any:
    try:
        return read_cell(cell, column.kind)
    except ValueError as error:
        raise Untakeable(f"{column.name} {error}", f"{column.name} {cell!r} {error}") from None


def _key(of: FileName, said: Said) -> tuple[str, ...]:
    return tuple(str(said[name]) for name in KEYS[of])


def _check_once(key: tuple[str, ...], seen: set[tuple[str, ...]]) -> None:
    if key in seen:
        raise Untakeable("another line is about the same", f"another line is about {' '.join(key)} too")


def _above(of: FileName, file: ExportFile) -> Mapping[str, str]:
    """Which line has to come after which other, by their ids."""
    column = ABOVE.get(of)
    if column is None or column not in file.header:
        return {}
    key_at, above_at = file.header.index(KEYS[of][0]), file.header.index(column)
    return {
        line.cells[key_at]: line.cells[above_at]
        for line in file.lines()
        if line.unreadable is None and line.cells[above_at]
    }


def _check_fresh(one: _Read, now: Said | None, head: int) -> None:
    """Raises Untakeable where the ledger learnt more of it since the line was read."""
    if now is not None and one.position is not None and one.position <= head and now["position"] > one.position:
        kind = "it changed in the ledger since the file was written"
        raise Untakeable(kind, f"{kind}: at position {now['position']}, after {one.position}; export it again")


def _drafted(line: Line, events: Iterable[RawEvent]) -> Drafted:
    return Drafted(line.number, line.cells, {event["event_id"]: event for event in events}, ())
