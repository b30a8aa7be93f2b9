"""Lists of payments: CSV files from outside, read row by row; what can't be read is told with its line."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.exporting.csv import FORMULA_STARTS

if TYPE_CHECKING:
    from policies.reconciling import PaymentKey

COLUMNS = ("contract", "period", "party", "amount", "currency")
EXPORTED = ("kind", "booked_in", "adjusts")
"""Columns by which a statement that this ledger wrote is known."""

DELIMITERS = ",;\t"
AMOUNT = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,4})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOST_SHOWN = 40
"""How much of a cell that makes no sense is shown."""


@dataclass(frozen=True, slots=True)
class Payments:
    """What a list says was paid, by key in minor units; and the rows that could not be read, with why."""

    paid: "list[tuple[PaymentKey, int]]"
    unreadable: list[tuple[int, str]]

    @property
    def periods(self) -> set[str]:
        """The months that it is about."""
        return {key.period for key, _ in self.paid}


def read_payments(path: Path) -> Payments:
    """The payments of a CSV file: any order of columns, separated by commas, semicolons or tabs.

    Raises Failure for a file that can't be read or lacks a column; a row that can't be read is told with its line.
    """
    from api.cli.failing import Failure

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *lines = file.readlines() or [""]
    except OSError as error:
        raise Failure(f"{path} can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{path} is not a CSV file in UTF-8 ({error}).") from error
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip().strip('"').lower() for name in header.rstrip("\r\n").split(delimiter)]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Failure(f"{path} has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Failure(f"{path} has the column {', '.join(twice)} more than once: which one counts is open.")
    return _payments(names, _rows(lines, delimiter, names))


def _payments(names: list[str], rows: "Iterator[tuple[int, list[str], str]]") -> Payments:
    read = _exported if all(name in names for name in EXPORTED) else _payment
    paid: list[tuple[PaymentKey, int]] = []
    unreadable: list[tuple[int, str]] = []
    for line, cells, wrong in rows:
        if wrong:
            unreadable.append((line, f"a quote is not closed, or stands where none may ({wrong})"))
            continue
        try:
            payment = read(_cells(names, cells))
        except ValueError as error:
            unreadable.append((line, str(error)))
            continue
        if payment is not None:
            paid.append(payment)
    return Payments(paid, unreadable)


def _rows(lines: Sequence[str], delimiter: str, names: list[str]) -> Iterator[tuple[int, list[str], str]]:
    """Each row that is not empty: the line of the file on which it begins, its cells, and what is wrong with it.

    A stray quote takes the lines that follow into its cell. Such a row is given up, and what follows its first line is
    read again, as rows of their own.
    """

    def reader(since: int) -> Any:
        return csv.reader(map(lines.__getitem__, range(since, len(lines))), delimiter=delimiter, strict=True)

    first, since, rows = 0, 0, reader(0)
    while first < len(lines):
        cells, wrong = _next(rows)
        following = since + rows.line_num
        if following - first > 1 and not wrong and _is_torn(cells, names):
            wrong = f"it would go on to line {following + 1}"
        if wrong or any(cell.strip() for cell in cells):
            yield first + 2, cells, wrong  # lines are counted from one, and the header is the first
        if wrong:
            following = since = first + 1
            rows = reader(since)
        first = following


def _is_torn(cells: list[str], names: list[str]) -> bool:
    """Whether a row of several lines is none: an id, a month or an amount that goes on in the next line."""
    if len(cells) != len(names):
        return True
    return any("\n" in cell for name, cell in zip(names, cells, strict=True) if name in COLUMNS)


def _next(rows: Iterator[list[str]]) -> tuple[list[str], str]:
    try:
        return next(rows), ""
    except csv.Error as error:
        return [], str(error)


def _cells(names: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(names):
        raise ValueError(f"the row has {len(cells)} cells, the header {len(names)}")
    return dict(zip(names, map(str.strip, cells), strict=True))


def _exported(row: dict[str, str]) -> "tuple[PaymentKey, int] | None":
    """What a row of an exported statement pays; None for what pays nobody a share. Raises ValueError."""
    if "share" not in (row["kind"], row["adjusts"]):
        return None
    return _payment({name: _unquoted(text) for name, text in {**row, "period": row["booked_in"]}.items()})


def _unquoted(text: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def _payment(row: dict[str, str]) -> "tuple[PaymentKey, int]":
    """A payment. Raises ValueError, with what is wrong with it."""
    from decimal import Decimal

    from ledger.money import to_minor
    from policies.reconciling import PaymentKey

    for name in ("contract", "party"):
        if not row[name]:
            raise ValueError(f"no {name}")
    if not AMOUNT.fullmatch(row["amount"]):
        raise ValueError(f"amount {row['amount'][:MOST_SHOWN]!r} is not a number such as 48210.00")
    key = PaymentKey(_month(row["period"]), row["contract"], row["party"], row["currency"].upper())
    return key, to_minor(Decimal(row["amount"]), key.currency)


def _month(text: str) -> str:
    """The month that a cell names, itself or by a day of it. Raises ValueError."""
    from ledger.dates import PERIOD_PATTERN

    month = text
    if DAY.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"period {text!r} is no day of the calendar") from error
        month = text[: len("YYYY-MM")]
    if not re.fullmatch(PERIOD_PATTERN, month):
        raise ValueError(f"period {text[:MOST_SHOWN]!r} is neither a month, YYYY-MM, nor a day, YYYY-MM-DD")
    return month
