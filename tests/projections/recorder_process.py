"""A process that records: opportunities on the account all share and on one of its own, retractions, world changes.

    python -m tests.projections.recorder_process URL NUMBER COUNT

Waits for a line on its standard input, then prints one JSON line for each submission: the positions it was given.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from projections.problems import RecordingError
from tests.projections.facts import account, award, grace, identified, opportunity, party, retraction
from tests.projections.ledgers import Event, Ledger, open_ledger

SHARED = "shared"


def submissions(number: int, count: int) -> list[list[Event]]:
    """What one process records, one submission after the other."""
    own = f"own-{number}"
    batches = [[account(own)]]
    for turn in range(count):
        where = SHARED if turn % 2 else own
        name = f"opp-{number}-{turn}"
        opened = identified(number * 10_000 + turn, opportunity(name, "jane", "x", "y", account=where)[0])
        batches.append([opened, *opportunity(name, "jane", "x", "y", account=where)[1:]])
        if turn % 3 == 0:
            batches.append([award(name, f"contract-{name}", "x", account=where)])
        if turn % 4 == 3:
            batches.append([retraction(opened["event_id"])])
        if turn % 10 == 9 and number < 2:
            batches.append([grace(60 + number + turn)])
        if turn % 10 == 5 and number == 2:
            batches.append([party("jane", "employee", on="2021-01-01")])
    return batches


def run(ledger: Ledger, number: int, count: int) -> None:
    """Records and tells."""
    for batch in submissions(number, count):
        told: dict[str, Any] = {}
        try:
            receipt = ledger.record(*batch)
            told["positions"] = [json.loads(body)["position"] for body in receipt.events]
        except RecordingError as error:
            told["refused"] = str(error)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    url, number, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open_ledger(url) as opened_ledger:
        opened_ledger.store.check()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        run(opened_ledger, number, count)
