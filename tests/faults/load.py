"""Load: clients that record under idempotency keys, and send again, with the same key, whatever was not answered.

Every event says in its `source` under which key it was sent, so that the log can be held against what was acknowledged.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from tests.projections.facts import Event, account, award, opportunity, party

CLIENTS = 4
EACH_ACCOUNT = 15
"""Submissions before a client turns to the next account: histories stay as long as those of real accounts."""

SHARED = tuple(f"shared-{number}" for number in range(60))
"""Accounts on which all clients record at the same time."""

STAGE = [party("jane"), party("mary"), *map(account, SHARED)]

RETRY_SECONDS = 0.02
PATIENCE_SECONDS = 60.0
THINKING_SECONDS = 0.04


class NotAnsweredError(Exception):
    """A client gave up: what it sent was refused, or not answered for a minute."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A submission that was answered: its key, its body, the answer, how often it was sent, and when the last time."""

    key: str
    body: bytes
    answer: bytes
    attempts: int
    sent_at: float


@dataclass
class Load:
    """What the clients sent and were answered so far."""

    url: str
    headers: dict[str, str]
    acknowledged: list[Acknowledged] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Sets the clients to work."""
        with self.client() as client:
            self.note(self.record(client, "stage", encoded("stage", STAGE)))
        self._threads = [threading.Thread(target=_work, args=(self, number)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns once every client is answered what it sent last."""
        self.stopping.set()
        for thread in self._threads:
            thread.join()

    def record(self, client: httpx.Client, key: str, body: bytes) -> Acknowledged:
        """Sends a submission until it is answered. Raises NotAnsweredError."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        deadline, attempts, reason = time.monotonic() + PATIENCE_SECONDS, 0, ""
        while time.monotonic() < deadline:
            attempts, sent_at = attempts + 1, time.monotonic()
            try:
                answer = client.post("/v1/events", content=body, headers=headers)
            except httpx.TransportError as error:
                reason = repr(error)
            else:
                if answer.status_code == 201:
                    return Acknowledged(key, body, answer.content, attempts, sent_at)
                reason = f"{answer.status_code} {answer.text}"
                if answer.status_code != 503:
                    break
            time.sleep(RETRY_SECONDS)
        raise NotAnsweredError(f"{key}: {reason}")

    def note(self, one: Acknowledged) -> None:
        """A submission was acknowledged."""
        with self._news:
            self.acknowledged.append(one)
            self._news.notify_all()

    def answered_after(self, moment: float) -> float:
        """How long after a moment something is acknowledged that was sent after it. Raises NotAnsweredError."""

        def answered() -> bool:
            return bool(self.failures) or (bool(self.acknowledged) and self.acknowledged[-1].sent_at > moment)

        with self._news:
            if not self._news.wait_for(answered, PATIENCE_SECONDS):
                raise NotAnsweredError("nothing was acknowledged for a minute")
            return time.monotonic() - moment

    def client(self) -> httpx.Client:
        """A client of the server under load."""
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=20, trust_env=False)


@contextmanager
def under_load(url: str, headers: dict[str, str]) -> Iterator[Load]:
    """Clients at work for as long as the block lasts; at its end each is answered what it sent last."""
    load = Load(url, headers)
    try:
        load.start()
        yield load
    finally:
        load.stop()


def encoded(key: str, events: list[Event]) -> bytes:
    """The body of a submission whose events say under which key they were sent."""
    return json.dumps({"events": [{**one, "source": key} for one in events]}).encode()


def sources(body: Any) -> dict[str, list[tuple[int, str]]]:
    """The position and id of every event of a list, by the key under which it was sent."""
    found: dict[str, list[tuple[int, str]]] = {}
    for one in body:
        found.setdefault(one.get("source", ""), []).append((one["position"], one["event_id"]))
    return found


def _work(load: Load, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 - how long to think
    try:
        with load.client() as client:
            for key, events in _submissions(number):
                if load.stopping.is_set():
                    return
                load.note(load.record(client, key, encoded(key, events)))
                time.sleep(chance.uniform(0, THINKING_SECONDS))
    except Exception as error:  # noqa: BLE001 - told at the end, whatever it was
        load.failures.append(f"client {number}: {error!r}")


def _submissions(number: int) -> Iterator[tuple[str, list[Event]]]:
    """Without end: opportunities on accounts of one's own and on those that all clients share, some of them won.

    Expected long ago, so that what is not won has lapsed and the scheduler has something to announce.
    """
    for turn in count():
        own, shared = f"own-{number}-{turn}", SHARED[turn % len(SHARED)]
        yield own, [account(own)]
        for one in range(EACH_ACCOUNT):
            where, line, name = (own, shared)[one % 2], f"line-{number}-{one}", f"opp-{number}-{turn}-{one}"
            yield name, opportunity(name, ("jane", "mary")[one % 2], line, account=where)
            if one % 3 == 0:
                yield f"{name}-won", [award(name, f"contract-{name}", line, account=where)]
