"""Leading: one of several schedulers, until it lets go or is cut off."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from api.scheduling.leading import LOCK, FileLeadership, leadership
from api.scheduling.scheduler import Scheduler
from api.settings import Settings
from api.wiring import RightsLedger, open_ledger
from ledger.store.errors import StoreError
from projections.notices import notices_in_log
from tests.api.scheduling.conftest import TODAY
from tests.api.scheduling.telling import record
from tests.projections.facts import award, grace, opportunity, stage


def test_one_leads_until_it_lets_go(ledger: RightsLedger) -> None:
    """The other can't take it before; both see whether anybody has it, and whether they have it."""
    one, other = leadership(ledger.store), leadership(ledger.store)
    assert (one.is_taken(), one.is_held()) == (False, False)
    assert (one.take(), other.take()) == (True, False)
    assert (one.is_held(), other.is_held(), other.is_taken()) == (True, False, True)
    one.release()
    assert (one.is_held(), other.is_taken(), other.take()) == (False, False, True)
    other.release()


def test_a_leader_whose_session_is_ended_knows(postgresql_url: str) -> None:
    """By the server's administrator, say: it leads no more, and can take it again."""
    with open_ledger(Settings(database_url=postgresql_url)) as ledger:
        lead = leadership(ledger.store)
        assert lead.take()
        with ledger.store.transaction() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks "
                    "WHERE locktype = 'advisory' AND objid::bigint = :low AND classid::bigint = :high"
                ),
                {"low": LOCK % 2**32, "high": LOCK // 2**32},
            )
        with pytest.raises(StoreError):
            lead.is_held()
        lead.release()
        assert lead.take()
        lead.release()


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """Nobody leads there, and nobody can."""
    lead = FileLeadership(tmp_path / "gone" / "ledger.db.scheduler")
    assert not lead.is_taken()
    with pytest.raises(StoreError, match="can't be opened"):
        lead.take()


@pytest.fixture
def all_told() -> Iterator[None]:
    """Every line of the log counts, whatever other tests of this process have made of it."""
    as_it_was = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**as_it_was)


@pytest.mark.usefixtures("all_told")
def test_a_scheduler_goes_on_through_failures(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that fails is told in the log and tried again; the leadership once lost is taken again."""
    failures = iter([RuntimeError("a bug"), StoreError("the server restarts")])

    def fails_at_first(*args: object) -> list[str]:
        for error in failures:
            raise error
        return real(*args)  # type: ignore[arg-type]

    from api.scheduling import announcing  # noqa: PLC0415

    real = announcing.accounts_after
    monkeypatch.setattr(announcing, "accounts_after", fails_at_first)
    settings = Settings(database_url=database_url, scheduler_seconds=1)
    with open_ledger(settings, today=lambda: TODAY) as ledger, structlog.testing.capture_logs() as logged:
        record(ledger, *stage(), *opportunity("opp-1", "jane", "x"))
        stop = threading.Event()
        thread = threading.Thread(target=Scheduler(ledger, look_again=0.05).run, args=(stop,))
        thread.start()
        waits(ledger, 1)
        record(ledger, award("opp-1", "contract-1", "x"), grace(91))
        waits(ledger, 2)
        stop.set()
        thread.join()
    said = [(one["log_level"], one["event"]) for one in logged]
    assert said.count(("error", "a run of the scheduler failed; it is tried again")) == 2
    assert said[-1] == ("info", "scheduler stopped")


def waits(ledger: RightsLedger, number: int) -> None:
    """Until so many notices stand in the log."""
    deadline = time.monotonic() + 30
    while sum(map(len, notices_in_log(ledger.read.rows, 2**62))) < number:
        assert time.monotonic() < deadline
        time.sleep(0.02)
