"""Deriving: what one more event costs an account that has 10, 100, 1,000 or 10,000, in order and backdated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from api.wiring import RightsLedger
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure, at_most, median
from benchmarks.histories import BEGINNING, EVENTS_EACH, Raw, account, fill, in_order, opportunity, people
from benchmarks.options import Options
from projections.recording import Submission

SIZES = (10, 100, 1_000, 10_000)
MOST = 3


class Took(NamedTuple):
    """How long an append took, in seconds: by the clock, and of processor time."""

    clock: float
    processor: float


Extending = Callable[[str, list[Raw], int], list[Raw]]
"""The events to append to an account of a name, a history and a size."""


def measure(options: Options) -> Iterator[Figure]:
    """The median time of an append by the size of the account, and how many times that of the smallest.

    Once by the clock, in which waiting for the disk hides what derivation costs, and once by processor time.
    """
    rounds, sizes = options.size(options.rounds, 1), SIZES[: options.size(4, 2)]
    for kind in options.databases:
        with database(kind) as url, ledger(url) as opened:
            fill(opened, people())
            for what, extend in (("in order", _next), ("backdated", _backdated)):
                found = _times(opened, sizes, rounds, extend, what.replace(" ", "-"))
                for size in sizes:
                    yield from _figures(f"one event {what} to an account of", found, size, kind)


def _figures(what: str, found: dict[int, list[Took]], size: int, kind: str) -> Iterator[Figure]:
    smallest = min(found)
    for place, by in enumerate(Took._fields):
        yield Figure(f"{what} {size:,}, {by}", median([one[place] for one in found[size]]) * 1e3, "ms", kind)
        if size > smallest:
            name = f"{what} {size:,}, beside one of {smallest}, {by}"
            ratio = median([one[place] / least[place] for one, least in zip(found[size], found[smallest], strict=True)])
            limited = size == SIZES[-1] and "in order" in what
            yield at_most(name, ratio, "times", MOST, kind) if limited else Figure(name, ratio, "times", kind)


def _times(
    opened: RightsLedger, sizes: Sequence[int], rounds: int, extend: Extending, name: str
) -> dict[int, list[Took]]:
    """Seconds to an append for each size, a mean for each round; accounts of all sizes take turns, fresh each round."""
    found: dict[int, list[Took]] = {size: [] for size in sizes}
    for number in range(rounds + 1):
        for size in sizes:
            account_id = f"{name}-{number}-{size}"
            history = list(islice(in_order(account_id), size + 5 * EVENTS_EACH))
            fill(opened, [account(account_id), *history[: size - 1]])
            more = extend(account_id, history, size)
            began, busy = time.perf_counter(), time.process_time()
            for raw in more:
                opened.recorder.record(Submission([raw], actor="benchmark"))
            if number or rounds == 1:  # the first round warms up
                busy, clock = time.process_time() - busy, time.perf_counter() - began
                found[size].append(Took(clock / len(more), busy / len(more)))
    return found


def _next(_: str, history: list[Raw], size: int) -> list[Raw]:
    """The events that follow, five opportunities' worth: each is one append."""
    return history[size - 1 :]


def _backdated(account_id: str, _: list[Raw], size: int) -> list[Raw]:
    """Opportunities that began before all others, told event by event only now."""
    return [raw for number in range(5) for raw in opportunity(account_id, size + number, BEGINNING)]
