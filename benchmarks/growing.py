"""Growing: the same question on a ledger a hundred times larger, with a hundred times as many accounts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

from api.wiring import RightsLedger
from benchmarks.calling import path
from benchmarks.client import get, load
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure, at_most, median
from benchmarks.histories import fill, many_accounts, questions
from benchmarks.options import Options
from benchmarks.serving import server
from projections.asking import moment
from projections.calling import calling_right

TIMES = 100


def measure(options: Options) -> Iterator[Figure]:
    """How many times longer a question takes there, in process and over HTTP, in rounds that take turns."""
    accounts, times = options.size(20, 2), options.size(TIMES, 3)
    rounds, each = options.size(2 * options.rounds, 1), options.size(31, 8)
    for kind in options.databases:
        with ExitStack() as stack:
            small, large = [stack.enter_context(database(kind)) for _ in range(2)]
            ledgers = [stack.enter_context(ledger(url)) for url in (small, large)]
            for opened, size in zip(ledgers, (accounts, accounts * times), strict=True):
                fill(opened, many_accounts(size, each))
            asked = [questions(size, options.size(1_000, 20)) for size in (accounts, accounts * times)]
            what = f"a question on a ledger of {accounts * times * each:,} events, beside one of {accounts * each:,}"
            pairs = [[_ask(*one) for one in zip(ledgers, asked, strict=True)] for _ in range(rounds + 1)][1:]
            ratio = median([after / before for before, after in pairs])
            yield Figure("a question in process", median([before for before, _ in pairs]) * 1e6, "µs", kind)
            yield at_most(f"{what}, in process", ratio, "times", 1.2, kind)
            ports = [stack.enter_context(server(url)) for url in (small, large)]
            requests = [[get(path(question)) for question in some] for some in asked]
            seconds = options.seconds / 2
            pairs = [
                [load(*one, connections=1, seconds=seconds).median for one in zip(ports, requests, strict=True)]
                for _ in range(rounds + 1)
            ]
            ratio = median([after / before for before, after in pairs[1:]])
            yield at_most(f"{what}, over HTTP", ratio, "times", 1.2, kind)


def _ask(opened: RightsLedger, asked: list[dict[str, str]]) -> float:
    """The median time to an answer in seconds."""
    times = []
    for one in asked:
        began = time.perf_counter()
        at = moment(opened.read, date.fromisoformat(one["on"]), None, opened.today())
        calling_right(opened.read, one["account_id"], one["party_id"], at, one["line"])
        times.append(time.perf_counter() - began)
    return median(times)
