"""Lists as files: parties, accounts, contacts, leads and opportunities as CSV that `ledger import csv` reads back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from api.exporting.csv import records
from api.exporting.progress import Progress, told
from api.exporting.rows import instant_text
from api.list_files import COLUMNS, READ_AT, FileName, write_cell
from ledger.store import Reader
from policies.list_columns import LISTS, ListRow
from policies.views import ListView
from projections.asking import Moment
from projections.list_details import Detailed, detailed, detailed_rows


def list_records(
    reader: Reader,
    of: FileName,
    moment: Moment,
    *,
    rows: Iterable[ListRow] | None = None,
    instant: datetime | None = None,
    progress: Progress | None = None,
) -> Iterator[bytes]:
    """A list on the day as CSV, a record at a time, the header first: all of it, or these `rows` in their order.

    `instant` is when it is read (default: now).
    """
    read_at = (moment.on.isoformat(), str(moment.position), instant_text(instant))
    columns = COLUMNS[of]
    found: Iterable[Detailed] = (
        detailed(reader, of, moment) if rows is None else detailed_rows(reader, of, rows, moment)
    )

    def cells() -> Iterator[tuple[str, ...]]:
        yield (*(column.name for column in columns), *READ_AT)
        for one in told(found, progress):
            yield (*(write_cell(one[column.name], column.kind) for column in columns), *read_at)

    return records(cells())


def view_records(
    view: ListView, rows: Iterable[ListRow], moment: Moment, progress: Progress | None = None
) -> Iterator[bytes]:
    """What a view shows as CSV: its columns and no others, its lines in their order."""
    read_at = (moment.on.isoformat(), str(moment.position), instant_text(None))
    columns = [LISTS[view.data.of][name] for name in view.data.columns]

    def cells() -> Iterator[tuple[str, ...]]:
        yield (*(column.name for column in columns), *READ_AT)
        for row in told(rows, progress):
            yield (*(write_cell(row[column.name], column.kind) for column in columns), *read_at)

    return records(cells())
