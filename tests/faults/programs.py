"""Commands of `ledger` as processes that can be killed and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = "from api.cli.main import main; main()"


class Program:
    """A command at work, with what it logs in a file."""

    def __init__(self, log: Path, *arguments: str, **settings: str) -> None:
        self.log = log
        self._arguments = arguments
        self._settings = {f"LEDGER_{name.upper()}": value for name, value in settings.items()}

    def start(self) -> None:
        """Starts it, and doesn't wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", RUN, *self._arguments],
                cwd=ROOT,
                env={**os.environ, **self._settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Ends it as `kill -9` does: at once, wherever it is."""
        assert self._process.poll() is None, f"it had ended by itself:\n{self.log.read_text()[-4_000:]}"
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    """A port that nobody listens on just now, so that a program can come back to the same one."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port
