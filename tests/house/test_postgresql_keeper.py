"""The tests' own PostgreSQL: shared by those who meet, and gone with the last of them, however it went."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import make_url

USE_IT = """
import sys, time
from pathlib import Path
from tests.support import postgresql
with postgresql.running(Path(sys.argv[1])) as server:
    server.execute("SELECT 1")
    print(server.url.render_as_string(hide_password=False), flush=True)
    time.sleep(600)
"""
SECONDS = 30

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif("LEDGER_TEST_DATABASE_URL" in os.environ, reason="the named server is not ours to stop"),
]


def user_of(meeting: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that uses the server, and the server's folder."""
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen([sys.executable, "-c", USE_IT, meeting], stdout=subprocess.PIPE, text=True, cwd=root)
    assert process.stdout is not None
    return process, Path(str(make_url(process.stdout.readline().strip()).query["host"]))


def killed(process: subprocess.Popen[str]) -> None:
    """Ends the process so that it can't tidy up."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def gone(folder: Path) -> bool:
    """Whether the folder disappears soon."""
    deadline = time.monotonic() + SECONDS
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not folder.exists()


def test_a_server_is_shared_and_leaves_with_its_last_user(tmp_path: Path) -> None:
    """Two processes have one server; it stays when the first is killed, and leaves no folder when the second is."""
    first, home = user_of(tmp_path)
    second, same_home = user_of(tmp_path)
    killed(first)
    time.sleep(0.5)
    still_there = (home / "data" / "postmaster.pid").exists()
    killed(second)

    assert (home, True, True) == (same_home, still_there, gone(home))
