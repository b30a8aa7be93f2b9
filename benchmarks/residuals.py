"""Residuals: statements, closings and adjustments over many contracts, and what one more renewal costs meanwhile.

A hundred contracts are recorded with ten yearly renewals each, months closed, and one contract in a hundred reassigned
back to before the closing. What is kept of them is then multiplied under other ids by plain SQL: to record a million
renewals one by one would measure the recorder again, which other benchmarks do.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

from sqlalchemy import text

from api.wiring import RightsLedger
from benchmarks.copies import multiply
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure, at_most, median
from benchmarks.histories import PEOPLE, Raw, account, fill, opportunity, people
from benchmarks.options import Options
from projections.asking import Moment
from projections.residuals import residuals
from projections.statements import Statement
from projections.submissions import Submission

ACCOUNTS, CONTRACTS_EACH, COPIES = 20, 5, 1_000
FIRST, LAST = 2017, 2026
CLOSED = "2026-01"
WHOLE = date(FIRST, 1, 1), date(LAST + 1, 1, 1)
MONTH = date(LAST, 3, 1), date(LAST, 4, 1)
YEAR = date(LAST, 1, 1), date(LAST + 1, 1, 1)
PARTY = PEOPLE[1]

COUNT = text("SELECT count(*), sum(amount / 1000), sum(amount % 1000) FROM kept_entitlements WHERE known_until > 4e18")


def measure(options: Options) -> Iterator[Figure]:
    """How long each takes, beside a plain SQL statement over the same rows; and how the cost of a renewal grows."""
    copies = options.size(COPIES, 3)
    for kind in options.databases:
        with ExitStack() as stack:
            opened = stack.enter_context(ledger(stack.enter_context(database(kind)), date(LAST + 1, 1, 1)))
            fill(opened, list(_template()))
            before = _renewals(opened, options.size(30, 3), 0)
            multiply(opened, copies, ("kept_entitlements", "kept_streams"))
            after = _renewals(opened, options.size(30, 3), 1)
            yield from _measured(opened, kind, options)
            what = f"one more renewal beside {ACCOUNTS * CONTRACTS_EACH * copies:,} contracts"
            yield Figure(what, after * 1e3, "ms", kind)
            yield at_most(f"{what}, beside {ACCOUNTS * CONTRACTS_EACH}", after / before, "times", 1.5, kind)


def _measured(opened: RightsLedger, kind: str, options: Options) -> Iterator[Figure]:
    position = opened.read.head().position
    rounds = options.size(3, 1)

    def statement(days: tuple[date, date], **narrowed: str) -> Statement:
        return Statement(opened.read, *days, position, **narrowed)

    rows, counting = _timed(lambda: _counted(opened), rounds)
    yield Figure("entitlements", rows, "rows", kind)
    yield Figure("counting and adding them by plain SQL", counting * 1e3, "ms", kind)
    _, taken = _timed(lambda: statement(WHOLE).totals(), rounds)
    yield Figure("totals of everybody and of ten years", taken * 1e3, "ms", kind)
    yield Figure("totals of ten years : plain SQL", taken / counting, "times", kind)
    _, taken = _timed(lambda: _page(statement(MONTH)), rounds)
    yield Figure("a month's statement: first page of 100, subtotals and totals", taken * 1e3, "ms", kind)
    _, taken = _timed(lambda: _page(statement(YEAR, party_id=PARTY)), rounds)
    yield Figure("a year's statement of one party, the same", taken * 1e3, "ms", kind)
    _, taken = _timed(lambda: list(residuals(opened.read, Moment(YEAR[0], position), party_id=PARTY).items), rounds)
    yield Figure("a page of one party's streams", taken * 1e3, "ms", kind)
    adjusted, taken = _timed(lambda: sum(1 for _ in statement(YEAR).adjustments()), 1)
    yield Figure("adjustments of a retroactive reassignment, each told", adjusted / taken, "lines/s", kind)
    peak = _peak()
    lines, taken = _timed(lambda: sum(1 for _ in statement(WHOLE).items()), 1)
    yield Figure("the statement of ten years, line by line", lines / taken, "lines/s", kind)
    yield at_most("memory that this takes beyond what was in use", _peak() - peak, "MB", 50, kind)
    _, taken = _timed(lambda: opened.recorder.record(Submission([_closing("2026-02")], actor="benchmark")), 1)
    yield Figure("closing a month", taken * 1e3, "ms", kind)


def _timed(work: Callable[[], Any], rounds: int) -> tuple[Any, float]:
    """What work comes to, and the median time it takes in seconds."""
    times, found = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - began)
    return found, median(times)


def _page(statement: Statement) -> int:
    page = statement.page(None, 100)
    return len(statement.subtotals(page.items)) + len(statement.totals().owed())


def _peak() -> float:
    """The most memory that the process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def _counted(opened: RightsLedger) -> int:
    with opened.read.connection() as connection:
        return int(connection.execute(COUNT).one()[0])


# ---- the ledger ------------------------------------------------------------------------------------------------------


def _template() -> Iterator[Raw]:
    yield from people()
    for number in range(ACCOUNTS):
        name = f"account-{number:05}"
        yield account(name)
        for place in range(CONTRACTS_EACH):
            yield from _won(name, 3 * place + 1, date(FIRST - 1, 1 + number % 12, 1 + place))
            for year in range(FIRST, LAST + 1):
                yield _renewal(name, 3 * place + 1, date(year, 1 + number % 12, 1 + place))
    yield _closing("2025-12")
    yield _closing(CLOSED)
    moved = {"to_party_id": PEOPLE[2], "coverage_goal": "north", "authorized_by": "management"}
    yield _on("opportunity_reassigned", "account-00000", date(FIRST, 1, 1), opportunity_id="account-00000.1", **moved)


def _won(name: str, number: int, engaged: date) -> Iterator[Raw]:
    """An opportunity whose award is renewed each year, two of five shared."""
    *evidence, award = opportunity(name, number, engaged)
    yield from evidence
    opportunity_id = award["data"]["opportunity_id"]
    terms = {"every_months": 12, "first_on": engaged.replace(year=engaged.year + 1).isoformat()}
    yield {**award, "data": {**award["data"], "renewal": terms}}
    if number % 2 == 0:
        shares = [
            {"party_id": PEOPLE[number % 30], "percent": "66.6667"},
            {"party_id": PEOPLE[3], "percent": "33.3333"},
        ]
        said = {"agreement_id": f"s-{opportunity_id}", "proposed_by": PEOPLE[number % 30], "shares": shares}
        shared = _on("revenue_share_proposed", name, engaged, opportunity_id=opportunity_id, **said)
        shared["data"]["from"] = engaged.isoformat()
        yield shared
        yield _on("revenue_share_accepted", name, engaged, agreement_id=f"s-{opportunity_id}", party_id=PEOPLE[3])


def _renewal(name: str, number: int, since: date) -> Raw:
    opportunity_id = f"{name}.{number}"
    line = opportunity(name, number, since)[5]["data"]["lines"][0]["line"]
    said = {
        "contract_id": f"c-{opportunity_id}",
        "period_from": since.isoformat(),
        "period_until": since.replace(year=since.year + 1).isoformat(),
        "currency": "USD",
        "lines": [{"line": line, "amount": f"{1_000 + number}.01"}],
    }
    return _on("contract_renewed", name, since, **said)


def _closing(period: str) -> Raw:
    return {"type": "period_closed", "effective_on": f"{LAST}-12-31", "data": {"period": period}}


def _on(type_: str, account_id: str, day: date, **data: Any) -> Raw:
    return {"type": type_, "account_id": account_id, "effective_on": day.isoformat(), "data": data}


def _renewals(opened: RightsLedger, number: int, turn: int) -> float:
    """The median time in seconds to record one more renewal, on one contract after the other."""
    times = []
    for each in range(number):
        name, place = f"account-{each % ACCOUNTS:05}", 3 * (each // ACCOUNTS) + 1
        sent = _renewal(name, place, date(LAST + 1 + turn, 1 + each % ACCOUNTS % 12, 1 + (place - 1) // 3))
        began = time.perf_counter()
        opened.recorder.record(Submission([sent], actor="benchmark"))
        times.append(time.perf_counter() - began)
    return median(times)
