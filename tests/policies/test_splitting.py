"""Splitting money: by largest remainder, to the minor unit, with nothing lost and nothing made."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.sharing import WHOLE_STEPS, in_steps
from policies.splitting import credit, split


@pytest.mark.parametrize(
    ("base", "percents", "expected"),
    [
        (10_000, {"ann": "33.3333", "ben": "33.3333", "cleo": "33.3334"}, [3_333, 3_333, 3_334]),
        (10_000, {"ann": "50", "ben": "50"}, [5_000, 5_000]),
        (1, {"ann": "33.3333", "ben": "33.3333", "cleo": "33.3334"}, [0, 0, 1]),
        (1, {"ben": "50", "ann": "50"}, [0, 1]),
        (3, {"ann": "50", "ben": "50"}, [2, 1]),
        (2, {"ann": "25", "ben": "75"}, [0, 2]),
        (10, {"ann": "25", "ben": "75"}, [2, 8]),
        (100, {"ann": "0.0001", "ben": "99.9999"}, [0, 100]),
        (0, {"ann": "60", "ben": "40"}, [0, 0]),
        (4_501, {"ann": "100"}, [4_501]),
    ],
)
def test_the_largest_remainder_gets_the_odd_unit(base: int, percents: dict[str, str], expected: list[int]) -> None:
    """Of equal remainders the larger percentage comes first, then the party whose id comes first."""
    assert list(split(base, list(percents.items()))) == expected


@pytest.mark.parametrize(
    ("base", "percent", "expected"),
    [(1_000, "10", 100), (5, "10", 1), (4, "10", 0), (15, "10", 2), (0, "10", 0), (10**18, "0.0001", 10**12)],
)
def test_a_credit_rounds_half_a_unit_up(base: int, percent: str, expected: int) -> None:
    """It stands beside the split, so that nothing has to add up."""
    assert credit(base, percent) == expected


@st.composite
def percentages(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Parties with percentages of at most four decimals that total exactly 100."""
    cuts = sorted(draw(st.sets(st.integers(1, WHOLE_STEPS - 1), max_size=9)))
    steps = [until - since for since, until in zip([0, *cuts], [*cuts, WHOLE_STEPS], strict=True)]
    return [(f"party-{number}", str(Decimal(one).scaleb(-4))) for number, one in enumerate(steps)]


@given(st.integers(0, 10**18), percentages())
def test_the_parts_add_up_and_none_is_a_unit_off(base: int, percents: list[tuple[str, str]]) -> None:
    """Conservation: the parts total the base, and each lies less than one unit from its exact percentage."""
    parts = split(base, percents)
    assert sum(parts) == base
    for part, (_, percent) in zip(parts, percents, strict=True):
        assert abs(part * WHOLE_STEPS - base * in_steps(percent)) < WHOLE_STEPS


@given(st.integers(0, 10**12), percentages(), st.randoms(use_true_random=False))
def test_the_order_of_the_parties_makes_no_difference(
    base: int, percents: list[tuple[str, str]], random: object
) -> None:
    """Whoever is named first gets no more for it."""
    shuffled = list(percents)
    random.shuffle(shuffled)
    assert dict(zip(percents, split(base, percents), strict=True)) == dict(
        zip(shuffled, split(base, shuffled), strict=True)
    )
