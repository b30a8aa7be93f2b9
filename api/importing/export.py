"""Reading a CSV export: one row at a time, each with the line it begins on, whatever is wrong with the others."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from api.importing.mapping import ExportMapping
from api.importing.problems import ExportError, Reason

LARGEST_CELL = 1_000_000
"""Characters; the library's own limit is lower."""


class Line(NamedTuple):
    """A row of a file: the line it begins on, its cells without blanks around them, and what makes it unreadable."""

    number: int
    cells: list[str]
    unreadable: Reason | None = None


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file of the export whose header has been read."""

    path: Path
    header: tuple[str, ...]
    encoding: str
    delimiter: str
    exact: bool = False
    """Whether blanks around cells belong to them."""

    @property
    def name(self) -> str:
        return self.path.name

    def lines(self) -> Iterator[Line]:
        """Every row after the header; blank lines are passed over. Raises ExportError if the file goes away."""
        try:
            with _open(self.path, self.encoding) as text:
                yield from self._read(text)
        except OSError as error:
            raise ExportError(self.path, f"can't be read ({error.strerror})") from error
        except UnicodeError as error:
            raise ExportError(self.path, f"is not text in {self.encoding} ({error})") from error

    def _read(self, text: TextIO) -> Iterator[Line]:
        rows = csv.reader(text, delimiter=self.delimiter, strict=True)
        next(rows)
        while True:
            begins = rows.line_num + 1
            try:
                cells = next(rows, None)
            except csv.Error as error:
                yield Line(begins, [], Reason("the row is not CSV", f"the row is not CSV: {error}"))
                continue
            if cells is None:
                return
            if cells:
                yield self._line(begins, cells if self.exact else [cell.strip() for cell in cells])

    def _line(self, number: int, cells: list[str]) -> Line:
        if len(cells) != len(self.header):
            text = f"the row has {len(cells)} cells, the header {len(self.header)}"
            return Line(number, cells, Reason("the row has more or fewer cells than the header", text))
        for cell in cells:
            if not cell.isascii() and any("\ud800" <= letter <= "\udfff" for letter in cell):
                return Line(number, cells, Reason.plain(f"the row is not text in {self.encoding}"))
        return Line(number, cells)


def open_export(folder: Path, file: str, mapping: ExportMapping) -> ExportFile:
    """The file of the export, its header read. Raises ExportError if it is missing or has no usable header."""
    return open_file(folder / file, mapping.encoding, mapping.delimiter)


def open_file(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",", *, exact: bool = False) -> ExportFile:
    """A file of CSV, its header read. Raises ExportError if it is missing or has no usable header."""
    csv.field_size_limit(LARGEST_CELL)
    try:
        with _open(path, encoding) as text:
            first = next(csv.reader(text, delimiter=delimiter, strict=True), None)
    except FileNotFoundError:
        raise ExportError(path, "there is no such file in the export; the mapping names it") from None
    except OSError as error:
        raise ExportError(path, f"can't be read ({error.strerror})") from error
    except UnicodeError as error:
        raise ExportError(path, f"is not text in {encoding} ({error})") from error
    except csv.Error as error:
        raise ExportError(path, f"the first line is not a header in CSV ({error})") from error
    if not first:
        raise ExportError(path, "is empty; its first line has to name the columns")
    header = tuple(name.strip() for name in first)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise ExportError(path, f"names the column {twice[0]!r} twice")
    return ExportFile(path, header, encoding, delimiter, exact)


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, errors="surrogateescape", newline="")
