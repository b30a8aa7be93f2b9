"""Residual streams as files: CSV, workbooks and Parquet, a stream to a row, read page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from api.answers import end
from api.exporting.csv import records, safe
from api.exporting.parquet import ROW_GROUP, pyarrow
from api.exporting.progress import Progress, told
from api.exporting.rows import instant_text
from api.exporting.sheets import MOST_ROWS, Styles
from api.exporting.whole import whole_file
from api.exporting.workbook import OPTIONS
from ledger.store import Reader
from projections.asking import Moment, Page
from projections.residuals import StreamAnswer, residuals

Cell = str | int | date | None

COLUMNS: dict[str, type[str | int | date]] = {
    "account": str,
    "opportunity": str,
    "contract": str,
    "holder": str,
    "state": str,
    "since": date,
    "from": date,
    "until": date,
    "split": str,
    "overlays": str,
    "currency": str,
    "agreement": str,
    "every_months": int,
    "next_renewal_on": date,
    "overdue_since": date,
    "on": date,
    "position": int,
    "read_at": str,
}
STREAM_COLUMNS = tuple(COLUMNS)
WIDTHS = {str: 22, int: 12, date: 12}
"""How wide a column of a workbook is."""

AT_ONCE = 500


def streams(
    reader: Reader,
    moment: Moment,
    *,
    party_id: str | None = None,
    account_id: str | None = None,
    include_ended: bool = False,
) -> Iterator[StreamAnswer]:
    """Every stream on the day, as projections.residuals.residuals has them; the first page is read at once.

    Raises UnknownSubject.
    """
    ask = partial(
        residuals,
        reader,
        moment,
        party_id=party_id,
        account_id=account_id,
        include_ended=include_ended,
        limit=AT_ONCE,
    )
    return _walk(ask, ask())


def _walk(ask: Callable[..., Page[StreamAnswer]], page: Page[StreamAnswer]) -> Iterator[StreamAnswer]:
    yield from page.items
    while page.next is not None:
        page = ask(after=page.next)
        yield from page.items


def stream_csv_rows(
    found: Iterable[StreamAnswer], moment: Moment, instant: datetime | None = None, progress: Progress | None = None
) -> Iterator[bytes]:
    """The streams as CSV, a record at a time, the header first; `instant` is when they were read (default: now)."""

    def rows() -> Iterator[tuple[str, ...]]:
        yield STREAM_COLUMNS
        for row in _rows(found, moment, instant, progress):
            yield tuple(safe("" if value is None else str(value)) for value in row)

    return records(rows())


def write_stream_xlsx(
    found: Iterable[StreamAnswer],
    moment: Moment,
    path: Path,
    instant: datetime | None = None,
    progress: Progress | None = None,
    *,
    most_rows: int = MOST_ROWS,
) -> None:
    """Writes the streams to a workbook, whole or not at all; a sheet that is full goes on in a further one."""
    with whole_file(path) as part, Workbook(str(part), {**OPTIONS, "tmpdir": str(part.parent)}) as workbook:
        styles = Styles(workbook)
        rows = _rows(found, moment, instant, progress)
        row, number = next(rows, None), 0
        while row is not None or not number:
            number += 1
            sheet = _sheet(workbook, number, styles)
            at = 1
            while row is not None and at < most_rows:
                _write_row(sheet, at, row, styles)
                row, at = next(rows, None), at + 1


def _sheet(workbook: Workbook, number: int, styles: Styles) -> Worksheet:
    sheet = workbook.add_worksheet("Streams" if number == 1 else f"Streams {number}")
    sheet.freeze_panes(1, 0)
    for column, (name, kind) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, WIDTHS[kind])
        sheet.write_string(0, column, name, styles.head)
    return sheet


def _write_row(sheet: Worksheet, at: int, row: Sequence[Cell], styles: Styles) -> None:
    for column, value in enumerate(row):
        if isinstance(value, date):
            sheet.write_datetime(at, column, value, styles.day)
        elif isinstance(value, int):
            sheet.write_number(at, column, value)
        elif value is not None:
            sheet.write_string(at, column, value)


def write_stream_parquet(
    found: Iterable[StreamAnswer],
    moment: Moment,
    path: Path,
    instant: datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Writes the streams to a Parquet file, whole or not at all. Raises ParquetMissing."""
    pa, pq = pyarrow()
    kinds = {str: pa.string(), int: pa.int64(), date: pa.date32()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    rows = _rows(found, moment, instant, progress)
    with whole_file(path) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        while group := list(islice(rows, ROW_GROUP)):
            columns = [
                pa.array(values, kind.type) for values, kind in zip(zip(*group, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=ROW_GROUP)


def _rows(
    found: Iterable[StreamAnswer], moment: Moment, instant: datetime | None, progress: Progress | None
) -> Iterator[tuple[Cell, ...]]:
    read_at = (moment.on, moment.position, instant_text(instant))
    return ((*_cells(one), *read_at) for one in told(found, progress))


def _cells(found: StreamAnswer) -> tuple[Cell, ...]:
    one, outlook = found.stream, found.outlook
    return (
        one.account_id,
        one.opportunity_id,
        one.contract_id,
        one.holder,
        outlook.state,
        one.renewals.since,
        one.valid_from,
        end(one.valid_until),
        _percentages(one.shares),
        _percentages(one.overlays),
        one.currency,
        one.agreement_id,
        one.renewals.every_months,
        outlook.next_on,
        outlook.overdue_since,
    )


def _percentages(shares: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{party_id} {percent}" for party_id, percent in shares)
