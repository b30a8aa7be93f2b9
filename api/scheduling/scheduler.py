"""The scheduler: waits until it leads, then looks at once, every so often, and when a business day begins.

No answer of the ledger depends on it: it only records what the dates say by themselves.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from api.scheduling.announcing import Announcer, Ran
from api.scheduling.health import note_run
from api.scheduling.leading import Leadership, leadership
from api.wiring import RightsLedger
from ledger.store.errors import StoreError

LOOK_AGAIN_SECONDS = 1.0
"""How often a scheduler that waits tries to lead, and one that leads makes sure that it still does."""

TELL_SECONDS = 10.0
"""How often a long run says how far it is."""

log = structlog.get_logger()


class Scheduler:
    """Runs the announcer of a ledger for as long as it leads."""

    def __init__(self, ledger: RightsLedger, *, look_again: float = LOOK_AGAIN_SECONDS) -> None:
        self._ledger = ledger
        self._look_again = look_again
        self._resting = threading.Event()
        """Set while no run may go on: it does not lead, or is about to stop."""

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; a run under way ends after the batch it is at."""
        lead = leadership(self._ledger.store)
        try:
            while not stop.is_set():
                if self._takes(lead):
                    self._work(lead, stop)
                else:
                    stop.wait(self._look_again)
        finally:
            lead.release()
            log.info("scheduler stopped")

    def _takes(self, lead: Leadership) -> bool:
        try:
            return lead.take()
        except StoreError as error:
            log.warning("scheduler can't reach the ledger; it tries again", reason=str(error))
            return False

    def _work(self, lead: Leadership, stop: threading.Event) -> None:
        """Looks for what is due until told to stop, or until somebody else may lead."""
        log.info("scheduler leads", every_seconds=self._ledger.settings.scheduler_seconds)
        self._resting.clear()
        jobs = self._jobs(Announcer(self._ledger))
        jobs.start()
        try:
            while not stop.wait(self._look_again) and self._still_leads(lead):
                pass
        finally:
            self._resting.set()
            jobs.shutdown(wait=True)
            lead.release()

    def _still_leads(self, lead: Leadership) -> bool:
        try:
            held = lead.is_held()
        except StoreError as error:
            log.warning("scheduler lost the ledger", reason=str(error))
            return False
        if not held:
            log.warning("scheduler leads no more")
        return held

    def _jobs(self, announcer: Announcer) -> BackgroundScheduler:
        """The times at which to look; they live in memory, as the log knows what was announced (trap 4)."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a run that takes longer than the interval is no news
        settings = self._ledger.settings
        jobs = BackgroundScheduler(
            timezone=settings.zone,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        at_once = datetime.now(settings.zone)
        jobs.add_job(self._look, "interval", [announcer], seconds=settings.scheduler_seconds, next_run_time=at_once)
        jobs.add_job(self._look, "cron", [announcer], hour=0, minute=0, second=1)
        return jobs

    def _look(self, announcer: Announcer) -> None:
        """One run; whatever goes wrong is told, and tried again at the next."""
        began = time.monotonic()
        told = began

        def tell(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                log.info("scheduler is catching up", accounts=done, of=total)

        try:
            ran = announcer.run(self._ledger.today(), stopped=self._resting.is_set, progress=tell)
            if ran.whole:
                note_run(self._ledger.store, ran)
        except Exception:
            log.exception("a run of the scheduler failed; it is tried again")
            return
        self._tell(ran, time.monotonic() - began)

    @staticmethod
    def _tell(ran: Ran, seconds: float) -> None:
        for why in ran.refused:
            log.warning("a notice was refused", reason=why)
        say = log.info if ran.recorded or not ran.whole else log.debug
        say(
            "scheduler ran",
            on=ran.on.isoformat(),
            position=ran.position,
            accounts=ran.accounts,
            recorded=dict(ran.recorded),
            refused=ran.refusals,
            left=ran.left,
            whole=ran.whole,
            seconds=round(seconds, 3),
        )


@contextmanager
def scheduling(ledger: RightsLedger) -> Iterator[None]:
    """The scheduler at work on a thread of this process, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=Scheduler(ledger).run, args=(stop,), name="ledger-scheduler", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
