"""What if: the difference that a change makes to every account of the CRM export, with nothing recorded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson

from api.importing.crm import CrmImport
from api.wiring import RightsLedger
from benchmarks.databases import database, ledger
from benchmarks.exports import export, rejects_beside
from benchmarks.figures import Figure, median
from benchmarks.options import Options
from projections.asking import Moment
from projections.simulation.simulating import Simulation
from projections.simulation.supposing import Supposition

REASSIGNED = 500


def measure(options: Options) -> Iterator[Figure]:
    """Seconds until all differences are known: 60 days of grace instead of 90, and 500 opportunities reassigned."""
    rounds = options.size(3, 1)
    for kind in options.databases:
        with export(options) as (mapping, folder), database(kind) as url, ledger(url) as opened:
            CrmImport(mapping, folder).run(opened.read, opened.recorder, rejects_beside(url))
            events = opened.read.head().position
            grace = {"figure": "grace_days", "value": 60, "effective_on": "2010-01-01"}
            reassigned = _reassignment(opened, options.size(REASSIGNED, 5))
            on = date.fromisoformat(reassigned[0]["effective_on"])
            for what, supposed in (
                (f"what if grace were 60 days, over {events:,} events", Supposition(figures=[grace])),
                (f"what if {len(reassigned)} opportunities were reassigned", Supposition(events=reassigned)),
            ):
                found = [_differences(opened, supposed, on) for _ in range(rounds)]
                yield Figure(what, median([seconds for seconds, _ in found]), "s", kind)
                yield Figure(f"{what}: accounts that differ", found[0][1], "accounts", kind)


def _differences(opened: RightsLedger, supposed: Supposition, on: date) -> tuple[float, int]:
    now = Moment(on, opened.read.head().position)
    began = time.perf_counter()
    simulation = Simulation(opened.read, supposed, now, today=opened.today(), actor="benchmark")
    differing = sum(1 for one in simulation.differences() if one)
    return time.perf_counter() - began, differing


def _reassignment(opened: RightsLedger, count: int) -> list[dict[str, Any]]:
    """As many of the opportunities opened last, given to the person registered first, on the day of their opening."""
    person = orjson.loads(opened.read.page(type="party_registered", limit=1)[0].body)["data"]["party_id"]
    log = [orjson.loads(one.body) for one in opened.read.page(type="opportunity_opened", limit=100_000)]
    return [
        {
            "type": "opportunity_reassigned",
            "account_id": opening["account_id"],
            "effective_on": opening["effective_on"],
            "data": {
                "opportunity_id": opening["data"]["opportunity_id"],
                "to_party_id": person,
                "coverage_goal": "territories drawn anew",
                "authorized_by": "sales director",
            },
        }
        for opening in log[-count:]
    ]
