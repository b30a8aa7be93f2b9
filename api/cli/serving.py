"""`ledger serve`: the HTTP API."""

from typing import Annotated

import typer

from api.cli.options import DatabaseUrl


def serve(
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="HOST", help="Where to listen. [default: LEDGER_HOST, else 127.0.0.1]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="PORT", help="0 takes a free one. [default: LEDGER_PORT, else 8000]"),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="Processes; several on PostgreSQL only. [default: LEDGER_WORKERS, else 1]"
        ),
    ] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Serves the HTTP API.

    Makes the ledger in an empty database, or migrates an older one, first. Ctrl-C stops it, after the requests under
    way.

    Who asks or records needs a token or an API key. With no identity provider set (LEDGER_ISSUER), and on an address of
    this machine only, `ledger token` makes tokens; see `ledger key` for API keys.

    Examples:
      ledger serve
      ledger serve --port 9000 --database-url sqlite:///demo.db
      ledger serve --host 0.0.0.0 --workers 4 --database-url postgresql+psycopg://ledger@localhost/ledger
    """
    from api.cli.console import err
    from api.cli.failing import Failure
    from api.cli.opening import migrated, settings
    from api.http.serving import CannotListen, OpenToOthers, check_address
    from api.http.serving import serve as run
    from ledger.store import open_store

    chosen = settings(database_url, host=host, port=port, workers=workers)
    try:
        check_address(chosen)
    except OpenToOthers as error:
        raise Failure(f"The server {error}.") from error
    migrated(chosen.database_url)
    with open_store(chosen.database_url, chosen.waits) as store:
        store.check()
        warnings = store.warnings()
    for warning in warnings:
        err().print(warning, style="yellow")
    try:
        run(chosen)
    except CannotListen as error:
        raise Failure(f"The server {error}.") from error
