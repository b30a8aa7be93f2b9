"""The app in a process of its own, with one endpoint more: a constant, to measure the others beside."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn

from api.identity.development import token
from benchmarks.client import TOKENS
from ledger.store import open_store

CONSTANT = "/constant"


@contextmanager
def server(url: str) -> Iterator[int]:
    """The port of a server with one worker on the ledger at a database, with its logs as always, but thrown away."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        listener.set_inheritable(True)
        started = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serving", url, str(listener.fileno())],
            pass_fds=[listener.fileno()],
            stderr=subprocess.DEVNULL,
        )
    try:
        _wait(port, started)
        with open_store(url) as store:
            TOKENS[port] = token(store, "admin")
        yield port
    finally:
        started.terminate()
        started.wait()


def _wait(port: int, started: subprocess.Popen[bytes]) -> None:
    while started.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30).close()
        except URLError:
            continue
        return
    raise RuntimeError("the server did not start")


def main(url: str, descriptor: int) -> None:
    """Serves until it is told to stop."""
    from api.http import logs
    from api.http.app import create_app
    from api.settings import Settings

    settings = Settings(database_url=url)
    logs.configure(settings)
    app = create_app(settings)

    @app.get(CONSTANT, response_model=None)
    async def constant() -> dict[str, str]:
        return {"verdict": "allowed", "rule": "CALL-OPEN"}

    config = uvicorn.Config(app, lifespan="on", log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
