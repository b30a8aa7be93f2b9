"""CSV of statements: every item once, money plain, and nothing that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io

import pytest

from api.exporting.csv import records, safe
from api.exporting.statements import COLUMNS, csv_rows, write_csv
from projections.statements import Statement
from tests.api.exporting.revenue import YEAR, something_of_everything
from tests.projections.facts import party
from tests.projections.ledgers import Ledger
from tests.projections.revenue import closing, reassignment


def read(statement: Statement) -> list[dict[str, str]]:
    """The records of a statement by their columns."""
    return list(csv.DictReader(io.StringIO(b"".join(csv_rows(statement)).decode(), newline="")))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "-"]
)
def test_what_may_be_a_formula_is_made_text(text: str) -> None:
    """An apostrophe stands before it, and a reader of RFC 4180 gets just that back."""
    written = b"".join(records([[safe(text), "after"]]))
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [[f"'{text}", "after"]]


@pytest.mark.parametrize("text", ["", "acme", "a=b", "1-2", " =1", "Ünïcode", 'quo"te', "a,b", "two\r\nlines"])
def test_other_text_stays_as_it_is(text: str) -> None:
    """Quoted where it has to be, and never changed."""
    written = b"".join(records([[safe(text), "after"]]))
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [[text, "after"]]


def test_every_kind_of_row(ledger: Ledger) -> None:
    """Shares, adjustments, overlays and the unassigned, each with the decimals of its currency; negative ones plain."""
    rows = read(something_of_everything(ledger))
    april = [one for one in rows if one["period"] == "2025-04"]
    told = [(one["kind"], one["party"], one["percent"], one["base"], one["amount"], one["currency"]) for one in april]
    assert sorted(told) == [
        ("overlay", "mary", "10", "100.00", "10.00", "USD"),
        ("share", "jane", "37.5", "100.00", "37.50", "USD"),
        ("share", "mary", "100", "12.345", "12.345", "BHD"),
        ("share", "mary", "100", "5000", "5000", "JPY"),
        ("share", "omar", "62.5", "100.00", "62.50", "USD"),
    ]
    assert [(one["contract"], one["amount"]) for one in rows if one["kind"] == "unassigned"] == [("c-4", "700")]
    adjusted = [one for one in rows if one["kind"] == "adjustment"]
    assert [(one["party"], one["amount"], one["adjusts"], one["before"], one["after"]) for one in adjusted] == [
        ("jane", "-100.00", "share", "100.00", "0.00"),
        ("omar", "100.00", "share", "0.00", "100.00"),
    ]
    assert {(one["period"], one["booked_in"], one["closed"]) for one in adjusted} == {("2025-02", "2025-03", "false")}
    assert {one["closed"] for one in rows if one["kind"] == "share" and one["period"] == "2025-02"} == {"true"}


def test_a_party_whose_name_may_be_a_formula(sqlite_ledger: Ledger) -> None:
    """Identifiers may begin with + - @: their cells are made text, the amount beside them stays a number."""
    statement = something_of_everything(sqlite_ledger)
    sqlite_ledger.record(party("@SUM"), reassignment("opp-1", "@SUM", "2025-03-20"), closing("2025-03"))
    sqlite_ledger.record(reassignment("opp-1", "@SUM", "2025-03-01"))
    later = Statement(statement.reader, *YEAR, sqlite_ledger.position)
    told = {(one["party"], one["kind"], one["amount"]) for one in read(later) if one["period"] == "2025-03"}
    assert ("'@SUM", "adjustment", "100.00") in told
    assert ("omar", "adjustment", "-100.00") in told


def test_an_empty_statement_has_its_header(sqlite_ledger: Ledger) -> None:
    """And ends its only record as RFC 4180 asks."""
    out = io.BytesIO()
    write_csv(Statement(sqlite_ledger.store.read, *YEAR, 0), out)
    assert out.getvalue().decode() == ",".join([*COLUMNS, "position", "read_at"]) + "\r\n"


def test_progress_is_told(sqlite_ledger: Ledger) -> None:
    """The last number told is that of all rows."""
    heard: list[int] = []
    statement = something_of_everything(sqlite_ledger)
    rows = list(csv_rows(statement, None, heard.append))
    assert heard == [len(rows) - 1]
