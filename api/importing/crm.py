"""Importing a CRM's CSV export: file after file as the mapping names them, each checked whole before it is recorded.

Memory is bounded: files are read row by row, put in order by way of the disk, and recorded in batches. Only what
lookups ask for, and who stands above whom in a file with parents, is held.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.importing.checking import problems_of
from api.importing.drafting import Drafted, Drafter, Rejected
from api.importing.export import ExportFile, Line, open_export
from api.importing.loading import Loader, settling
from api.importing.lookups import Table, depth, parents, read_lookups
from api.importing.mapping import ExportMapping, FileRecipe, read_mapping
from api.importing.problems import ExportError, MappingError, Reason, Untakeable
from api.importing.rejects import Rejects
from api.importing.sorting import Keyed, in_order
from api.importing.summary import FileCount, Summary
from ledger.store.reading import Reader
from projections.recording import Recorder

BATCH_SIZE = 4_000
"""Events recorded at a time."""

TOLD_EVERY = 100
"""Rows between two words on how far the import is."""


Stage = Literal["reading", "recording"]


@dataclass(frozen=True, slots=True)
class Step:
    """How far the import is: rows of the file read or recorded, of how many (None while unknown), events so far."""

    file: str
    stage: Stage
    done: int
    total: int | None
    events: int


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A file whose header and recipe fit each other."""

    file: ExportFile
    recipe: FileRecipe
    drafter: Drafter
    above: Mapping[str, str]

    def order(self, line: Line) -> str:
        """The text by which the rows of the file are put in order. Raises Untakeable."""
        if self.recipe.parent is None:
            return self.drafter.order(line)
        return f"{depth(line.cells[self.file.header.index(self.recipe.key[0])], self.above):09}"


class CrmImport:
    """An import that can begin: mapping and headers are read and fit each other. Raises ImportProblem if they don't."""

    def __init__(self, mapping_file: Path, folder: Path) -> None:
        self.mapping = _checked(mapping_file)
        self._mapping_file, self._folder = mapping_file, folder
        lookups = read_lookups(folder, self.mapping, mapping_file)
        self._files = [
            _prepared(mapping_file, folder, self.mapping, recipe, lookups=lookups) for recipe in self.mapping.files
        ]

    def run(
        self,
        reader: Reader,
        recorder: Recorder,
        rejects_file: Path,
        *,
        batch_size: int = BATCH_SIZE,
        progress: Progress = lambda _: None,
    ) -> Summary:
        """Records what the export holds and the ledger doesn't; rows that can't be taken go to the rejects file.

        Raises ExportError, and StoreError when the ledger fails; what was recorded by then stays, and running the
        import again goes on from there.
        """
        self._check_rejects(rejects_file)
        summary = Summary(self.mapping.name, position=reader.head().position)
        began = time.monotonic()
        with settling(), Rejects(rejects_file, [prepared.file for prepared in self._files]) as rejects:
            for prepared in self._files:
                run = _FileRun(prepared, rejects, summary, progress)
                actor = f"import:{self.mapping.name}"
                run.load(Loader(reader, recorder, run.count, summary, run.reject, actor=actor, batch_size=batch_size))
        summary.seconds = time.monotonic() - began
        return summary

    def _check_rejects(self, rejects_file: Path) -> None:
        """Refuses to write the rejects over what is being read."""
        read = [self._mapping_file, *(self._folder / lookup.file for lookup in self.mapping.lookups.values())]
        read += [prepared.file.path for prepared in self._files]
        if rejects_file.resolve() in {path.resolve() for path in read}:
            raise ExportError(rejects_file, "is read by the import; name another file for the rejects with --rejects")


class _FileRun:
    """One file on its way into the ledger: first every row is checked and put in order, then they are recorded."""

    def __init__(self, prepared: _Prepared, rejects: Rejects, summary: Summary, progress: Progress) -> None:
        self.count = FileCount(prepared.file.name)
        self._prepared = prepared
        self._rejects = rejects
        self._summary = summary
        self._progress = progress
        summary.files.append(self.count)

    def load(self, loader: Loader) -> None:
        """Records the rows of the file in their order."""
        for done, packed in enumerate(in_order(self._takeable())):
            if done % TOLD_EVERY == 0:
                self._tell("recording", done)
            loader.add(Drafted.unpacked(packed))
        loader.flush()
        self._tell("recording", self.count.rows - self.count.rejected)

    def reject(self, row: Drafted | Rejected, reasons: Sequence[Reason]) -> None:
        """Puts a row aside."""
        self._rejects.add(self._prepared.file, row.line, row.cells, reasons)
        self._summary.reject(self.count, reasons)

    def _takeable(self) -> Iterator[Keyed]:
        """The rows that make good events, each with the text by which it is put in order; the others are rejected."""
        for line in filter(self._prepared.drafter.concerns, self._prepared.file.lines()):
            self.count.rows += 1
            if self.count.rows % TOLD_EVERY == 0:
                self._tell("reading", self.count.rows)
            drafted = self._prepared.drafter.draft(line)
            self._summary.variants.update(drafted.spellings)
            if isinstance(drafted, Rejected):
                self.reject(drafted, drafted.reasons)
                continue
            try:
                key = self._prepared.order(line)
            except Untakeable as problem:
                self.reject(drafted, (problem.reason,))
                continue
            yield Keyed(key, line.number, drafted.packed())

    def _tell(self, stage: Stage, done: int) -> None:
        total = self.count.rows - self.count.rejected if stage == "recording" else None
        self._progress(Step(self.count.file, stage, done, total, self._summary.recorded))


def _checked(mapping_file: Path) -> ExportMapping:
    mapping = read_mapping(mapping_file)
    if problems := list(problems_of(mapping)):
        raise MappingError(mapping_file, problems)
    return mapping


def _prepared(
    mapping_file: Path, folder: Path, mapping: ExportMapping, recipe: FileRecipe, lookups: dict[str, Table]
) -> _Prepared:
    file = open_export(folder, recipe.file, mapping)
    drafter = Drafter(mapping, recipe, file, lookups, mapping_file)
    return _Prepared(file, recipe, drafter, parents(file, recipe) if recipe.parent else {})
