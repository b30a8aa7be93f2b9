"""What is claimed to hold whatever broke, held against the ledger that came out of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ledger.store import Store
from policies.history import NOTICE_TYPES
from projections.verifying import verify
from tests.api.scheduling.telling import check_each_once
from tests.faults.load import Load, sources

SENT_AGAIN = 10
"""One submission in so many is sent once more at the end; of those that had to be sent twice, every one."""


def broken(store: Store, load: Load) -> list[str]:
    """Which claims don't hold, in words; the server has to be up, with no load."""
    log = [json.loads(one.body) for entries in store.read.entries() for one in entries]
    found = [*load.failures, *_lost_or_twice(log, load), *_answered_otherwise(load)]
    try:
        check_each_once([one for one in log if one["type"] in NOTICE_TYPES])
    except AssertionError as error:
        found.append(f"a notice was recorded twice: {error}")
    difference = verify(store)
    if difference is not None:
        found.append(f"the ledger is not whole: {difference}")
    return found


def _lost_or_twice(log: list[dict[str, Any]], load: Load) -> Iterator[str]:
    """The log holds just what was acknowledged, as it was acknowledged, and what the scheduler announced."""
    recorded = sources(one for one in log if one["type"] not in NOTICE_TYPES)
    for one in load.acknowledged:
        (told,) = sources(json.loads(one.answer)["events"]).values()
        stands = recorded.pop(one.key, [])
        if told != stands:
            yield f"{one.key}: acknowledged as {told}, recorded as {stands}"
    for key, events in recorded.items():
        yield f"{key or 'no key'}: recorded as {events}, acknowledged to nobody"


def _answered_otherwise(load: Load) -> Iterator[str]:
    """The same key with the same body is answered as before."""
    with load.client() as client:
        for number, one in enumerate(load.acknowledged):
            if one.attempts > 1 or number % SENT_AGAIN == 0:
                again = load.record(client, one.key, one.body)
                if again.answer != one.answer:
                    yield f"{one.key}: answered {one.answer!r}, then {again.answer!r}"
