"""Lookups: files of the export that are held in memory, found by key, with only the columns that are asked for."""

from collections.abc import Mapping
from pathlib import Path

from api.importing.export import ExportFile, open_export
from api.importing.mapping import ExportMapping, FileRecipe, Value
from api.importing.problems import MappingError, Untakeable

AMBIGUOUS: tuple[str, ...] = ("…",)
"""Stands for the cells of a key that several rows claim with different cells."""


class Table:
    """The rows of one lookup by the text in their key column."""

    def __init__(self, file: ExportFile, key: str, columns: tuple[str, ...]) -> None:
        self.file_name = file.name
        self._columns = {name: index for index, name in enumerate(columns)}
        self._rows: dict[str, tuple[str, ...]] = {}
        key_at, taken = file.header.index(key), [file.header.index(column) for column in columns]
        for line in file.lines():
            if line.unreadable is None and line.cells[key_at]:
                cells = tuple(line.cells[index] for index in taken)
                if self._rows.setdefault(line.cells[key_at], cells) != cells:
                    self._rows[line.cells[key_at]] = AMBIGUOUS

    def check(self, text: str, label: str) -> None:
        """Raises Untakeable for a text that is no key here."""
        if text not in self._rows:
            raise Untakeable(f"{label} is not in {self.file_name}", f"{label} {text!r} is not in {self.file_name}")

    def take(self, text: str, column: str, label: str) -> str:
        """The cell of a column in the row with this key. Raises Untakeable if no row, or several rows, have the key."""
        self.check(text, label)
        cells = self._rows[text]
        if cells is AMBIGUOUS:
            kind = f"{label} stands in {self.file_name} more than once"
            raise Untakeable(kind, f"{label} {text!r} stands in {self.file_name} more than once, each time differently")
        return cells[self._columns[column]]


def read_lookups(folder: Path, mapping: ExportMapping, mapping_file: Path) -> dict[str, Table]:
    """All lookups of a mapping. Raises ExportError for a file, MappingError for a column that is not there."""
    tables = {}
    for name, lookup in mapping.lookups.items():
        file = open_export(folder, lookup.file, mapping)
        wanted = {lookup.key: f"lookups.{name}.key"}
        wanted.update({value.take: place for place, value in _asking(mapping, name) if value.take})
        for column, place in wanted.items():
            if column not in file.header:
                raise MappingError(mapping_file, [(place, no_column(file, column))])
        tables[name] = Table(file, lookup.key, tuple(wanted))
    return tables


def no_column(file: ExportFile, column: str) -> str:
    """What to say of a column that a file doesn't have."""
    return f"{file.name} has no column {column!r}; it has: {', '.join(file.header)}"


def _asking(mapping: ExportMapping, name: str) -> list[tuple[str, Value]]:
    return [
        (f"files[{recipe.file}].values.{value_name}.take", value)
        for recipe in mapping.files
        for value_name, value in recipe.values.items()
        if value.lookup == name
    ]


def parents(file: ExportFile, recipe: FileRecipe) -> Mapping[str, str]:
    """Which key of the file stands below which other key, for those that do."""
    key_at, parent_at = file.header.index(recipe.key[0]), file.header.index(recipe.parent or "")
    return {
        line.cells[key_at]: line.cells[parent_at]
        for line in file.lines()
        if line.unreadable is None and line.cells[parent_at]
    }


def depth(key: str, above: Mapping[str, str]) -> int:
    """How many stand above a key. Raises Untakeable if they go in a circle."""
    steps, at = 0, key
    while at in above:
        at = above[at]
        steps += 1
        if at == key or steps > len(above):
            raise Untakeable("the rows above go in a circle", f"the rows above {key!r} go in a circle")
    return steps
