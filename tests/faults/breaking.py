"""A server, a scheduler and clients at work on a ledger, and the ways in which they are broken."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import migrations
from ledger.store import Store, open_store
from tests.api.http.server import allowing
from tests.faults.claims import broken
from tests.faults.cutting import Cable, send_and_leave
from tests.faults.database import PostgresServer, own_server
from tests.faults.load import Load, NotAnsweredError, encoded, under_load
from tests.faults.programs import Program, free_port
from tests.projections.facts import event

KINDS = ("sqlite", "postgresql")
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.02
PAUSE_SECONDS = (0.2, 0.8)
"""How long all goes well between two faults."""


@dataclass
class Stage:
    """All that is at work. `server` and `cable` are there on PostgreSQL only."""

    api: Program
    scheduler: Program
    store: Store
    load: Load
    server: PostgresServer | None = None
    cable: Cable | None = None
    numbers: Iterator[int] = field(default_factory=count)

    def announced_after(self, position: int) -> bool:
        """Whether a notice was recorded after a position."""
        return bool(self.store.read.page(type="rights_lapsed", after=position, limit=1))


@dataclass
class Outcome:
    """What came of it: how long it took to work again after each fault, and which claims don't hold."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    submissions: int = 0
    events: int = 0
    again: int = 0
    """Submissions that had to be sent more than once."""
    loads: list[float] = field(default_factory=list)
    """The load average of the machine at each fault, everything on it and this included."""
    broken: list[str] = field(default_factory=list)


def kill_server(stage: Stage) -> float:
    """`kill -9` of `ledger serve`; started again at once. Seconds from its start to the next acknowledgement."""
    stage.api.kill()
    began = time.monotonic()
    stage.api.start()
    return stage.load.answered_after(began)


def kill_scheduler(stage: Stage) -> float:
    """`kill -9` of `ledger scheduler`; started again at once. Seconds from its start to the next notice."""
    stage.scheduler.kill()
    position, began = stage.store.read.head().position, time.monotonic()
    stage.scheduler.start()
    until(lambda: stage.announced_after(position))
    return time.monotonic() - began


def stop_database(stage: Stage) -> float:
    """PostgreSQL's immediate shutdown; started again at once. Seconds from its start to the next acknowledgement."""
    assert stage.server is not None
    stage.server.stop_hard()
    began = time.monotonic()
    stage.server.start()
    return stage.load.answered_after(began)


def lose_commit(stage: Stage) -> float:
    """The server's connection to PostgreSQL is cut when its COMMIT has gone through. Seconds to the next answer."""
    assert stage.cable is not None
    cuts, cable = stage.cable.cuts, stage.cable
    cable.arm()
    until(lambda: cable.cuts > cuts)
    return stage.load.answered_after(time.monotonic())


def lose_reply(stage: Stage) -> float:
    """A client is cut off after the commit, every other time before; it sends again. Seconds to the answer."""
    number = next(stage.numbers)
    key, waited = f"lost-{number}", number % 2 == 0
    body = encoded(key, [event("account_elevated", account="shared-0", reason=key)])
    headers = {**stage.load.headers, "Idempotency-Key": key, "Content-Type": "application/json"}
    seen = send_and_leave(stage.load.url, headers, body, wait=waited)
    began = time.monotonic()
    with stage.load.client() as client:
        told = stage.load.record(client, key, body)
    seconds = time.monotonic() - began
    head, _, answer = seen.partition(b"\r\n\r\n")
    if waited and not (head.startswith(b"HTTP/1.1 201") and told.answer.startswith(answer)):
        stage.load.failures.append(f"{key}: {seen!r} was on its way, and the second time {told.answer!r}")
    stage.load.note(replace(told, attempts=told.attempts + 1))
    return seconds


Fault = Callable[[Stage], float]

FAULTS: dict[str, dict[str, Fault]] = {
    "sqlite": {"server killed": kill_server, "scheduler killed": kill_scheduler, "reply lost": lose_reply},
    "postgresql": {
        "server killed": kill_server,
        "scheduler killed": kill_scheduler,
        "reply lost": lose_reply,
        "commit not heard of": lose_commit,
        "database stopped hard": stop_database,
    },
}


def run(kind: str, times: int, tell: Callable[[str, int, float], None] = lambda *_: None) -> Outcome:
    """Breaks a ledger so many times in each way, one after the other, under load; then checks every claim."""
    outcome, chance = Outcome(), random.Random(times)  # noqa: S311 - when to strike
    with staged(kind) as stage:
        try:
            for number in range(times):
                for name, strike in FAULTS[kind].items():
                    time.sleep(chance.uniform(*PAUSE_SECONDS))
                    seconds = strike(stage)
                    outcome.seconds.setdefault(name, []).append(seconds)
                    outcome.loads.append(os.getloadavg()[0])
                    tell(name, number + 1, seconds)
        except (NotAnsweredError, TimeoutError) as error:
            outcome.broken.append(str(error))
        stage.load.stop()
        acknowledged = stage.load.acknowledged
        outcome.submissions, outcome.events = len(acknowledged), stage.store.read.head().position
        outcome.again = sum(one.attempts > 1 for one in acknowledged)
        outcome.broken += broken(stage.store, stage.load)
    return outcome


@contextmanager
def staged(kind: str) -> Iterator[Stage]:
    """A new ledger with everything at work on it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ledger-faults-")))
        server = stack.enter_context(own_server()) if kind == "postgresql" else None
        cable = None if server is None else Cable(server.url)
        if cable is not None:
            stack.callback(cable.close)
        url = f"sqlite:///{folder}/ledger.db" if server is None else server.url
        migrations.upgrade(url)
        store = stack.enter_context(open_store(url))
        port = free_port()
        settings = {"serve_scheduler": "off", "scheduler_seconds": "1", "log_format": "json"}
        near = url if cable is None else cable.url
        api = Program(folder / "api.log", "serve", port=str(port), database_url=near, **settings)
        scheduler = Program(folder / "scheduler.log", "scheduler", database_url=url, **settings)
        for program in (api, scheduler):
            program.start()
            stack.callback(program.kill)
        load = stack.enter_context(under_load(f"http://127.0.0.1:{port}", allowing(store)))
        yield Stage(api, scheduler, store, load, server, cable)


def until(done: Callable[[], bool]) -> None:
    """Waits until something has come about. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come about within a minute")
        time.sleep(LOOK_SECONDS)
