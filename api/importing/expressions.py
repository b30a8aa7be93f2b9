"""Expressions: what a mapping says about a value, made into a function from a row to the value.

A text is a template; a template that is one name in braces gives that value as it is (a whole number stays one).
Lists and tables are lists and objects of expressions; what is absent in them is left out.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from api.importing.export import ExportFile
from api.importing.lookups import Table, no_column
from api.importing.mapping import ExportMapping, Value
from api.importing.problems import Reason, Untakeable
from api.importing.steps import ABSENT, Steps
from api.importing.templates import BUILT_IN, PERIOD, Name, parts

Json = Any

_UNREAD: Any = object()


class Row:
    """A row under reading: its cells, the values read of it so far, and what was found wrong or mapped."""

    __slots__ = ("built_in", "cells", "memo", "reasons", "spellings")

    def __init__(self, cells: list[str], size: int) -> None:
        self.cells = cells
        self.memo: list[Any] = [_UNREAD] * size
        self.built_in: dict[str, str] = {}
        self.reasons: dict[Reason, None] = {}
        self.spellings: dict[tuple[str, str], None] = {}

    def take(self, getter: "Getter") -> Json:
        """The value, or ABSENT with the reason noted if it can't be had."""
        try:
            return getter(self)
        except Untakeable as problem:
            self.reasons[problem.reason] = None
            return ABSENT


Getter = Callable[[Row], Json]


class Scope:
    """The names that the expressions about one file may use: its values first, then its columns."""

    def __init__(
        self, mapping: ExportMapping, file: ExportFile, values: Mapping[str, Value], lookups: dict[str, Table]
    ) -> None:
        self._mapping = mapping
        self._file = file
        self._lookups = lookups
        self._columns = {name: index for index, name in enumerate(file.header)}
        self._values: dict[str, tuple[str, Getter]] = {}
        for index, (name, value) in enumerate(values.items()):
            self._values[name] = self._value(index, value, same=name)

    @property
    def size(self) -> int:
        """How many values a row may have read of it."""
        return len(self._values)

    def text(self, name: str) -> Getter:
        """The text of a value or column, "" where there is none. Raises LookupError for a name that is neither."""
        _, getter = self._named(name)

        def read(row: Row) -> str:
            found = getter(row)
            return "" if found is ABSENT else str(found)

        return read

    def expression(self, expression: Any) -> Getter:
        """The function that an expression says. Raises LookupError for a name that is neither value nor column."""
        if isinstance(expression, str):
            return self._template(expression)
        if isinstance(expression, list):
            return _list([self.expression(one) for one in expression])
        if isinstance(expression, dict):
            return _object({name: self.expression(one) for name, one in expression.items()})
        constant = expression.isoformat() if isinstance(expression, date) else expression
        return lambda _: constant

    def _template(self, template: str) -> Getter:
        found = parts(template)
        if len(found) == 1 and isinstance(found[0], Name):
            return self._named_part(found[0].name, optional=True)
        getters = [self._named_part(one.name) if isinstance(one, Name) else _constant(one) for one in found]
        if not getters:
            return _constant("")
        return lambda row: "".join([str(getter(row)) for getter in getters])

    def _named_part(self, name: str, *, optional: bool = False) -> Getter:
        if name in BUILT_IN or name in PERIOD:
            return lambda row: row.built_in[name]
        if name.startswith("@"):
            return _constant(self._mapping.setting(name[1:]))
        label, getter = self._named(name)

        def present(row: Row) -> Json:
            found = getter(row)
            if found == "" or (found is ABSENT and not optional):
                raise Untakeable(f"no {label}")
            return found

        return present

    def _named(self, name: str) -> tuple[str, Getter]:
        """The column at the root of a name, by which it is called in reasons, and how to read it."""
        if name in self._values:
            return self._values[name]
        index = self._columns.get(name)
        if index is None:
            known = f"; values are: {', '.join(self._values)}" if self._values else ""
            raise LookupError(no_column(self._file, name) + known)
        return name, lambda row: row.cells[index]

    def _value(self, index: int, value: Value, *, same: str) -> tuple[str, Getter]:
        if value.of != same and value.of in self._values:
            label, source = self._values[value.of]
        elif value.of in self._columns:
            label, source = value.of, _cell(self._columns[value.of])
        else:
            raise LookupError(no_column(self._file, value.of))
        steps = Steps(self._mapping, value, label, self._lookups)
        default = value.default or ""

        def read(row: Row) -> Json:
            found = row.memo[index]
            if found is _UNREAD:
                found = row.memo[index] = _gone_through(steps, row, source(row), default)
            if isinstance(found, Untakeable):
                raise found
            return found

        return label, read


def _gone_through(steps: Steps, row: Row, source: Json, default: str) -> Json:
    """The value, or the Untakeable that stands in its place. A spelling that the mapping knows is noted."""
    text = ("" if source is ABSENT else str(source)) or default
    right = steps.spelling(text)
    if right is not None:
        row.spellings[(text, right)] = None
        text = right
    try:
        return steps.go(text)
    except Untakeable as problem:
        return problem


def _cell(index: int) -> Getter:
    return lambda row: row.cells[index]


def _constant(value: Json) -> Getter:
    return lambda _: value


def _list(getters: list[Getter]) -> Getter:
    def read(row: Row) -> Json:
        found = [row.take(getter) for getter in getters]
        return [one for one in found if one is not ABSENT]

    return read


def _object(getters: Mapping[str, Getter]) -> Getter:
    fields = list(getters.items())

    def read(row: Row) -> Json:
        found = {}
        for name, getter in fields:
            value = row.take(getter)
            if value is not ABSENT:
                found[name] = value
        return found

    return read
