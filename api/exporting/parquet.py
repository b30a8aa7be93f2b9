"""Parquet: a statement for data frames, row groups of ten thousand, money as decimals, where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from api.exporting.progress import Progress, told
from api.exporting.rows import AMOUNTS, StatementRow, about, all_rows
from api.exporting.whole import whole_file
from ledger.money import minor_unit
from projections.statements import Statement

ROW_GROUP = 10_000
"""Rows written at once: what of a statement is in memory."""

DIGITS, DECIMALS = 38, 4
"""Wide enough for every amount of every currency."""

DAYS = frozenset({"period_from", "period_until"})


class ParquetMissing(Exception):  # noqa: N818 - says what is missing, as its callers read it
    """Parquet files are written by pyarrow, which is not installed."""

    def __init__(self) -> None:
        super().__init__("Parquet files need pyarrow: install rights-ledger[parquet]")


def pyarrow() -> tuple[Any, Any]:
    """pyarrow, and its part for Parquet. Raises ParquetMissing."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise ParquetMissing from None
    return pa, pq


def write_parquet(
    statement: Statement, path: Path, instant: datetime | None = None, progress: Progress | None = None
) -> None:
    """Writes the statement to a Parquet file, whole or not at all; `instant` is when it was read (default: now).

    The file's metadata say whose statement it is, of which days, as known at which position. Raises ParquetMissing.
    """
    pa, pq = pyarrow()
    schema = _schema(pa).with_metadata(about(statement, instant))
    rows = told(all_rows(statement), progress)
    with whole_file(path) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for group in _groups(rows):
            columns = {name: [_value(row, name) for row in group] for name in schema.names}
            writer.write_table(pa.table(columns, schema=schema), row_group_size=ROW_GROUP)


def _groups(rows: Iterator[StatementRow]) -> Iterator[list[StatementRow]]:
    while group := list(islice(rows, ROW_GROUP)):
        yield group


def _schema(pa: Any) -> Any:
    kinds = {
        **dict.fromkeys(AMOUNTS, pa.decimal128(DIGITS, DECIMALS)),
        **dict.fromkeys(DAYS, pa.date32()),
        "closed": pa.bool_(),
        "caused_by": pa.list_(pa.string()),
    }
    return pa.schema([(one.name, kinds.get(one.name, pa.string())) for one in fields(StatementRow)])


def _value(row: StatementRow, name: str) -> Any:
    value = getattr(row, name)
    if name in AMOUNTS and value is not None:
        return Decimal(value).scaleb(-minor_unit(row.currency))
    return value
