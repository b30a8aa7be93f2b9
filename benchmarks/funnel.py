"""The funnel, its progress and the list of what deserves attention, of many opportunities that are all open.

A thousand are recorded on twenty accounts; what is kept of them is then multiplied under other ids.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import text

from api.wiring import RightsLedger
from benchmarks.copies import multiply
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure, at_most, median
from benchmarks.histories import Raw, account, fill, opportunity, people
from benchmarks.options import Options
from policies.stages import DEFAULT
from projections.asking import Moment
from projections.funnel import funnel, funnel_progress
from projections.selection import selected

ACCOUNTS, EACH, COPIES = 20, 50, 100
FIRST, ON = date(2026, 1, 1), date(2026, 6, 30)
MONTH = date(2026, 6, 1), date(2026, 7, 1)
FUNNEL_AIM, ATTENTION_AIM = 1_500, 3_000
"""Milliseconds, of 100,000 opportunities."""

SUM = """
    SELECT stage, currency, count(*), sum(amount) FROM kept_sheets
    WHERE known_until > 4000000000000000000 AND valid_from <= '2026-06-30' AND valid_until > '2026-06-30'
    AND state = 'open' GROUP BY stage, currency
"""


def measure(options: Options) -> Iterator[Figure]:
    """How long each takes, beside a plain sum over the same rows, and how much memory."""
    copies = options.size(COPIES, 2)
    for kind in options.databases:
        with ExitStack() as stack:
            opened = stack.enter_context(ledger(stack.enter_context(database(kind)), ON))
            fill(opened, list(_template(options.size(EACH, 5))))
            multiply(opened, copies, ("kept_sheets", "kept_rights"))
            yield from _measured(opened, kind, options)


def _measured(opened: RightsLedger, kind: str, options: Options) -> Iterator[Figure]:
    at = Moment(ON, opened.read.head().position)
    rounds = options.size(options.rounds, 1)
    count = funnel(opened.read, at).shape.whole.count
    yield Figure("open opportunities", count, "opportunities", kind)
    summing = _taken(lambda: _sum(opened), rounds)
    yield Figure("their sum by stage in plain SQL", summing * 1e3, "ms", kind)
    taken = _taken(lambda: funnel(opened.read, at), rounds)
    yield at_most(f"the funnel of {count:,} opportunities", taken * 1e3, "ms", FUNNEL_AIM, kind)
    yield Figure("the funnel : plain SQL", taken / summing, "times", kind)
    yield Figure("memory that the funnel takes", _held(lambda: funnel(opened.read, at)), "MB", kind)
    for by in ("manager", "account"):
        taken = _taken(lambda by=by: funnel(opened.read, at, by=by), rounds)  # type: ignore[misc]
        yield Figure(f"the funnel by {by}, 100 parts at most", taken * 1e3, "ms", kind)
    taken = _taken(lambda: funnel_progress(opened.read, at.position, *MONTH), rounds)
    yield Figure("the progress of a month", taken * 1e3, "ms", kind)
    taken = _taken(lambda: selected(opened.read, at), rounds)
    yield at_most(f"what deserves attention of {count:,}, the first 100", taken * 1e3, "ms", ATTENTION_AIM, kind)
    taken = _taken(lambda: selected(opened.read, at, why="exception"), rounds)
    yield Figure("exceptions, the first 100", taken * 1e3, "ms", kind)
    yield Figure("memory that what deserves attention takes", _held(lambda: selected(opened.read, at)), "MB", kind)


def _taken(work: Callable[[], Any], rounds: int) -> float:
    """The median time that work takes, in seconds."""
    times = []
    for _ in range(rounds):
        gc.collect()
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def _sum(opened: RightsLedger) -> int:
    with opened.read.connection() as connection:
        return len(connection.execute(text(SUM)).all())


def _held(work: Callable[[], Any]) -> float:
    """The most memory that Python objects take while work is done, in MB. It slows work down: done once, apart."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def _template(each: int) -> Iterator[Raw]:
    chance = Random(7)
    yield from people()
    for number in range(ACCOUNTS):
        name = f"account-{number:05}"
        yield account(name)
        for place in range(each):
            yield from _open(name, place, FIRST + timedelta(days=chance.randrange(170)), chance)


def _open(name: str, number: int, engaged: date, chance: Random) -> Iterator[Raw]:
    """An opportunity that nothing has ended yet, with odd amounts, and two moves from stage to stage."""
    *evidence, forecast, _ = opportunity(name, number, engaged)
    yield from evidence
    data = forecast["data"]
    lines = [{**data["lines"][0], "amount": f"{chance.randrange(200_000)}.{chance.randrange(1, 100):02}"}]
    yield {**forecast, "data": {**data, "lines": lines, "probability": chance.randrange(100)}}
    stages = sorted(chance.sample([stage.name for stage in DEFAULT.stages], 2))
    for step, stage in enumerate(stages):
        yield {
            "type": "opportunity_revised",
            "account_id": name,
            "effective_on": str(engaged + timedelta(days=step * chance.randrange(1, 30))),
            "data": {"opportunity_id": data["opportunity_id"], "stage": stage},
        }
