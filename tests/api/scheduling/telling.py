"""Short words for what tests of the scheduler tell a ledger, and for what it says in return."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from api.wiring import RightsLedger
from policies.history import NOTICE_TYPES
from projections.recording import SCHEDULER, Receipt, Submission

Event = dict[str, Any]

WARNING = "grace_warning_issued"

CLAIM_OVER = date(2024, 5, 30)
"""The last day of grace of the claims in `tests.projections.facts`: expected on 1 March 2024, plus 90 days."""


def record(ledger: RightsLedger, *events: Mapping[str, Any], actor: str = "tester") -> Receipt:
    """Records events as one submission."""
    return ledger.recorder.record(Submission(events, actor))


def log(ledger: RightsLedger) -> list[Event]:
    """All events, in order."""
    return [json.loads(one.body) for one in ledger.read.page(limit=100_000)]


def notices(ledger: RightsLedger) -> list[Event]:
    """All notices in the log, in order."""
    return [event for event in log(ledger) if event["type"] in NOTICE_TYPES]


def said(event: Event) -> str:
    """A notice in a few words."""
    return f"{event['effective_on']} {event['type']} {event['data']['opportunity_id']} {event['data']['line']}"


def check_each_once(found: list[Event]) -> None:
    """No notice stands there twice, unless it was taken back in between; and the scheduler recorded all of them."""
    warned = [
        (one["account_id"], *one["data"].values(), one["effective_on"]) for one in found if one["type"] == WARNING
    ]
    assert len(set(warned)) == len(warned)
    lasting: dict[tuple[str, str, str], tuple[str, str]] = {}
    for one in found:
        claim = (one["account_id"], one["data"]["opportunity_id"], one["data"]["line"])
        if one["type"] != WARNING:
            assert lasting.get(claim) != (one["type"], one["effective_on"])
            lasting[claim] = (one["type"], one["effective_on"])
    assert {event["actor"] for event in found} <= {SCHEDULER}
