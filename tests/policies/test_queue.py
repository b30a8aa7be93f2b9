"""The queue: who comes first on a line, and until when the others wait."""

from dataclasses import replace
from datetime import date

import pytest

from policies.claims import Claim
from policies.days import FOREVER, Span
from policies.queue import Place, queue
from tests.scenarios.telling import history, told

DAYS = [date(2026, 1, day) for day in range(1, 32)]


def _claim(name: str, start: tuple[int, int] | None, until: int | None) -> Claim:
    """A claim established on a day of January at a position, live until a day of January."""
    (forecast,) = history("2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31")[1:]
    order = None if start is None else (DAYS[start[0]], start[1])
    over_on = FOREVER if until is None else DAYS[until]
    live = None if order is None or order[0] >= over_on else Span(order[0], over_on, None)
    return Claim(name, "gtx-pro", forecast, order, (), over_on, None, None, live, None)


Expected = tuple[str, int | None, str | None]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([("a", (1, 1), 10)], [("a", 1, None)]),
        ([("b", (2, 2), 20), ("a", (1, 1), 10)], [("a", 1, None), ("b", 10, "a")]),
        ([("a", (1, 2), 10), ("b", (1, 1), 20)], [("b", 1, None), ("a", 10, "b")]),
        ([("b", (1, 1), 10), ("a", (1, 1), 20)], [("a", 1, None), ("b", 10, "a")]),
        ([("a", (1, 1), 10), ("b", (2, 2), 10)], [("a", 1, None), ("b", 10, "a")]),
        ([("a", (1, 1), 10), ("b", (2, 2), 11)], [("a", 1, None), ("b", 10, "a")]),
        ([("a", (1, 1), 10), ("b", (10, 2), 20)], [("a", 1, None), ("b", 10, None)]),
        ([("a", (1, 1), 10), ("b", (9, 2), 20)], [("a", 1, None), ("b", 10, "a")]),
        ([("a", (1, 1), 10), ("b", (2, 2), 5), ("c", (3, 3), 20)], [("a", 1, None), ("b", 5, "a"), ("c", 10, "a")]),
        ([("a", (1, 1), 10), ("b", (2, 2), 15), ("c", (3, 3), 20)], [("a", 1, None), ("b", 10, "a"), ("c", 15, "b")]),
        ([("a", (1, 1), 10), ("b", (2, 2), 10), ("c", (3, 3), 20)], [("a", 1, None), ("b", 10, "a"), ("c", 10, "a")]),
        ([("a", None, 10), ("b", (5, 2), 5), ("c", (3, 3), 20)], [("c", 3, None)]),
        ([("a", (1, 1), None), ("b", (2, 2), None)], [("a", 1, None), ("b", None, "a")]),
        ([], []),
    ],
)
def test_places_in_the_queue(
    claims: list[tuple[str, tuple[int, int] | None, int | None]], expected: list[Expected]
) -> None:
    """By establishment, then by name; each waits until the last of those ahead has ended, at most for its own life."""
    places = queue([_claim(*each) for each in claims])
    assert [
        (
            place.claim.opportunity_id,
            None if place.reserved_from == FOREVER else DAYS.index(place.reserved_from),
            place.ahead.opportunity_id if place.ahead else None,
        )
        for place in places
    ] == expected
    for place in places:
        assert place.claim.live == Span(place.live_from, place.live_until, None)


def test_whether_a_claim_ever_comes_first() -> None:
    """It does if it outlives those ahead by a day."""
    claim = _claim("a", (1, 1), 10)
    place = Place(claim, DAYS[1], DAYS[10], DAYS[9], None)
    assert place.is_reserved
    assert not replace(place, reserved_from=DAYS[10]).is_reserved


def test_whom_a_claim_waits_for() -> None:
    """The reason names the forecast of the claim ahead, and until when it comes first."""
    telling = told(
        "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31 [first]",
        "2026-01-11 mary establishes opp-2 on gtx-pro expected 2026-05-31",
        "2026-01-12 omar establishes opp-3 on gtx-pro expected 2026-12-31",
    )
    telling.check(
        [
            (
                "2026-02-01 opp-2 gtx-pro → mary queued, deadline 2026-08-29; citing [first]; "
                "says A claim on gtx-pro established earlier comes first until 30 June 2026."
            ),
            (
                "2026-02-01 opp-3 gtx-pro → omar queued, deadline 2027-03-31; "
                "says A claim on gtx-pro established earlier comes first until 30 August 2026."
            ),
        ]
    )
