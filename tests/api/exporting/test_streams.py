"""Residual streams as files: the same rows in every format, in the types of that format."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from api.exporting.residuals import STREAM_COLUMNS, stream_csv_rows, streams, write_stream_parquet, write_stream_xlsx
from projections.asking import Moment
from tests.api.exporting.revenue import something_of_everything
from tests.projections.ledgers import Ledger

READ = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
DAY = date(2025, 6, 1)


def told(ledger: Ledger) -> tuple[Moment, list[dict[str, str]]]:
    """When the streams are read, and what the CSV file says of each."""
    something_of_everything(ledger)
    at = ledger.at(DAY)
    text = b"".join(stream_csv_rows(streams(ledger.store.read, at), at, READ)).decode()
    return at, list(csv.DictReader(io.StringIO(text, newline="")))


def as_text(value: Any) -> str:
    """A cell as CSV has it."""
    if isinstance(value, datetime):
        value = value.date()
    return "" if value is None else str(value)


def test_a_workbook_says_what_the_csv_says(ledger: Ledger, tmp_path: Path) -> None:
    """With dates as dates and numbers as numbers."""
    at, expected = told(ledger)
    path = tmp_path / "streams.xlsx"
    write_stream_xlsx(streams(ledger.store.read, at), at, path, READ)
    (sheet,) = openpyxl.load_workbook(path).worksheets
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == STREAM_COLUMNS
    assert len(rows) == 3
    assert [dict(zip(STREAM_COLUMNS, map(as_text, row), strict=True)) for row in rows] == expected
    (one,) = [row for row in rows if row[2] == "c-1"]
    found = dict(zip(STREAM_COLUMNS, one, strict=True))
    assert (found["holder"], found["split"]) == ("omar", "omar 62.5; jane 37.5")
    assert (found["from"], found["every_months"], found["position"]) == (datetime(2025, 4, 1), 12, at.position)  # noqa: DTZ001


def test_a_full_sheet_goes_on_in_another(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """No row is lost, none twice, and no sheet is empty."""
    at, expected = told(sqlite_ledger)
    path = tmp_path / "streams.xlsx"
    for most, sizes in ((2, [1, 1, 1]), (3, [2, 1]), (4, [3]), (9, [3])):
        write_stream_xlsx(streams(sqlite_ledger.store.read, at), at, path, READ, most_rows=most)
        sheets = openpyxl.load_workbook(path).worksheets
        assert [sheet.title for sheet in sheets] == ["Streams", "Streams 2", "Streams 3"][: len(sizes)]
        rows = [[*sheet.iter_rows(values_only=True)][1:] for sheet in sheets]
        assert [len(one) for one in rows] == sizes
        assert [as_text(row[2]) for one in rows for row in one] == [one["contract"] for one in expected]


def test_a_parquet_file_says_what_the_csv_says(ledger: Ledger, tmp_path: Path) -> None:
    """With dates and numbers."""
    at, expected = told(ledger)
    path = tmp_path / "streams.parquet"
    write_stream_parquet(streams(ledger.store.read, at), at, path, READ)
    found = pq.read_table(path).to_pylist()
    assert [{name: as_text(value) for name, value in row.items()} for row in found] == expected
    (one,) = [row for row in found if row["contract"] == "c-1"]
    assert (one["from"], one["every_months"]) == (date(2025, 4, 1), 12)


def test_no_stream_is_a_file_with_a_head(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """And nothing more."""
    at = sqlite_ledger.at(DAY)
    write_stream_xlsx([], at, tmp_path / "none.xlsx")
    write_stream_parquet([], at, tmp_path / "none.parquet")
    (sheet,) = openpyxl.load_workbook(tmp_path / "none.xlsx").worksheets
    assert [*sheet.iter_rows(values_only=True)] == [STREAM_COLUMNS]
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0
