"""Sheets: the rows of one currency in blocks, with subtotals and a total that count nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from api.exporting.rows import StatementRow
from ledger.money import minor_unit

MOST_ROWS = 1_048_576
"""What a sheet of a workbook holds."""

ROOM = 12
"""Rows that are kept free at the end of a sheet: for subtotals, headings of blocks and the total."""

COLUMNS = (
    ("Kind", "kind", 12),
    ("Opportunity", "opportunity", 22),
    ("Contract", "contract", 22),
    ("Account", "account", 22),
    ("Period from", "period_from", 12),
    ("Period until", "period_until", 12),
    ("Period", "period", 10),
    ("Booked in", "booked_in", 10),
    ("Party", "party", 22),
    ("Percent", "percent", 10),
    ("Base", "base", 18),
    ("Amount", "amount", 18),
    ("Currency", "currency", 9),
    ("Agreement", "agreement", 22),
    ("Event", "event", 38),
    ("Caused by", "caused_by", 38),
    ("Closed", "closed", 8),
    ("Adjusts", "adjusts", 12),
    ("Before", "before", 18),
    ("After", "after", 18),
)
AMOUNT = next(at for at, (_, name, _) in enumerate(COLUMNS) if name == "amount")
MONEY = frozenset({"base", "amount", "before", "after"})

HEADINGS = {
    "lines": "Lines",
    "adjustments": "Adjustments of closed months",
    "unassigned": "Unassigned: no one is entitled to these; not in the total",
    "overlay": "Overlay credits, beside the split: never paid from the base; not in the total",
}


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._money: dict[tuple[int, bool], Format] = {}
        self.head = workbook.add_format({"bold": True, "bottom": 1})
        self.strong = workbook.add_format({"bold": True})
        self.marked = workbook.add_format({"bold": True, "bg_color": "#FFE699"})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})

    def money(self, currency: str, *, strong: bool = False) -> Format:
        """Amounts with all the decimals of their currency."""
        decimals = minor_unit(currency)
        if (decimals, strong) not in self._money:
            form = "#,##0" + (f".{'0' * decimals}" if decimals else "")
            self._money[decimals, strong] = self._workbook.add_format({"num_format": form, "bold": strong})
        return self._money[decimals, strong]


@dataclass
class _Sum:
    """A group of rows still open: where it began, and what it comes to in minor units."""

    name: str
    since: int
    amount: int = 0


@dataclass
class _Sheet:
    """One sheet, and how far it is written."""

    sheet: Worksheet
    name: str
    row: int = 1
    block: str | None = None
    block_sum: _Sum = field(default_factory=lambda: _Sum("", 1))
    opportunity: _Sum | None = None
    contract: _Sum | None = None


class CurrencySheets:
    """The sheets of a workbook, one or more for each currency; rows come block by block."""

    def __init__(self, workbook: Workbook, styles: Styles, most_rows: int) -> None:
        self._workbook, self._styles, self._most_rows = workbook, styles, most_rows
        self._currencies: dict[str, _Currency] = {}

    def write(self, row: StatementRow) -> None:
        """Writes a row to the sheet of its currency."""
        if row.currency not in self._currencies:
            self._currencies[row.currency] = _Currency(self._workbook, self._styles, row.currency, self._most_rows)
        self._currencies[row.currency].write(row)

    def finish(self) -> None:
        """Ends every sheet with the sums that are still open."""
        for one in self._currencies.values():
            one.finish()


class _Currency:
    """The sheets of one currency, of which all but the last are full."""

    def __init__(self, workbook: Workbook, styles: Styles, currency: str, most_rows: int) -> None:
        self._workbook, self._styles, self._currency, self._most_rows = workbook, styles, currency, most_rows
        self._numbered = 0
        self._counted = 0
        """What the lines and adjustments on the sheet come to."""
        self._carried: list[str] = []
        """The cells of full sheets whose sums belong to the total."""
        self._carried_amount = 0
        self._totalled = False
        self._at = self._begin()

    def write(self, row: StatementRow) -> None:
        """Writes a row in its block, under its opportunity and contract."""
        if self._at.row + ROOM >= self._most_rows:
            self._turn_over()
        block = _block_of(row)
        if block != self._at.block:
            self._end_block()
            if block not in _COUNTED and not self._totalled:
                self._write_total()
            self._begin_block(block)
        if block == "lines":
            self._group(row)
        self._write_cells(row)
        for one in (self._at.block_sum, self._at.opportunity, self._at.contract):
            if one is not None:
                one.amount += row.amount

    def finish(self) -> None:
        """Ends the last block, and writes the total where it does not stand yet."""
        self._end_block()
        if not self._totalled:
            self._write_total()

    # ---- blocks -------------------------------------------------------------------------------------------------

    def _begin(self) -> _Sheet:
        self._numbered += 1
        name = self._currency if self._numbered == 1 else f"{self._currency} {self._numbered}"
        sheet = self._workbook.add_worksheet(name)
        for at, (_, _, width) in enumerate(COLUMNS):
            sheet.set_column(at, at, width)
        for at, (title, _, _) in enumerate(COLUMNS):
            sheet.write_string(0, at, title, self._styles.head)
        sheet.freeze_panes(1, 0)
        return _Sheet(sheet, name)

    def _turn_over(self) -> None:
        """Ends a full sheet: what it counts is carried over to the total, and its block goes on in the next one."""
        block = self._at.block
        self._end_block()
        if not self._totalled:
            cell = self._write_sum("Carried over", 1, self._counted)
            self._carried.append(f"'{self._at.name}'!{cell}")
            self._carried_amount += self._counted
        self._at = self._begin()
        self._counted = 0
        if block is not None:
            self._begin_block(block)

    def _begin_block(self, block: str) -> None:
        style = self._styles.strong if block in _COUNTED else self._styles.marked
        self._at.sheet.write_string(self._at.row, 0, HEADINGS[block], style)
        self._at.row += 1
        self._at.block, self._at.block_sum = block, _Sum(block, self._at.row)

    def _end_block(self) -> None:
        if self._at.block is None:
            return
        self._end_contract()
        self._end_opportunity()
        if self._at.block in _COUNTED:
            self._counted += self._at.block_sum.amount
        if self._at.block != "lines":
            self._write_sum("Sum of this block", self._at.block_sum.since, self._at.block_sum.amount)
        self._at.block = None

    def _group(self, row: StatementRow) -> None:
        at, opportunity = self._at, row.opportunity or ""
        if at.opportunity is not None and at.opportunity.name != opportunity:
            self._end_contract()
            self._end_opportunity()
        elif at.contract is not None and at.contract.name != row.contract:
            self._end_contract()
        at.opportunity = at.opportunity or _Sum(opportunity, at.row)
        at.contract = at.contract or _Sum(row.contract, at.row)

    def _end_contract(self) -> None:
        if self._at.contract is not None:
            one, self._at.contract = self._at.contract, None
            self._write_sum(f"Contract {one.name}", one.since, one.amount)

    def _end_opportunity(self) -> None:
        if self._at.opportunity is not None:
            one, self._at.opportunity = self._at.opportunity, None
            self._write_sum(f"Opportunity {one.name}", one.since, one.amount)

    def _write_total(self) -> None:
        self._totalled = True
        self._write_sum("Total", 1, self._counted + self._carried_amount, self._carried)

    # ---- cells --------------------------------------------------------------------------------------------------

    def _write_sum(self, name: str, since: int, amount: int, more: Iterable[str] = ()) -> str:
        """A sum of the rows from `since` on, in which the sums above it do not count; where it stands."""
        at = self._at
        at.sheet.write_string(at.row, 0, name, self._styles.strong)
        column = (xl_rowcol_to_cell(since, AMOUNT), xl_rowcol_to_cell(max(at.row - 1, since), AMOUNT))
        formula = "+".join([f"=SUBTOTAL(9,{':'.join(column)})" if at.row > since else "=0", *more])
        style = self._styles.money(self._currency, strong=True)
        at.sheet.write_formula(at.row, AMOUNT, formula, style, _number(amount, self._currency))
        at.row += 1
        return str(xl_rowcol_to_cell(at.row - 1, AMOUNT))

    def _write_cells(self, row: StatementRow) -> None:
        sheet, at = self._at.sheet, self._at.row
        for column, (_, name, _) in enumerate(COLUMNS):
            value = getattr(row, name)
            if value is None:
                continue
            if name in MONEY:
                sheet.write_number(at, column, _number(value, row.currency), self._styles.money(row.currency))
            elif name == "percent":
                sheet.write_number(at, column, float(value))
            elif isinstance(value, bool):
                sheet.write_boolean(at, column, value)
            elif isinstance(value, date):
                sheet.write_datetime(at, column, value, self._styles.day)
            else:
                sheet.write_string(at, column, " ".join(value) if isinstance(value, tuple) else value)
        self._at.row += 1


_COUNTED = frozenset({"lines", "adjustments"})
"""The blocks that the total is made of."""


def _block_of(row: StatementRow) -> str:
    if row.counts_as == "share":
        return "lines" if row.kind == "share" else "adjustments"
    return row.counts_as


def _number(minor: int, currency: str) -> float:
    """An amount as workbooks hold numbers: a float, exact to fifteen digits."""
    return float(Decimal(minor).scaleb(-minor_unit(currency)))
