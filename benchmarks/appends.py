"""Appends: one event in each request, from one client and from eight, in this process and over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import orjson

from api.wiring import RightsLedger
from benchmarks.client import load, post
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure, median
from benchmarks.histories import Raw, account, fill, in_order, people
from benchmarks.options import Options
from benchmarks.serving import server
from projections.recording import Submission


def measure(options: Options) -> Iterator[Figure]:
    """Events recorded by second, each waited for until it is committed; every client has accounts of its own."""
    each, rounds = options.size(300, 10), options.size(options.rounds, 1)
    for kind in options.databases:
        with database(kind) as url:
            with ledger(url) as opened:
                fill(opened, people())
                for clients in (1, 8):
                    speeds = [_in_process(opened, clients, each, f"p{clients}-{one}") for one in range(rounds)]
                    yield Figure(f"single appends in process, {_clients(clients)}", median(speeds), "events/s", kind)
            with server(url) as port:
                for clients in (1, 8):
                    speeds = [_over_http(port, clients, each, f"h{clients}-{one}") for one in range(rounds)]
                    yield Figure(f"single appends over HTTP, {_clients(clients)}", median(speeds), "events/s", kind)


def _in_process(opened: RightsLedger, clients: int, each: int, name: str) -> float:
    histories = [_history(f"{name}-{client}", each) for client in range(clients)]

    def send(history: list[Raw]) -> None:
        for raw in history:
            opened.recorder.record(Submission([raw], actor="benchmark"))

    with ThreadPoolExecutor(clients) as threads:
        began = time.perf_counter()
        list(threads.map(send, histories))
        return clients * each / (time.perf_counter() - began)


def _over_http(port: int, clients: int, each: int, name: str) -> float:
    histories = [_history(f"{name}-{client}", each) for client in range(clients)]
    in_turn = [raw for together in zip(*histories, strict=True) for raw in together]
    requests = [post("/v1/events", orjson.dumps({"events": [raw]})) for raw in in_turn]
    done = load(port, requests, connections=clients, seconds=600, once=True)
    if done.refused:
        raise RuntimeError(f"{done.refused} of {done.answered} appends were refused")
    return done.per_second


def _history(name: str, events: int) -> list[Raw]:
    return [account(name), *islice(in_order(name), events - 1)]


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"
