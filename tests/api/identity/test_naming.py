"""Naming: whether a value names another party, and what is told of one that does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.identity.naming import Telling, names

OTHERS = frozenset({"south", "South & Co", "s.1"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("As south says.", True),
        ("SOUTH", True),
        ("by South & Co, of course", True),
        ("southern", False),
        ("s.1", True),
        ("s11", False),
        ("", False),
        (["fast", "not south"], True),
        (("fast",), False),
        ({"south": 1}, True),
        ({"seller": "south"}, True),
        ({"criteria": [{"unit": "more than south"}]}, True),
        ({"seats": 20, "on": date(2026, 1, 1), "new": True, "by": None}, False),
        (None, False),
        (7, False),
    ],
)
def test_a_word_of_its_own_in_any_text(value: Any, expected: bool) -> None:
    """In whatever case, as a key or a value, however deep."""
    assert names(value, OTHERS) is expected


def test_what_is_withheld_is_told_once() -> None:
    """By the names of the fields, in their order; the values that name nobody are told as they are."""
    telling = Telling(OTHERS)
    assert [telling.tell(field, value) for field, value in (("pain", "south"), ("name", "n"), ("pain", "South"))] == [
        None, "n", None
    ]  # fmt: skip
    assert telling.tell("reasons", ["of south"]) is None
    assert telling.withheld == ["pain", "reasons"]
    assert Telling(frozenset()).tell("pain", "south") == "south"
