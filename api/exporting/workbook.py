"""Workbooks: a statement for people who reckon in Excel, one sheet per currency, every sum a formula.

On a sheet the lines stand by opportunity and contract, each with its subtotal, then the adjustments, then the total of
both. What is unassigned and what is credited beside the split stand below it, in blocks that it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from api.exporting.progress import Progress, told
from api.exporting.rows import StatementRow, about, all_adjustments, rows_of
from api.exporting.sheets import MOST_ROWS, CurrencySheets, Styles
from api.exporting.whole import whole_file
from projections.statement_walks import grouped
from projections.statements import Statement

OPTIONS = {
    "constant_memory": True,  # a row is on disk once the next one begins
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
TOLD = {
    "from": "From",
    "until": "Until (the day after the last one)",
    "party": "Party",
    "account": "Account",
    "position": "Position",
    "read_at": "Read at",
    "closed_through": "Closed through",
}


def write_xlsx(
    statement: Statement,
    path: Path,
    instant: datetime | None = None,
    progress: Progress | None = None,
    *,
    most_rows: int = MOST_ROWS,
) -> None:
    """Writes the statement to a workbook, whole or not at all; `instant` is when it was read (default: now).

    A sheet that would have more than `most_rows` goes on in a further one.
    """
    with whole_file(path) as part, Workbook(str(part), {**OPTIONS, "tmpdir": str(part.parent)}) as workbook:
        styles = Styles(workbook)
        _tell_about(workbook.add_worksheet("About"), statement, instant, styles.head)
        sheets = CurrencySheets(workbook, styles, most_rows)
        for row in told(_in_blocks(statement), progress):
            sheets.write(row)
        sheets.finish()


def _in_blocks(statement: Statement) -> Iterator[StatementRow]:
    """Lines, their adjustments, what is unassigned and the overlays, each with their adjustments: in this order."""
    for kind in ("share", "unassigned", "overlay"):
        yield from chain(rows_of(statement, grouped(statement, kind)), all_adjustments(statement, kind))


def _tell_about(sheet: Worksheet, statement: Statement, instant: datetime | None, head: Format) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 40)
    sheet.write_string(0, 0, "Statement of residual revenue", head)
    for at, (name, value) in enumerate(about(statement, instant).items(), 2):
        sheet.write_string(at, 0, TOLD[name])
        sheet.write_string(at, 1, value or ("All" if name in {"party", "account"} else "Nothing closed"))
