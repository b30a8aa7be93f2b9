"""CSV: records as RFC 4180 has them, of which no text is a formula to a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection)."""


APOSTROPHE = "'"


def safe(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula; `unsafe` undoes it."""
    return f"{APOSTROPHE}{text}" if _is_shielded(text, least=0) else text


def unsafe(cell: str) -> str:
    """The text that `safe` made the cell of."""
    return cell[1:] if _is_shielded(cell, least=1) else cell


def _is_shielded(text: str, *, least: int) -> bool:
    """Whether a formula begins after so many apostrophes or more."""
    bare = text.lstrip(APOSTROPHE)
    return len(text) - len(bare) >= least and bare.startswith(FORMULA_STARTS)


def records(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Each row of cells as a record of UTF-8 text, ended by CR LF. Cells must be safe already."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
        yield page.getvalue().encode()
        page.seek(0)
        page.truncate()
