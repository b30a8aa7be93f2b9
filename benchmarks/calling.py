"""Calling rights: questions by second beside a constant answer of the same app, in rounds that take turns."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import orjson

from benchmarks.client import Loaded, get, load, post
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure, at_least, median
from benchmarks.histories import fill, many_accounts, questions
from benchmarks.options import Options
from benchmarks.serving import CONSTANT, server

CONNECTIONS = 32


def measure(options: Options) -> Iterator[Figure]:
    """Requests by second and the 99th percentile at 32 connections, one worker; a thousand questions in one call."""
    accounts, rounds = options.size(100, 2), options.size(options.rounds, 1)
    for kind in options.databases:
        with database(kind) as url:
            with ledger(url) as opened:
                fill(opened, many_accounts(accounts, options.size(300, 30)))
            with server(url) as port:
                yield from _beside_a_constant(port, kind, accounts, rounds, options.seconds)
                yield from _in_bulk(port, kind, accounts, rounds)


def _beside_a_constant(port: int, kind: str, accounts: int, rounds: int, seconds: float) -> Iterator[Figure]:
    asked = [get(path(question)) for question in questions(accounts, 2_000)]
    constants, answers = [], []
    for number in range(rounds + 1):
        constant = _load(port, [get(CONSTANT)] * CONNECTIONS, seconds)
        answer = _load(port, asked, seconds)
        if number:  # the first round warms up
            constants.append(constant)
            answers.append(answer)
    yield Figure("constant answer", median([one.per_second for one in constants]), "requests/s", kind)
    yield Figure("constant answer, p99", median([one.p99 for one in constants]) * 1e3, "ms", kind)
    yield Figure("calling rights", median([one.per_second for one in answers]), "requests/s", kind)
    yield Figure("calling rights, p99", median([one.p99 for one in answers]) * 1e3, "ms", kind)
    pairs = zip(answers, constants, strict=True)
    ratio = median([answer.per_second / constant.per_second for answer, constant in pairs])
    what = "calling rights : constant answer"
    yield at_least(what, ratio, "times", 0.35, kind) if kind == "sqlite" else Figure(what, ratio, "times", kind)


def _in_bulk(port: int, kind: str, accounts: int, rounds: int) -> Iterator[Figure]:
    asked = post("/v1/calling-rights", orjson.dumps({"questions": questions(accounts, 1_000)}))
    times = [_load(port, [asked], 0, connections=1).median for _ in range(rounds + 1)]
    yield Figure("1,000 questions in one call", median(times[1:] or times) * 1e3, "ms", kind)


def path(question: dict[str, str]) -> str:
    """The path and query of a question."""
    asked = dict(question)
    return f"/v1/accounts/{asked.pop('account_id')}/calling-rights?{urlencode(asked)}"


def _load(port: int, requests: list[str], seconds: float, connections: int = CONNECTIONS) -> Loaded:
    done = load(port, requests, connections=connections, seconds=seconds)
    if done.refused:
        raise RuntimeError(f"{done.refused} of {done.answered} questions were refused")
    return done
