"""A stand-in for the recorder, for tests that need no ledger: gives positions, passes over what is refused."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from tests import oracle

RecordedEvent = dict[str, Any]

_INTRODUCES = {
    "opportunity_opened": "opportunity_id",
    "revenue_share_proposed": "agreement_id",
    "business_awarded": "contract_id",
}


def record(posted: Iterable[dict[str, Any]]) -> list[RecordedEvent]:
    """The events recorded, positions from 1 on, effective dates as dates.

    Those that a rule refuses, or that name what is unknown or already taken back, are left out.
    """
    recorded: list[RecordedEvent] = []
    gone: set[str] = set()
    for event in posted:
        taken_back = _taken_back(event)
        there = [each for each in recorded if each["event_id"] not in gone]
        if taken_back is not None and taken_back not in {each["event_id"] for each in there}:
            continue
        if not _names_known(event, there) or oracle.refused_by(recorded, event) is not None:
            continue
        gone |= {taken_back} if taken_back is not None else set()
        on = date.fromisoformat(event["effective_on"])
        recorded = [*recorded, {**event, "effective_on": on, "position": len(recorded) + 1}]
    return recorded


def _taken_back(event: dict[str, Any]) -> str | None:
    named: str | None = event["data"]["event_id"] if event["type"] == "event_retracted" else event.get("corrects")
    return named


def _names_known(event: dict[str, Any], there: list[RecordedEvent]) -> bool:
    """Whether opportunity, agreement and contract were introduced by an event that still stands."""
    own = _INTRODUCES.get(event["type"])
    for kind, name in _INTRODUCES.items():
        if name == own or name not in event["data"]:
            continue
        known = {each["data"][name] for each in there if each["type"] == kind}
        if event["data"][name] not in known:
            return False
    if own is not None and own != "contract_id":
        mine = event["data"][own]
        others = [each for each in there if each["event_id"] != event.get("corrects")]
        return all(each["type"] != event["type"] or each["data"][own] != mine for each in others)
    return True
