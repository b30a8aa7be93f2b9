"""`ledger backup`: a copy of an SQLite ledger that is in use."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import DatabaseUrl

ELSEWHERE = (
    "`ledger backup` copies a ledger in an SQLite file. For PostgreSQL use its own means, such as pg_dump: "
    "docs/how-to/back-up-and-restore.md tells how."
)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy is written; no file may stand there.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Copies an SQLite ledger into a file, while it is in use.

    The copy is a whole ledger as of one moment, in one file: serve it, ask it, or verify it like any other. It holds
    what the ledger holds, the hashes of API keys and the secrets of webhooks included, and has the permissions of the
    ledger's own file. A PostgreSQL ledger is backed up by PostgreSQL's own means.

    Examples:
      ledger backup ledger-2026-04-02.db
      ledger backup copy.db && ledger verify --database-url sqlite:///copy.db
    """
    from api.cli.console import err, out
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from api.exporting.whole import whole_file
    from ledger.store.copying import copy_into
    from ledger.store.sqlite import SqliteStore

    with opened(database_url) as ledger:
        if not isinstance(ledger.store, SqliteStore):
            raise Failure(ELSEWHERE)
        if file.exists():
            raise Failure(f"{file} is there already: a backup replaces no file. Name another.")
        try:
            with whole_file(file) as beside, err().status(f"copying into {file}"):
                position = copy_into(ledger.store, beside)
        except OSError as error:
            raise Failure(f"{file} can't be written ({error.strerror}).") from error
    out().print(f"{file} is a copy of the ledger as of position {position:,}.")
