"""Eight processes record at once, on the same account and on their own, with changes of the world in between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from projections.rebuild import rebuild
from projections.verifying import verify
from tests.projections.facts import account, party
from tests.projections.ledgers import Ledger
from tests.projections.recorder_process import SHARED

ROOT = Path(__file__).parents[2]
PROCESSES = 8
TURNS = 12


@contextmanager
def recorder(url: str, number: int) -> Iterator[subprocess.Popen[str]]:
    """A process that is about to record; killed at the end if it still runs."""
    command = [sys.executable, "-m", "tests.projections.recorder_process", url, str(number), str(TURNS)]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_eight_processes(ledger: Ledger, database_url: str) -> None:
    """None lost, none twice, every position given once, and all kept answers are those of the log; rebuilt too."""
    ledger.record(party("jane"), account(SHARED))
    with ExitStack() as stack:
        recorders = [stack.enter_context(recorder(database_url, number)) for number in range(PROCESSES)]
        for process in recorders:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in recorders:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        rebuilt = rebuild(ledger.store)
        told = [json.loads(line) for process in recorders for line in process.communicate()[0].splitlines()]
        assert [process.returncode for process in recorders] == [0] * PROCESSES

    assert [one for one in told if "refused" in one] == []
    positions = sorted(position for one in told for position in one["positions"])
    assert positions == list(range(3, ledger.position + 1))
    assert rebuilt.position <= ledger.position
    assert verify(ledger.store) is None
    kept = ledger.kept()
    rebuild(ledger.store)
    assert ledger.kept() == kept
