"""Selection: what is asked for alone, what comes first, and what no scenario of section 11 tells."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from api.cli.selection import Why as CliWhy
from api.http.selection import Why
from policies.days import FOREVER
from policies.figures import Figures
from policies.kept import Sheet, Shortfall
from policies.reasons import render
from policies.selection import WHYS, Attention, Lapse, attention
from policies.stages import DEFAULT
from tests.policies.selling import FIRST, sheets

FIGURES = Figures()
OPENED = date(2026, 1, 10)
CALM = Sheet(
    "acme", "opp-1", OPENED, FOREVER, "Workstations", "open", OPENED, manager="jane", engaged_on=date(2026, 3, 1)
)
"""Deserves no attention in March."""

MARCH = date(2026, 3, 15)


def look(sheet: Sheet, on: date = MARCH, why: str | None = None, lapse: Lapse | None = None) -> list[str]:
    """The reasons, in order."""
    found = attention(sheet, lapse, on, FIGURES, DEFAULT, why)
    return [] if found is None else [cause.why for cause in found.causes]


def test_a_calm_opportunity_deserves_none() -> None:
    """Nothing is due, nothing is off."""
    assert look(CALM) == []


def test_all_reasons_stand_in_one_order() -> None:
    """What is off comes first."""
    lapse = Lapse(date(2026, 3, 20), ("gtx-pro", "support"))
    busy = replace(
        CALM,
        manager=None,
        engaged_on=date(2026, 1, 10),
        strategic=True,
        stage="Proposing",
        stage_since=OPENED,
        expected_close_on=date(2026, 3, 1),
        shortfalls=(Shortfall("units", "quantity", "25", "20", "5", "workstations", "event-1"),),
    )
    first = ["shortfall", "close_overdue", "stale_engagement", "no_manager", "at_gate", "important", "not_moving"]
    assert look(busy, lapse=lapse) == [*first, "lapsing_soon"]
    assert look(replace(busy, expected_close_on=MARCH, opened_on=MARCH)) == [
        *(why for why in first if why != "close_overdue"),
        "closing_soon",
        "new",
    ]


@pytest.mark.parametrize("why", [*WHYS, "exception"])
def test_one_reason_alone(why: str) -> None:
    """Asked for one, only that one is told; asked for exceptions, only those."""
    busy = replace(CALM, manager=None, strategic=True, expected_close_on=date(2026, 3, 1))
    assert look(busy) == ["close_overdue", "no_manager", "important"]
    expected = {"exception": ["close_overdue", "no_manager"]}.get(why, [why] if why in look(busy) else [])
    assert look(busy, why=why) == expected


@pytest.mark.parametrize("state", ["won", "lost", "abandoned"])
def test_what_is_closed_deserves_none(state: str) -> None:
    """Whatever its sheet says."""
    assert look(replace(CALM, state=state, manager=None, strategic=True)) == []


@pytest.mark.parametrize(("state", "told"), [("won", ["shortfall"]), ("lost", []), ("abandoned", [])])
def test_of_what_is_closed_only_the_shortfalls_of_what_is_won_are_told(state: str, told: list[str]) -> None:
    """As exceptions, and asked for alone; nothing that an open opportunity would deserve attention for comes along."""
    short = Shortfall("units", "quantity", "25", "20", "5", "workstations", "event-1")
    closed = replace(CALM, state=state, manager=None, strategic=True, opened_on=MARCH, shortfalls=(short,))
    lapse = Lapse(date(2026, 3, 20), ("gtx-pro",))
    assert look(closed, lapse=lapse) == look(closed, why="exception") == look(closed, why="shortfall") == told
    assert look(closed, why="important") == []


@pytest.mark.parametrize(
    ("on", "lapses"),
    [(date(2026, 5, 29), False), (date(2026, 5, 30), True), (date(2026, 6, 29), True), (date(2026, 6, 30), False)],
)
def test_a_lapse_is_near_through_its_day(on: date, *, lapses: bool) -> None:
    """Thirty days before it, and on it; on the day after nothing is left that could lapse."""
    lapse = Lapse(date(2026, 6, 29), ("gtx-pro",))
    assert ("lapsing_soon" in look(CALM, on, lapse=lapse)) is lapses


def test_a_line_that_never_lapses_is_not_near() -> None:
    """Not even at the end of all days."""
    assert look(replace(CALM, engaged_on=FOREVER, opened_on=FOREVER), FOREVER, "lapsing_soon", Lapse(FOREVER, ())) == []


@pytest.mark.parametrize(
    ("miss", "says"),
    [
        (
            Shortfall("units", "quantity", "25", "20", "5", "workstations", "e"),
            "units: 20 workstations instead of 25, short by 5 workstations.",
        ),
        (
            Shortfall("price", "price", "10", "12.50", "2.50", "USD", "e"),
            "price: 12.50 USD instead of 10, over by 2.50 USD.",
        ),
        (
            Shortfall("order", "date", "2026-03-01", "2026-03-13", "12", "days", "e"),
            "order: 13 March 2026 instead of 1 March 2026, 12 days late.",
        ),
        (
            Shortfall("order", "date", "2026-03-01", None, None, "days"),
            "order: due by 1 March 2026 and not reached, 14 days late.",
        ),
    ],
)
def test_a_shortfall_in_numbers(miss: Shortfall, says: str) -> None:
    """Short or over by so much, so many days late; with the rule and the measurement."""
    found = attention(replace(CALM, shortfalls=(miss,)), None, MARCH, FIGURES, DEFAULT)
    assert found is not None
    told = render(found.causes[0].reason)
    assert (told["rule"], told["says"]) == ("OUTCOME", says)
    assert told["event_ids"] == ([] if miss.event_id is None else ["e"])


def test_exceptions_come_first_then_amounts_in_units() -> None:
    """A thousand yen stand before nine hundred dollars, an exception before both."""
    dollars = replace(CALM, opportunity_id="opp-d", strategic=True, currency="USD", amount=90_000)
    yen = replace(CALM, opportunity_id="opp-y", strategic=True, currency="JPY", amount=1_000)
    small = replace(CALM, opportunity_id="opp-s", manager=None)
    listed = [attention(one, None, MARCH, FIGURES, DEFAULT) for one in (dollars, yen, small)]
    found = sorted((one for one in listed if one is not None), key=lambda one: one.weight)
    assert [one.sheet.opportunity_id for one in found] == ["opp-s", "opp-y", "opp-d"]


@given(sheets(), st.integers(0, 80))
def test_every_reason_can_be_said(sheet: Sheet, days: int) -> None:
    """With its days, and nothing that stands for nothing."""
    on = FIRST + timedelta(days=days)
    sheet = replace(sheet, stage_since=None if sheet.stage is None else FIRST)
    found = attention(sheet, Lapse(FIRST + timedelta(days=60), ("gtx-pro",)), on, FIGURES, DEFAULT)
    causes = () if found is None else found.causes
    for cause in causes:
        told = render(cause.reason)["says"]
        assert told.endswith(".")
        assert "None" not in told
        assert "unknown" not in told
    assert isinstance(found, Attention | None)
    assert [WHYS.index(cause.why) for cause in causes] == sorted(WHYS.index(cause.why) for cause in causes)


def test_the_doors_know_every_reason() -> None:
    """Over HTTP and on the command line."""
    assert get_args(Why) == WHYS
    assert get_args(CliWhy) == (*WHYS, "exception")
