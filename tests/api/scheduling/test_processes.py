"""`ledger scheduler` as real processes: two at once, one killed in the middle, one that takes over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from api.scheduling.health import health
from api.wiring import RightsLedger
from projections.verifying import verify
from tests.api.scheduling.telling import check_each_once, notices, record
from tests.projections.facts import account, award, opportunity, stage

ROOT = Path(__file__).parents[3]
LEADS = "scheduler leads"
ACCOUNTS = 200
PATIENCE = 60


IN_SMALL_STEPS = """
from api.cli.main import main
from api.scheduling import announcing
announcing.ACCOUNTS_AT_ONCE = 10
main()
"""


@dataclass
class Running:
    """A scheduler at work, and where it logs."""

    process: subprocess.Popen[str]
    log: Path

    def logged(self) -> list[str]:
        """What it has logged so far."""
        return [json.loads(line)["event"] for line in self.log.read_text().splitlines()]

    def ends_well(self, by: signal.Signals) -> None:
        """Ends it by a signal, quietly."""
        self.process.send_signal(by)
        assert self.process.wait(timeout=PATIENCE) == 0, self.log.read_text()
        assert self.logged()[-1] == "scheduler stopped"
        assert "Traceback" not in self.log.read_text()


@contextmanager
def scheduler(url: str, folder: Path) -> Iterator[Running]:
    """A scheduler at work on a ledger; killed at the end if it still runs."""
    environment = {
        **os.environ,
        "LEDGER_DATABASE_URL": url,
        "LEDGER_SCHEDULER_SECONDS": "1",
        "LEDGER_LOG_FORMAT": "json",
    }
    command = [sys.executable, "-c", IN_SMALL_STEPS, "scheduler"]
    log = folder / f"{uuid4()}.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=errors
        ) as process,
    ):
        try:
            yield Running(process, log)
        finally:
            process.kill()


def until(done: Callable[[], Any]) -> None:
    """Waits until something has come about."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def many_claims(ledger: RightsLedger, number: int = ACCOUNTS) -> None:
    """A claim that lapsed long ago on each of many accounts."""
    record(ledger, *stage())
    record(
        ledger,
        *(
            event
            for one in range(number)
            for event in (account(f"a-{one}"), *opportunity(f"opp-{one}", "jane", "x", account=f"a-{one}"))
        ),
    )


def test_two_at_once_and_one_killed(ledger: RightsLedger, database_url: str, tmp_path: Path) -> None:
    """One is at work, the other waits; killed in the middle, the first is followed by the second. Each notice once."""
    many_claims(ledger)
    with scheduler(database_url, tmp_path) as one, scheduler(database_url, tmp_path) as other:
        until(lambda: notices(ledger))
        leader, waiting = (one, other) if LEADS in one.logged() else (other, one)
        assert (LEADS in leader.logged(), LEADS in waiting.logged()) == (True, False)
        leader.process.kill()
        until(lambda: len(notices(ledger)) == ACCOUNTS)
        record(ledger, award("opp-1", "contract-1", "x", account="a-1"))
        until(lambda: len(notices(ledger)) == ACCOUNTS + 1)
        assert (health(ledger.store).alive, waiting.logged().count(LEADS)) == (True, 1)
        waiting.ends_well(signal.SIGTERM)
    found = notices(ledger)
    check_each_once(found)
    assert [one["type"] for one in found] == ["rights_lapsed"] * ACCOUNTS + ["rights_revived"]
    assert not health(ledger.store).alive
    assert verify(ledger.store) is None


@pytest.mark.slow
def test_killed_again_and_again(ledger: RightsLedger, database_url: str, tmp_path: Path) -> None:
    """A scheduler that is killed whenever it has come a little further ends up with each notice once."""
    many_claims(ledger)
    reached, killed = 0, 0
    while reached < ACCOUNTS:
        with scheduler(database_url, tmp_path) as running:
            until(lambda since=reached: len(notices(ledger)) > since)
            running.process.kill()
            killed += 1
        reached = len(notices(ledger))
    check_each_once(notices(ledger))
    assert (len(notices(ledger)), killed > 1) == (ACCOUNTS, True)
    assert verify(ledger.store) is None


def test_it_stops_when_it_is_asked(ledger: RightsLedger, database_url: str, tmp_path: Path) -> None:
    """By Ctrl-C, with nothing to do; the last run is left word of."""
    with scheduler(database_url, tmp_path) as running:
        until(lambda: health(ledger.store).ran_on is not None)
        assert (health(ledger.store).alive, health(ledger.store).position) == (True, 0)
        running.ends_well(signal.SIGINT)
    assert abs(health(ledger.store).ran_on - date.today()) <= timedelta(days=1)  # type: ignore[operator]  # noqa: DTZ011
