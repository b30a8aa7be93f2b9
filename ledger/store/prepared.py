"""SQL that is built once and run many times: a prepared look-up costs what the driver costs, and nothing per request.

`HOLDERS = Prepared(select(rights.c.holder).where(rights.c.account_id == bindparam("account_id")))` stands in a module;
`store.read.rows(HOLDERS, {"account_id": "acme"})` asks it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import orjson
from sqlalchemy import ARRAY, BindParameter, ColumnElement, Dialect, Executable, Text, TypeDecorator
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import CompilerElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import Boolean, TypeEngine

Row = tuple[Any, ...]
Values = Mapping[str, Any]
Converter = Callable[[Any], Any]

NOTHING: Values = {}


class KeyList(TypeDecorator[Sequence[str]]):
    """A list of identifiers as one bound value: an array on PostgreSQL, a JSON array on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Text()))

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return orjson.dumps(list(value)).decode()


class OneOf(ColumnElement[bool]):
    """Whether `column` is among the identifiers bound as `name`. SQLAlchemy's own `in_` would be built anew per run."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.bound: BindParameter[Any] = BindParameter(name, type_=KeyList(), required=True)

    def self_group(self, against: OperatorType | None = None) -> "OneOf":  # noqa: ARG002 - SQLAlchemy's signature
        """Itself: SQLAlchemy would compare it with 1 on SQLite, which then finds no index for it."""
        return self


@compiles(OneOf, "sqlite")
def _one_of_json(element: OneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, bound = compiler.process(element.column, **options), compiler.process(element.bound, **options)
    return f"{column} IN (SELECT value FROM json_each({bound}))"  # noqa: S608 - both come from SQLAlchemy


@compiles(OneOf, "postgresql")
def _one_of_array(element: OneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, bound = compiler.process(element.column, **options), compiler.process(element.bound, **options)
    return f"{column} = ANY({bound})"


class _Form(NamedTuple):
    """A statement in one database's dialect, with what turns our values into the driver's and back."""

    sql: str
    names: tuple[str, ...] | None
    """The values in the order of their places; None where the driver takes them by name."""
    defaults: dict[str, Any]
    writers: tuple[tuple[str, Converter], ...]
    readers: tuple[tuple[int, Converter], ...]

    def arguments(self, values: Values) -> Sequence[Any] | Values:
        if self.defaults or self.writers:
            ready = {**self.defaults, **values}
            for name, write in self.writers:
                ready[name] = write(ready[name])
            values = ready
        if self.names is None:
            return values
        return [values[name] for name in self.names]

    def convert(self, row: Row) -> Row:
        cells = list(row)
        for place, read in self.readers:
            cells[place] = read(cells[place])
        return tuple(cells)


class Prepared:
    """A SQLAlchemy Core statement, compiled at its first use on a dialect and then kept.

    Values are bound by `bindparam` name, and go through the types of their columns both ways, as in Core itself.
    For lists use `OneOf`; `in_` with a list is refused. `postgresql` is how to ask PostgreSQL where the plain way would
    be slow. May be shared by threads.
    """

    __slots__ = ("_forms", "_statements")

    def __init__(self, statement: Executable, *, postgresql: Executable | None = None) -> None:
        self._statements = {"sqlite": statement, "postgresql": statement if postgresql is None else postgresql}
        self._forms: dict[str, _Form] = {}

    def rows(self, cursor: DBAPICursor, dialect: Dialect, values: Values = NOTHING) -> list[Row]:
        """All rows that the statement answers, as tuples. To leave out a bound value is an error."""
        form = self._form(dialect)
        cursor.execute(form.sql, form.arguments(values))
        found: list[Row] = list(cursor.fetchall())
        return [form.convert(row) for row in found] if form.readers else found

    def run(self, cursor: DBAPICursor, dialect: Dialect, values: Values = NOTHING) -> int:
        """Runs a statement that answers no rows; the number of rows it touched."""
        form = self._form(dialect)
        cursor.execute(form.sql, form.arguments(values))
        return cursor.rowcount

    def run_many(self, cursor: DBAPICursor, dialect: Dialect, rows: Iterable[Values]) -> None:
        """Runs the statement once for each of the rows, in one call of the driver."""
        form = self._form(dialect)
        arguments: list[Any] = [form.arguments(row) for row in rows]
        if arguments:
            cursor.executemany(form.sql, arguments)

    def sql(self, dialect: Dialect) -> str:
        """The statement as it is sent, to explain it or to look at it."""
        return self._form(dialect).sql

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _form_of(self._statements[dialect.name], dialect)
        return form


def _form_of(statement: Executable, dialect: Dialect) -> _Form:
    compiled = cast("CompilerElement", statement).compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("only questions and changes of rows can be prepared")
    if compiled.post_compile_params:
        raise ValueError("a prepared statement can't hold a list that grows: use OneOf instead of in_")
    bound = {name: parameter for parameter, name in compiled.bind_names.items()}
    writers = [(name, each.type.dialect_impl(dialect).bind_processor(dialect)) for name, each in bound.items()]
    return _Form(
        sql=str(compiled),
        names=tuple(compiled.positiontup or ()) if compiled.positional else None,
        defaults={name: each.value for name, each in bound.items() if not each.required},
        writers=tuple((name, write) for name, write in writers if write is not None),
        readers=_readers(statement, dialect),
    )


def _readers(statement: Executable, dialect: Dialect) -> tuple[tuple[int, Converter], ...]:
    columns = getattr(statement, "exported_columns", ())
    processors = [
        (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for place, column in enumerate(columns)
    ]
    return tuple((place, read) for place, read in processors if read is not None)
