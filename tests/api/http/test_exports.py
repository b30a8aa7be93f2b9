"""Exports over HTTP: statements and streams as files, whole, named, with the position they were read at."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pyarrow.parquet as pq
import pytest

from api.exporting.rows import StatementRow, all_rows
from api.http.exports import file_name
from ledger.store.errors import LedgerUnavailable
from projections.statements import Statement
from tests.api.http.server import Api
from tests.api.http.test_residuals import closing, reassignment, story

ALL: dict[str, Any] = {"from": "2026-01-01", "until": "2026-12-01"}


def read_csv(text: str) -> list[dict[str, str]]:
    """The records of a CSV file by their columns."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def adjusted(api: Api) -> int:
    """The story with a month closed and adjusted; where the ledger stands."""
    story(api)
    api.record(closing("2026-01"), reassignment("2026-01-16"))
    return api.position()


def test_a_statement_as_csv_says_what_its_json_says(api: Api) -> None:
    """Every line and adjustment once, with amounts as numbers and the position on every record."""
    position = adjusted(api)
    answer = api.get("/v1/statements", **ALL, format="csv")
    told = api.ask("/v1/statements", **ALL)
    rows = read_csv(answer.text)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["ledger-position"] == str(position)
    assert answer.headers["content-disposition"] == 'attachment; filename="statement-2026-01-01-2026-12-01.csv"'
    assert {one["position"] for one in rows} == {str(position)}
    assert [(one["party"], one["amount"], one["period_from"]) for one in rows if one["kind"] == "share"] == [
        (one["party_id"], one["amount"], one["period_from"]) for one in told["lines"]
    ]
    assert [(one["party"], one["amount"], one["caused_by"]) for one in rows if one["kind"] == "adjustment"] == [
        (one["party_id"], one["difference"], " ".join(one["caused_by"])) for one in told["adjustments"]
    ]
    assert [one["amount"] for one in rows if one["kind"] == "adjustment"] == ["-100.00", "100.00"]


def test_a_month_and_streams_as_csv(sqlite_api: Api) -> None:
    """The statement of a month; the residual streams of a party, with their split."""
    position = adjusted(sqlite_api)
    month = sqlite_api.get("/v1/statements/2026-01", format="csv", party_id="jane")
    assert month.headers["content-disposition"].endswith('filename="statement-2026-01-01-2026-02-01-jane.csv"')
    assert [(one["party"], one["closed"]) for one in read_csv(month.text)] == [("jane", "true")]

    streams = sqlite_api.get("/v1/residuals", format="csv", party_id="omar")
    assert streams.headers["ledger-position"] == str(position)
    assert [(one["holder"], one["split"], one["on"]) for one in read_csv(streams.text)] == [
        ("omar", "omar 100", "2026-04-02")
    ]


@pytest.mark.parametrize(
    ("ending", "media_type", "begins"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("parquet", "application/vnd.apache.parquet", b"PAR1"),
    ],
)
def test_files_made_before_they_are_sent(
    api: Api,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
    media_type: str,
    begins: bytes,
) -> None:
    """A workbook and a Parquet file come whole, and nothing of them stays behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    position = adjusted(api)
    answer = api.get("/v1/statements", **ALL, format=ending)
    assert (answer.headers["content-type"], answer.content[: len(begins)]) == (media_type, begins)
    assert answer.headers["ledger-position"] == str(position)
    assert answer.headers["content-disposition"].endswith(f'filename="statement-2026-01-01-2026-12-01.{ending}"')
    if ending == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)["USD"]
        assert [row[11] for row in sheet.iter_rows(values_only=True) if row[0] == "Total"] == [300]
    else:
        assert pq.read_table(io.BytesIO(answer.content)).num_rows == 5
    assert not list(tmp_path.glob("ledger-export-*"))


def test_without_pyarrow_a_parquet_file_is_refused(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = sqlite_api.get("/v1/statements", **ALL, format="parquet")
    assert answer.status_code == 422
    assert "install rights-ledger[parquet]" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("statement", "2026-01-01", 'a"; filename="b'), "statement-2026-01-01-a-filename-b.csv"),
        (("statement", "a\r\nSet-Cookie: x=1"), "statement-a-Set-Cookie-x-1.csv"),
        (("statement", "../../etc/passwd", "Ünïted"), "statement-etc-passwd-n-ted.csv"),
    ],
)
def test_a_file_name_says_nothing_else(parts: tuple[str, ...], name: str) -> None:
    """No quote, no line end, no folder, whatever an account is called."""
    assert file_name(*parts, ending="csv") == name


def test_a_partner_gets_no_files_but_one_of_its_own(sqlite_api: Api) -> None:
    """Its statement as CSV is in tests/api/identity/test_own_revenue.py; there is no way in to the others."""
    adjusted(sqlite_api)
    for ending in ("xlsx", "parquet"):
        headers = sqlite_api.headers("partner", "north")
        answer = sqlite_api.client.get("/v1/statements/2026-01", params={"format": ending}, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/v1/statements", "/v1/residuals"])
def test_a_file_that_cannot_be_had_is_refused(sqlite_api: Api, path: str) -> None:
    """A page of a file, an unknown format, an unknown party: a problem that says which, and no file."""
    adjusted(sqlite_api)
    for asked, parameter in (({"format": "csv", "limit": "5"}, "limit"), ({"format": "pdf"}, "format")):
        answer = sqlite_api.get(path, **asked)
        assert (answer.status_code, [one["parameter"] for one in answer.json()["errors"]]) == (422, [parameter])
    nobody = sqlite_api.get(path, format="csv", party_id="nobody")
    assert (nobody.status_code, nobody.headers["content-type"]) == (404, "application/problem+json")


def test_csv_that_breaks_off_is_not_taken_for_whole(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the database fails after the first bytes are sent, the connection ends before the answer does."""
    adjusted(sqlite_api)

    def failing(statement: Statement) -> Iterator[StatementRow]:
        row = next(all_rows(statement))
        yield from [row] * 2_000
        raise LedgerUnavailable("the ledger", "gone")

    monkeypatch.setattr("api.exporting.statements.all_rows", failing)
    with pytest.raises(httpx.RemoteProtocolError):
        sqlite_api.get("/v1/statements", **ALL, format="csv")
    monkeypatch.undo()
    assert sqlite_api.get("/v1/statements", **ALL, format="csv").status_code == 200
