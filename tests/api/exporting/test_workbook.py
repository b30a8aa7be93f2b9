"""Workbooks of statements, read back: blocks, sums that count nothing twice, formats, and no formula but ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from api.exporting import workbook
from api.exporting.statements import write_xlsx
from projections.statements import Statement
from tests.api.exporting.revenue import YEAR, something_of_everything
from tests.projections.ledgers import Ledger

AMOUNT = 11


def sheets(path: Path, *, values: bool = False) -> dict[str, Worksheet]:
    """The sheets by their names, with formulas or with what they come to."""
    book = openpyxl.load_workbook(path, data_only=values)
    return {sheet.title: sheet for sheet in book.worksheets}


def sums(sheet: Worksheet) -> list[tuple[str, Any]]:
    """The first cell and the amount of each row that is a sum, a heading or the header."""
    rows = list(sheet.iter_rows(values_only=True))
    return [(str(row[0]), row[AMOUNT]) for row in rows if row[2] is None]


def subtotal(sheet: Worksheet, formula: str) -> float:
    """What a spreadsheet makes of one of our sums on a sheet: SUBTOTAL leaves out cells that are SUBTOTALs."""
    found = re.match(r"=SUBTOTAL\(9,L(\d+):L(\d+)\)", formula)
    assert found, formula
    cells = [sheet.cell(row, AMOUNT + 1).value for row in range(int(found[1]), int(found[2]) + 1)]
    return sum(cell for cell in cells if isinstance(cell, int | float))


def test_a_sheet_for_each_currency(ledger: Ledger, tmp_path: Path) -> None:
    """With blocks and sums: the total is what parties are owed, and neither overlays nor the unassigned are in it."""
    path = tmp_path / "statement.xlsx"
    statement = something_of_everything(ledger)
    write_xlsx(statement, path)
    told = sheets(path, values=True)
    assert list(told) == ["About", "BHD", "JPY", "USD"]
    assert sums(told["USD"]) == [
        ("Lines", None),
        ("Contract c-1", 300),
        ("Opportunity opp-1", 300),
        ("Adjustments of closed months", None),
        ("Sum of this block", 0),
        ("Total", 300),
        ("Overlay credits, beside the split: never paid from the base; not in the total", None),
        ("Sum of this block", 10),
    ]
    assert sums(told["JPY"])[-3:] == [
        ("Total", 15_000),
        ("Unassigned: no one is entitled to these; not in the total", None),
        ("Sum of this block", 700),
    ]
    owed = sum(amount for _, currency, amount in statement.totals().owed() if currency == "BHD")
    assert sums(told["BHD"])[-1] == ("Total", owed / 1000)
    for name, form in (("USD", "#,##0.00"), ("JPY", "#,##0"), ("BHD", "#,##0.000")):
        assert told[name].cell(3, AMOUNT + 1).number_format == form
        assert told[name].freeze_panes == "A2"


def test_formulas_come_to_what_is_shown(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """Each sum, reckoned from its range as a spreadsheet does, is the value that stands in the file."""
    path = tmp_path / "statement.xlsx"
    write_xlsx(something_of_everything(sqlite_ledger), path)
    formulas, values = sheets(path), sheets(path, values=True)
    checked = 0
    for name, sheet in formulas.items():
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.column == AMOUNT + 1
                    assert subtotal(sheet, str(cell.value)) == pytest.approx(values[name][cell.coordinate].value)
                    checked += 1
    assert checked == 12


def test_what_looks_like_a_formula_stays_text(sqlite_ledger: Ledger, tmp_path: Path, monkeypatch: Any) -> None:
    """Whatever a name says: no cell that is not ours is a formula or a link."""
    statement = something_of_everything(sqlite_ledger)
    hostile = '=HYPERLINK("http://x")'
    monkeypatch.setattr(workbook, "about", lambda *_: {"from": hostile, "until": "http://x", "party": "{=1+1}"})
    path = tmp_path / "statement.xlsx"
    write_xlsx(statement, path)
    about = sheets(path)["About"]
    assert [(about.cell(row, 2).value, about.cell(row, 2).data_type) for row in (3, 4, 5)] == [
        (hostile, "s"),
        ("http://x", "s"),
        ("{=1+1}", "s"),
    ]
    assert about.cell(4, 2).hyperlink is None


def test_a_full_sheet_goes_on_in_another(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """What the full sheets come to is carried over: the last total is that of all."""
    path = tmp_path / "statement.xlsx"
    write_xlsx(something_of_everything(sqlite_ledger), path, most_rows=16)
    formulas, values = sheets(path), sheets(path, values=True)
    names = [name for name in formulas if name.startswith("USD")]
    assert names[:2] == ["USD", "USD 2"]
    assert len(names) > 2
    assert all(sheet.max_row <= 16 for sheet in formulas.values())
    carried = [value for name in names for said, value in sums(values[name]) if said == "Carried over"]
    (total,) = [value for name in names for said, value in sums(values[name]) if said == "Total"]
    (formula,) = [value for name in names for said, value in sums(formulas[name]) if said == "Total"]
    assert total == 300
    assert str(formula).count("'USD") == len(carried)
    lines = [row[AMOUNT] for name in names for row in values[name].iter_rows(values_only=True) if row[0] == "share"]
    assert sum(lines) == 300
    assert len(lines) == 4


def test_a_place_that_is_not_there_is_an_error_of_the_system(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """As for any other file: who asked for it can say where it should have gone."""
    with pytest.raises(FileNotFoundError):
        write_xlsx(Statement(sqlite_ledger.store.read, *YEAR, 0), tmp_path / "nowhere" / "statement.xlsx")


def test_an_empty_statement_tells_about_itself(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """One sheet: of which days, from which position."""
    path = tmp_path / "statement.xlsx"
    write_xlsx(Statement(sqlite_ledger.store.read, *YEAR, 0), path)
    about = sheets(path)["About"]
    told = {row[0]: row[1] for row in about.iter_rows(min_row=3, values_only=True)}
    assert (told["From"], told["Position"], told["Party"], told["Closed through"]) == (
        "2025-01-01",
        "0",
        "All",
        "Nothing closed",
    )
