"""`ledger serve`: the HTTP API."""

import os
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import DatabaseUrl

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.settings import Settings

BACKLOG = 2_048


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

    Examples:
      ledger serve
      ledger serve --port 9000 --database-url sqlite:///demo.db
      ledger serve --host 0.0.0.0 --workers 4 --database-url postgresql+psycopg://ledger@localhost/ledger
    """
    from api.cli.console import err
    from api.cli.opening import migrated, settings
    from ledger.store import open_store

    chosen = settings(database_url, host=host, port=port, workers=workers)
    migrated(chosen.database_url)
    with open_store(chosen.database_url, chosen.waits) as store:
        store.check()
        warnings = store.warnings()
    for warning in warnings:
        err().print(warning, style="yellow")
    with _listening(chosen) as listener:
        name = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
        err().print(f"The ledger answers at http://{name}:{listener.getsockname()[1]}; Ctrl-C stops it.")
        _run(chosen, listener)


def application() -> "FastAPI":
    """The app of one server process, on the ledger that the environment names."""
    from api.http.app import create_app
    from api.http.logs import configure
    from api.settings import Settings

    settings = Settings()
    configure(settings)
    return create_app(settings)


def _listening(chosen: "Settings") -> socket.socket:
    """A socket on the address of the settings. Raises Failure if it can't be had."""
    from api.cli.failing import Failure

    try:
        family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
        return socket.create_server((chosen.host, chosen.port), family=family, backlog=BACKLOG)
    except OSError as error:
        message = f"The server can't listen on {chosen.host}, port {chosen.port} ({error.strerror})."
        raise Failure(f"{message} Choose another with --host and --port.") from error


def _run(chosen: "Settings", listener: socket.socket) -> None:
    """Serves until told to stop. The processes read their settings from the environment."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    for name, value in chosen.model_dump().items():
        os.environ[f"LEDGER_{name.upper()}"] = str(value)
    config = uvicorn.Config(
        "api.cli.serving:application",
        factory=True,
        workers=chosen.workers,
        timeout_graceful_shutdown=chosen.shutdown_seconds,
        access_log=False,
        log_config=None,
        server_header=False,
    )
    try:
        if chosen.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # Ctrl-C is how one ends it
        pass
