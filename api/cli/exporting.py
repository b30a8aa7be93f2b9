"""`ledger export`: lists into CSV files that `ledger import csv` reads back."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.options import DatabaseUrl, KnownAt, On

List = Literal["parties", "accounts", "contacts", "leads", "opportunities"]

Which = Annotated[List, typer.Argument(metavar="LIST", help="parties, accounts, contacts, leads or opportunities.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; a file that is there is replaced.")]
View = Annotated[
    str | None, typer.Option("--view", metavar="VIEW", help="Only the lines that this view shows, in its order.")
]


def export(
    of: Which,
    file: File,
    view: View = None,
    on: On = None,
    known_at: KnownAt = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Writes a list as CSV, with all its fields: `ledger import csv` reads it back.

    Parties, accounts, contacts, leads, or opportunities with all that their sheets say.

    Examples:
      ledger export accounts accounts.csv
      ledger export opportunities closing.csv --view closing-soon --on 2026-03-31 --known-at 57
    """
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from api.exporting.lists import list_records
    from projections import views
    from projections.asking import moment
    from projections.showing import shown_by

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        rows = None
        if view is not None:
            found = views.view(ledger.read, view, at, actor=None)
            if found.data.of != of:
                raise Failure(f"{view} is a view of {found.data.of}, not of {of}.")
            rows = shown_by(ledger.read, found, at)
        write_file(
            file,
            lambda told: list_records(ledger.read, of, at, rows=rows, progress=told),
            f"{of} on {at.on}, as known at position {at.position}",
        )


def write_file(file: Path, records: Callable[[Callable[[int], None]], Iterable[bytes]], what: str) -> None:
    """Writes records into a file, whole or not at all, and shows how many there are so far. Raises Failure."""
    from api.cli.console import err
    from api.cli.failing import Failure
    from api.exporting.whole import whole_file

    try:
        with err().status(f"writing {file}") as status, whole_file(file) as beside, beside.open("wb") as out:
            out.writelines(records(lambda rows: status.update(f"writing {file}: {rows:,} rows")))
    except OSError as error:
        raise Failure(f"{file} can't be written ({error.strerror}).") from error
    err().print(f"{file} is written: {what}.")
