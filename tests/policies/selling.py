"""Sheets drawn at random, for tests of the funnel: single ones, and whole lives of opportunities."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from policies.days import FOREVER
from policies.kept import Sheet
from policies.stages import Stage, StageSet

FIRST = date(2026, 1, 1)
LAST = FIRST + timedelta(days=60)
STAGES = StageSet(
    (Stage("Proposing", 0, probability=50), Stage("Negotiating", 1), Stage("Closing", 2, probability=99)), FIRST
)
OPEN = st.just("open")
NAMES = ("Proposing", "proposing", "Negotiating", "Closing", "Dreaming", None)


@st.composite
def sheets(draw: DrawFn, /, states: SearchStrategy[str] = OPEN, **fixed: Any) -> Sheet:
    """A sheet of one day."""
    currency = draw(st.sampled_from(("USD", "JPY", "BHD", None)))
    amount = None if currency is None else draw(st.integers(0, 10**18) | st.integers(0, 1_000))
    values: dict[str, Any] = {
        "account_id": draw(st.sampled_from(("acme", "beta"))),
        "opportunity_id": f"opp-{draw(st.integers(1, 10**9))}",
        "valid_from": FIRST,
        "valid_until": FOREVER,
        "name": "Workstations",
        "state": draw(states),
        "opened_on": FIRST,
        "stage": draw(st.sampled_from(NAMES)),
        "manager": draw(st.sampled_from(("jane", "omar", None))),
        "region": draw(st.sampled_from(("North", None))),
        "currency": currency,
        "amount": amount,
        "probability": draw(st.none() | st.integers(0, 99)),
        "expected_close_on": draw(st.none() | st.dates(FIRST, LAST)),
    }
    return Sheet(**{**values, **fixed})


@st.composite
def lives(draw: DrawFn) -> tuple[Sheet, ...]:
    """What the sheet of one opportunity says from its opening on."""
    name = f"opp-{draw(st.integers(1, 10**9))}"
    days = sorted(draw(st.sets(st.dates(FIRST, LAST), min_size=1, max_size=8)))
    states = st.sampled_from(("open", "open", "open", "lost", "abandoned", "won"))
    found: list[Sheet] = []
    for day, until in zip(days, [*days[1:], FOREVER], strict=True):
        own = draw(sheets(states, opportunity_id=name, opened_on=days[0], valid_from=day, valid_until=until))
        if found and found[-1].state == "won":
            break  # what was won stays won
        found.append(own)
    return tuple(found)


def on_day(life: tuple[Sheet, ...], day: date) -> Sheet | None:
    """What the sheet says on a day."""
    return next((sheet for sheet in reversed(life) if sheet.valid_from <= day), None)
