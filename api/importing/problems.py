# ruff: noqa: N818 - the names say what happened, as the store's do
"""What can go wrong with an import: the mapping, the export, or one row of it."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class ImportProblem(Exception):
    """The import can't begin. Nothing was recorded."""


class MappingError(ImportProblem):
    """The mapping file says something that can't be done: which file, at which key, and what is wrong."""

    def __init__(self, file: Path | str, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        lines = [f"{file}: {place}: {message}" if place else f"{file}: {message}" for place, message in self.problems]
        super().__init__("\n".join(lines))


class ExportError(ImportProblem):
    """A file of the export can't be read as the mapping says."""

    def __init__(self, file: Path | str, message: str) -> None:
        super().__init__(f"{file}: {message}")


class Reason(NamedTuple):
    """Why a row can't be taken: the kind, by which rejects are counted, and the words for this row."""

    kind: str
    text: str

    @classmethod
    def plain(cls, text: str) -> "Reason":
        """A reason that says the same for every row."""
        return cls(text, text)


class Untakeable(Exception):
    """A value of a row can't be had."""

    def __init__(self, kind: str, text: str | None = None) -> None:
        super().__init__(text or kind)
        self.reason = Reason(kind, text or kind)
