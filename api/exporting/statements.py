"""Statements as files: CSV record by record, workbooks and Parquet files whole or not at all.

None of them holds more of a statement at once than a page of it, however long the statement is; what the database takes
to put a workbook's lines in order comes on top (projections.statement_walks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from itertools import chain
from typing import Any, BinaryIO

from api.exporting.csv import records, safe
from api.exporting.parquet import ParquetMissing, write_parquet
from api.exporting.progress import Progress, told
from api.exporting.rows import AMOUNTS, StatementRow, all_rows, instant_text
from api.exporting.workbook import write_xlsx
from ledger.money import from_minor
from projections.statements import Statement

__all__ = [
    "COLUMNS",
    "OWN_COLUMNS",
    "ParquetMissing",
    "csv_rows",
    "own_csv_rows",
    "write_csv",
    "write_parquet",
    "write_xlsx",
]

COLUMNS = tuple(one.name for one in fields(StatementRow))
READ_AT = ("position", "read_at")

OWN_COLUMNS = (
    "kind",
    "account",
    "opportunity",
    "contract",
    "period_from",
    "period_until",
    "period",
    "booked_in",
    "party",
    "percent",
    "base",
    "amount",
    "currency",
    "agreement",
    "closed",
    "adjusts",
    "before",
    "after",
)
"""What a party's own statement tells it: events, which others recorded, have no column."""


def csv_rows(
    statement: Statement, instant: datetime | None = None, progress: Progress | None = None
) -> Iterator[bytes]:
    """The statement as CSV, a record at a time, the header first; `instant` is when it was read (default: now).

    Every record ends with the position and the instant, so that rows tell where they are from wherever they are put.
    """
    read_at = (str(statement.position), instant_text(instant))

    def rows() -> Iterator[tuple[str, ...]]:
        yield (*COLUMNS, *READ_AT)
        for row in told(all_rows(statement), progress):
            yield (*(_cell(row, name) for name in COLUMNS), *read_at)

    return records(rows())


def own_csv_rows(rows: Iterable[StatementRow], own_position: int) -> Iterator[bytes]:
    """A party's own rows as CSV, with its own position."""
    read_at = (str(own_position), instant_text(None))
    cells = ((*(_cell(row, name) for name in OWN_COLUMNS), *read_at) for row in rows)
    return records(chain([(*OWN_COLUMNS, *READ_AT)], cells))


def write_csv(
    statement: Statement, out: BinaryIO, instant: datetime | None = None, progress: Progress | None = None
) -> None:
    """Writes the statement as CSV to an open file."""
    out.writelines(csv_rows(statement, instant, progress))


def _cell(row: StatementRow, name: str) -> str:
    value: Any = getattr(row, name)
    if value is None:
        return ""
    if name in AMOUNTS:
        return from_minor(value, row.currency)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return safe(" ".join(value))
    return safe(value)
