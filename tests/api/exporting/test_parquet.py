"""Parquet of statements: typed columns, exact money, and where it is from."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.exporting import parquet
from api.exporting.rows import all_rows
from api.exporting.statements import ParquetMissing, write_parquet
from projections.statements import Statement
from tests.api.exporting.revenue import YEAR, something_of_everything
from tests.projections.ledgers import Ledger

INSTANT = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)


def test_a_statement_read_back(ledger: Ledger, tmp_path: Path) -> None:
    """Every row, with exact decimals and dates; the metadata say whose, of when and from where."""
    statement = something_of_everything(ledger, account_id="acme")
    write_parquet(statement, tmp_path / "statement.parquet", INSTANT)
    table = pq.read_table(tmp_path / "statement.parquet")
    rows = table.to_pylist()

    assert [(one["party"], one["contract"], one["event"]) for one in rows] == [
        (one.party, one.contract, one.event) for one in all_rows(statement)
    ]
    assert table.schema.field("amount").type == pa.decimal128(38, 4)
    assert {(one["currency"], one["amount"]) for one in rows if one["kind"] == "share"} == {
        ("USD", Decimal("100.00")),
        ("USD", Decimal("62.50")),
        ("USD", Decimal("37.50")),
        ("JPY", Decimal(5000)),
        ("BHD", Decimal("12.345")),
    }
    assert rows[0]["period_from"] == date(2025, 2, 10)
    assert {name.decode(): value.decode() for name, value in table.schema.metadata.items()} == {
        "from": "2025-01-01",
        "until": "2026-01-01",
        "party": "",
        "account": "acme",
        "position": str(statement.position),
        "read_at": "2026-04-02T09:30:00Z",
        "closed_through": "2025-02",
    }


def test_row_groups(sqlite_ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are written so many at once."""
    monkeypatch.setattr(parquet, "ROW_GROUP", 4)
    statement = something_of_everything(sqlite_ledger)
    write_parquet(statement, tmp_path / "statement.parquet")
    told = pq.ParquetFile(tmp_path / "statement.parquet").metadata
    sizes = [told.row_group(at).num_rows for at in range(told.num_row_groups)]
    assert sizes == [4] * (told.num_rows // 4) + [told.num_rows % 4] * (told.num_rows % 4 > 0)
    assert len(sizes) > 1


def test_without_pyarrow_it_is_said(sqlite_ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install; and no file is begun."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ParquetMissing, match=r"install rights-ledger\[parquet\]"):
        write_parquet(Statement(sqlite_ledger.store.read, *YEAR, 0), tmp_path / "statement.parquet")
    assert not list(tmp_path.glob("*.parquet*"))


def test_a_file_that_fails_half_way_is_not_there(
    sqlite_ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it touch the one that was there."""
    path = tmp_path / "statement.parquet"
    path.write_text("yesterday's")
    statement = something_of_everything(sqlite_ledger)
    monkeypatch.setattr(statement, "items", lambda: iter([("", None)]))
    with pytest.raises(AttributeError):
        write_parquet(statement, path)
    assert [one.name for one in tmp_path.glob("*.parquet*")] == ["statement.parquet"]
    assert path.read_text() == "yesterday's"
