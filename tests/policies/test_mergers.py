"""Mergers: which accounts an account has taken in by a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.recorded import Recorded
from policies.mergers import taken_in
from tests.policies.memory import parse_one

JANUARY = [date(2026, 1, day) for day in range(1, 32)]


def changed(position: int, account_id: str, day: int, **data: Any) -> Recorded:
    """An account changes its identity on a day of January."""
    event = parse_one("account_identity_changed", str(JANUARY[day - 1]), account_id, reason="r", **data)
    return Recorded(position, datetime.now(UTC), "test", f"event-{position}", event)


HISTORY = [
    changed(1, "a", 20, merged_into="b"),
    changed(2, "b", 25, merged_into="c"),
    changed(3, "d", 10, merged_into="c"),
    changed(4, "b", 26, name="B & Co"),
]


@pytest.mark.parametrize(
    ("account_id", "day", "expected"),
    [
        ("c", 9, set()),
        ("c", 10, {"d"}),
        ("b", 19, set()),
        ("b", 20, {"a"}),
        ("c", 24, {"d"}),
        ("c", 25, {"a", "b", "d"}),
        ("b", 31, {"a"}),
        ("a", 31, set()),
    ],
)
def test_from_the_day_on_and_through_others(account_id: str, day: int, expected: set[str]) -> None:
    """What was taken in by one that is taken in comes along; a new name changes nothing."""
    assert taken_in(HISTORY, account_id, JANUARY[day - 1]) == expected
    assert taken_in(reversed(HISTORY), account_id, JANUARY[day - 1]) == expected


def test_of_several_mergers_the_latest_holds() -> None:
    """By day, then as recorded."""
    history = [changed(1, "a", 20, merged_into="b"), changed(2, "a", 21, merged_into="c")]
    assert (taken_in(history, "b", JANUARY[19]), taken_in(history, "b", JANUARY[20])) == ({"a"}, set())
    assert taken_in(history, "c", JANUARY[20]) == {"a"}


def test_accounts_merged_into_each_other_are_told_once() -> None:
    """A mistake that the ledger takes in: it ends, and no account has taken in itself."""
    history = [changed(1, "a", 1, merged_into="b"), changed(2, "b", 1, merged_into="a")]
    assert taken_in(history, "a", JANUARY[0]) == {"b"}
    assert taken_in(history, "b", JANUARY[0]) == {"a"}
