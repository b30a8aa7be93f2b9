"""A load generator in a process of its own: keep-alive connections that each ask again as soon as they are answered.

Reads one job as JSON from standard input and prints what came of it; see `load`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass, field

import httptools
import orjson


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a job: answers a second, the median and the 99th percentile of the time to each (seconds)."""

    per_second: float
    median: float
    p99: float
    answered: int
    refused: int


TOKENS: dict[int, str] = {}
"""What a server takes as proof of an admin, by its port."""

TURN = "TURN------------"
"""Stands in a request for a number that is another each time the request is sent, in this job and in later ones."""

IN_WIRE = TURN.encode()
ADMISSION = "Authorization: Bearer $TOKEN"
"""The header of every request; `load` puts the token in."""


def get(path: str) -> str:
    """A GET request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: ledger\r\n{ADMISSION}\r\n\r\n"


def post(path: str, body: bytes) -> str:
    """A POST request with a JSON body as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: ledger\r\n{ADMISSION}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body.decode()}"


def load(port: int, requests: list[str], *, connections: int, seconds: float, once: bool = False) -> Loaded:
    """Sends the requests in turn for so many seconds (`once`: each only once), from a process of its own.

    Each connection begins at another place in the list.
    """
    allowed = ADMISSION.replace("$TOKEN", TOKENS.get(port, ""))
    requests = [request.replace(ADMISSION, allowed, 1) for request in requests]
    job = {"port": port, "requests": requests, "connections": connections, "seconds": seconds, "once": once}
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.client"], input=orjson.dumps(job), check=True, stdout=subprocess.PIPE
    )
    return Loaded(**orjson.loads(told.stdout))


@dataclass(slots=True)
class _Job:
    requests: list[bytes]
    until: float
    once: bool
    times: list[float] = field(default_factory=list)
    refused: int = 0
    turn: int = field(default_factory=lambda: time.time_ns() // 1_000)


class _Connection(asyncio.Protocol):
    """One keep-alive connection; `mine` are the places in the list that it takes, one after the other."""

    def __init__(self, job: _Job, mine: range, done: asyncio.Future[None]) -> None:
        self._job, self._mine, self._done = job, mine, done
        self._next = 0
        self._sent = 0.0
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self._job.times.append(now - self._sent)
        self._job.refused += self._parser.get_status_code() >= 400
        if now >= self._job.until or (self._job.once and self._next >= len(self._mine)):
            self._done.set_result(None)
            self._transport.close()
        else:
            self._parser = httptools.HttpResponseParser(self)
            self._send()

    def _send(self) -> None:
        request = self._job.requests[self._mine[self._next % len(self._mine)]]
        self._next += 1
        self._job.turn += 1
        if IN_WIRE in request:
            request = request.replace(IN_WIRE, b"%016d" % self._job.turn)
        self._sent = time.perf_counter()
        self._transport.write(request)


async def _run(port: int, requests: list[str], connections: int, seconds: float, *, once: bool) -> Loaded:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    job = _Job([request.encode() for request in requests], began + seconds, once)
    done: list[asyncio.Future[None]] = []
    for number in range(min(connections, len(requests))):
        done.append(loop.create_future())
        mine = range(number, len(requests), connections)
        await loop.create_connection(lambda mine=mine: _Connection(job, mine, done[-1]), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*done)
    took = time.perf_counter() - began
    times = sorted(job.times)
    return Loaded(len(times) / took, times[len(times) // 2], times[int(len(times) * 0.99)], len(times), job.refused)


def main() -> None:
    """Does the job that standard input tells."""
    given = orjson.loads(sys.stdin.buffer.read())
    found = asyncio.run(
        _run(given["port"], given["requests"], given["connections"], given["seconds"], once=given["once"])
    )
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
