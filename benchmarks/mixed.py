"""Mixed load: several workers and a scheduler on one ledger, in which people record and ask at the same time.

On PostgreSQL two workers and a scheduler of its own, on SQLite one process with the scheduler inside. Sixteen
connections ask and four record, each again as soon as it is answered: more than the machine can do at once.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

import orjson

from api.identity.development import token
from benchmarks.calling import path
from benchmarks.client import TOKENS, TURN, Loaded, get, load, post
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure, at_most
from benchmarks.histories import BEGINNING, PEOPLE, fill, many_accounts, opportunity, questions
from benchmarks.options import Options
from ledger.store import open_store
from projections.verifying import verify

WORKERS = 2
ASKING, RECORDING = 16, 4
SECONDS = 60
WARMING_UP = 5
SETTINGS = {"LEDGER_SCHEDULER_SECONDS": "5", "LEDGER_LOG_LEVEL": "warning"}
RUN = "from api.cli.main import main; main()"
PROCESSES = Path("/proc")
"""Where Linux tells of them."""


def measure(options: Options) -> Iterator[Figure]:
    """How many questions and submissions a second, their median and 99th percentile, what was refused, and memory."""
    accounts, seconds = options.size(100, 4), max(options.seconds, options.size(SECONDS, 1))
    for kind in options.databases:
        with database(kind) as url:
            with ledger(url) as opened:
                fill(opened, many_accounts(accounts, options.size(300, 30)))
            with serving(url, kind) as (port, workers):
                _mixed(port, accounts, min(WARMING_UP, seconds))
                began = workers()
                with ThreadPoolExecutor(1) as beside:
                    halfway = beside.submit(_memories_after, seconds / 2, began)
                    memories = {"at the beginning": _memories_after(0, began)}
                    asked, recorded = _mixed(port, accounts, seconds)
                    memories |= {"halfway": halfway.result(), "at the end": _memories_after(0, began)}
            yield from _figures(kind, seconds, asked, recorded)
            for when, measured in memories.items():
                for number, megabytes in enumerate(measured, start=1):
                    yield Figure(f"memory of worker {number} {when}", megabytes, "MB", kind)
            grown = sum(memories["at the end"]) / sum(memories["halfway"])
            yield at_most("memory at the end, beside halfway", grown, "times", 1.05, kind)
            with open_store(url) as store:
                yield Figure("events in the end", store.read.head().position, "events", kind)
                yield at_most("differences that `verify` finds then", verify(store) is not None, "", 0, kind)


def _figures(kind: str, seconds: float, asked: Loaded, recorded: Loaded) -> Iterator[Figure]:
    answered, refused = asked.answered + recorded.answered, asked.refused + recorded.refused
    yield Figure(f"requests in {seconds:g} s", answered, "requests", kind)
    yield at_most("of these refused or failed", refused, "requests", 0, kind)
    for what, one in (("questions", asked), ("submissions of 6 events", recorded)):
        yield Figure(what, one.per_second, "requests/s", kind)
        yield Figure(f"{what}, median", one.median * 1e3, "ms", kind)
        yield Figure(f"{what}, p99", one.p99 * 1e3, "ms", kind)


def _mixed(port: int, accounts: int, seconds: float) -> tuple[Loaded, Loaded]:
    """What came of the questions, and of the submissions."""
    with ThreadPoolExecutor(2) as threads:
        asking = threads.submit(load, port, _questions(accounts), connections=ASKING, seconds=seconds)
        recording = threads.submit(load, port, _submissions(accounts), connections=RECORDING, seconds=seconds)
        return asking.result(), recording.result()


def _questions(accounts: int) -> list[str]:
    """Two of three ask who may call, the others everything else."""
    listed = []
    for number, question in enumerate(questions(accounts, 600)):
        account_id, party_id = question["account_id"], question["party_id"]
        others = (
            f"/v1/accounts/{account_id}/rights?on={question['on']}",
            f"/v1/accounts/{account_id}/overview?on={question['on']}",
            f"/v1/parties/{party_id}/rights?on={question['on']}&limit=20",
            f"/v1/deadlines?on={question['on']}&within_days=30&limit=20",
            f"/v1/obligations?account_id={account_id}&on={question['on']}",
            f"/v1/events?account_id={account_id}&limit=20",
        )
        listed.append(get(others[number // 3 % len(others)] if number % 3 == 0 else path(question)))
    return listed


def _submissions(accounts: int) -> list[str]:
    """An opportunity on each account, under another name each time it is sent; expected long ago, so that it lapses."""
    bodies = []
    for number in range(accounts):
        name, seller = f"account-{number:05}", number % len(PEOPLE)
        told = orjson.dumps({"events": opportunity(name, seller, BEGINNING)[:-1]})
        bodies.append(post("/v1/events", told.replace(f"{name}.{seller}".encode(), f"mixed-{TURN}".encode())))
    if not all(TURN in body for body in bodies):
        raise RuntimeError("a submission would be sent twice under one name")
    return bodies


@contextmanager
def serving(url: str, kind: str) -> Iterator[tuple[int, Callable[[], list[int]]]]:
    """The port of `ledger serve`, on PostgreSQL beside a scheduler; and what tells which processes answer there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with ExitStack() as stack:
        several = ("--workers", str(WORKERS)) if kind == "postgresql" else ()
        server = stack.enter_context(_program(url, "serve", "--port", str(port), *several))
        if several:
            stack.enter_context(_program(url, "scheduler"))
        _wait(port, server)
        with open_store(url) as store:
            TOKENS[port] = token(store, "admin")
        yield port, lambda: _children(server.pid) if several else [server.pid]


@contextmanager
def _program(url: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    variables = {**os.environ, **SETTINGS, "LEDGER_DATABASE_URL": url}
    started = subprocess.Popen([sys.executable, "-c", RUN, *arguments], env=variables, stdout=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.terminate()
        started.wait()


def _wait(port: int, started: subprocess.Popen[bytes]) -> None:
    while started.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30).close()
        except OSError:
            time.sleep(0.05)
            continue
        return
    raise RuntimeError("the server did not start")


def _children(pid: int) -> list[int]:
    """The workers of a server, by their numbers (Linux)."""
    listed = (PROCESSES / str(pid) / "task" / str(pid) / "children").read_text().split()
    return [int(one) for one in listed if b"spawn_main" in (PROCESSES / one / "cmdline").read_bytes()]


def _memories_after(seconds: float, pids: list[int]) -> list[float]:
    """What each has in memory in a while. Raises FileNotFoundError for one that is no more."""
    time.sleep(seconds)
    return [memory(pid) for pid in pids]


def memory(pid: int) -> float:
    """What a process has in memory, in MB (Linux)."""
    told = (PROCESSES / str(pid) / "status").read_text()
    return int(told.partition("VmRSS:")[2].split()[0]) / 1_000
