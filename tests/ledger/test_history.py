"""Retracted and corrected events are out of the history, for good."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from ledger.events.catalogue import parse
from ledger.history import in_effect
from ledger.recorded import Recorded

NOW = datetime(2026, 1, 10, tzinfo=UTC)


def event_id(number: int) -> str:
    """The id of the event at this position."""
    return str(UUID(int=number))


def fact(position: int, *, corrects: int | None = None, retracts: int | None = None) -> Recorded:
    """A loss, or a retraction."""
    data = {"reason": "Price."}
    if retracts is None:
        raw = {"type": "business_lost", "data": {**data, "opportunity_id": "opp-1"}}
    else:
        raw = {"type": "event_retracted", "data": {**data, "event_id": event_id(retracts)}}
    if corrects is not None:
        raw["corrects"] = event_id(corrects)
    event = parse({**raw, "account_id": "acme"}, today=date(2026, 1, 10))
    return Recorded(position, NOW, "jane", event_id(position), event)


@pytest.mark.parametrize(
    ("history", "positions"),
    [
        ([], []),
        ([fact(1), fact(2)], [1, 2]),
        ([fact(1), fact(2), fact(3, retracts=1)], [2]),
        ([fact(1), fact(2, corrects=1)], [2]),
        ([fact(1), fact(2, corrects=1), fact(3, corrects=2)], [3]),
        ([fact(1), fact(2, corrects=1), fact(3, retracts=2)], []),
        ([fact(1), fact(2, retracts=1), fact(3, retracts=2)], []),
        ([fact(3, retracts=1), fact(2), fact(1)], [2]),
    ],
)
def test_in_effect(history: list[Recorded], positions: list[int]) -> None:
    """What was named never comes back, even when the event that named it is taken out; the order given stays."""
    assert [one.position for one in in_effect(history)] == positions


def test_any_iterable_will_do() -> None:
    """It is read once."""
    assert [one.position for one in in_effect(iter([fact(1), fact(2, corrects=1)]))] == [2]
