"""The rejects file: every row that could not be taken, with its file, line and reason, for a spreadsheet to open."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from api.importing.export import ExportFile
from api.importing.problems import ExportError, Reason

LEADING = ("file", "line", "reason")
EXTRA = "further cells"


class Rejects:
    """Writes rejected rows as they come. The columns of all files stand side by side; a row fills those of its file."""

    def __init__(self, path: Path, files: Sequence[ExportFile]) -> None:
        self.path = path
        self.count = 0
        self._columns = list(dict.fromkeys(name for file in files for name in file.header))
        encodings = {file.encoding for file in files}
        encoding = encodings.pop() if len(encodings) == 1 else "utf-8"
        try:
            self._file = path.open("w", encoding=encoding, errors="surrogateescape", newline="")
        except OSError as error:
            raise ExportError(path, f"can't be written ({error.strerror}); name another file with --rejects") from error
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow([*LEADING, *(_apart(name) for name in self._columns), EXTRA])

    def add(self, file: ExportFile, line: int, cells: Sequence[str], reasons: Sequence[Reason]) -> None:
        """Writes one row; several reasons are joined by semicolons."""
        own = dict(zip(file.header, cells, strict=False))
        extra = " ".join(cells[len(file.header) :])
        told = "; ".join(reason.text for reason in reasons)
        self._rows.writerow([file.name, line, told, *(own.get(name, "") for name in self._columns), extra])
        self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


def _apart(name: str) -> str:
    """A column of the export that is called like one of ours gets a mark, so that every column has its own name."""
    return f"{name} (export)" if name in (*LEADING, EXTRA) else name
