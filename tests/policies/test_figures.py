"""Figures: what holds on a day, and which settings are refused."""

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.events.catalogue import parse
from ledger.events.figures import PolicyFigureSet
from policies.figures import DEFINITIONS, Figures, FigureValue, check_figure
from policies.refusals import Refused
from tests.scenarios.telling import history, told

TODAY = date(2026, 1, 1)


def test_every_figure_has_a_beginning() -> None:
    """The values of section 10, each with its unit."""
    assert {name: figure.default for name, figure in DEFINITIONS.items()} == {
        "grace_days": 90,
        "inclusion_window_days": 90,
        "warning_days": (30, 7, 1),
        "engagement_window_days": 30,
        "outcome_words": 40,
        "important_amount": 100_000,
        "new_days": 14,
        "not_moving_days": 45,
        "closing_soon_days": 30,
        "lapsing_soon_days": 30,
        "dispute_answer_days": 14,
        "dispute_ruling_days": 30,
        "partner_live_claims": 200,
        "partner_claims_per_day": 50,
    }
    assert {figure.unit for figure in DEFINITIONS.values()} == {
        "days",
        "words",
        "units of the currency",
        "claims",
    }


def test_the_figure_of_a_day() -> None:
    """The latest by date and position, with the event that set it; before the first one the beginning."""
    facts = history(
        "2026-03-01 figure grace_days set to 60",
        "2026-02-01 figure grace_days set to 45",
        "2026-03-01 figure grace_days set to 30",
    )
    figures = Figures(reversed(facts))
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1), date.max)
    assert [figures.at("grace_days", day) for day in days] == [
        FigureValue("grace_days", 90, None, None),
        FigureValue("grace_days", 45, date(2026, 2, 1), facts[0].event_id),
        FigureValue("grace_days", 45, date(2026, 2, 1), facts[0].event_id),
        FigureValue("grace_days", 30, date(2026, 3, 1), facts[2].event_id),
        FigureValue("grace_days", 30, date(2026, 3, 1), facts[2].event_id),
    ]
    rest = [30, 40, 100_000, 14, 45, 30, 30, 14, 30, 200, 50]
    assert [value.value for value in figures.all_on(date(2026, 2, 1))] == [45, 90, (30, 7, 1), *rest]
    assert [value.name for value in figures.all_on(date(2026, 2, 1))] == list(DEFINITIONS)


def test_a_list_of_numbers() -> None:
    """It is kept in the order given, and is no number of days."""
    figures = told("2026-03-01 figure warning_days set to 14, 3").ledger.world.figures
    assert figures.at("warning_days", date(2026, 3, 1)).value == (14, 3)
    assert figures.at("grace_days", date(2026, 3, 1)).days == 90
    with pytest.raises(TypeError, match=r"^warning_days is a list$"):
        _ = figures.at("warning_days", date(2026, 3, 1)).days


def test_an_unknown_figure() -> None:
    """There is nothing to fall back on."""
    with pytest.raises(KeyError):
        Figures().at("patience", TODAY)


def _set(figure: str, value: object) -> PolicyFigureSet:
    data = {"figure": figure, "value": value, "reason": "decided"}
    event = parse({"type": "policy_figure_set", "effective_on": "2026-01-01", "data": data}, today=TODAY)
    assert isinstance(event, PolicyFigureSet)
    return event


@pytest.mark.parametrize(
    ("figure", "value"),
    [("grace_days", 0), ("grace_days", 3650), ("warning_days", [1]), ("warning_days", [3650, 1])],
)
def test_a_figure_within_its_bounds_is_taken(figure: str, value: object) -> None:
    """The bounds themselves included."""
    check_figure(_set(figure, value))


@pytest.mark.parametrize(
    ("figure", "value", "detail", "pointer", "unknown"),
    [
        (
            "patience",
            1,
            (
                "no rule uses a figure named 'patience'; known are grace_days, inclusion_window_days, warning_days, "
                "engagement_window_days, outcome_words, important_amount, new_days, not_moving_days, "
                "closing_soon_days, lapsing_soon_days, dispute_answer_days, dispute_ruling_days, "
                "partner_live_claims, partner_claims_per_day"
            ),
            "/data/figure",
            True,
        ),
        ("grace_days", 3651, "grace_days lies between 0 and 3650 days", "/data/value", False),
        ("warning_days", [30, 0], "warning_days lies between 1 and 3650 days", "/data/value", False),
        ("warning_days", [3651, 1], "warning_days lies between 1 and 3650 days", "/data/value", False),
        ("warning_days", 30, "warning_days takes a list of numbers", "/data/value", False),
        ("grace_days", [30], "grace_days takes one number", "/data/value", False),
    ],
)
def test_another_figure_is_refused(figure: str, value: object, detail: str, pointer: str, unknown: bool) -> None:
    """By its name, its kind or its bounds; no rule refuses it."""
    with pytest.raises(Refused) as refused:
        check_figure(_set(figure, value))
    wrong = refused.value
    assert (wrong.rule, wrong.detail, wrong.pointer) == (None, detail, pointer)
    assert (wrong.unknown, wrong.malformed) == (unknown, not unknown)
    assert str(wrong) == detail


def test_a_figure_set_at_a_high_position_holds_on_its_own_day() -> None:
    """Positions grow without end."""
    (fact,) = history("2026-03-01 figure grace_days set to 60")
    figures = Figures([replace(fact, position=10**12)])
    assert [figures.at("grace_days", date(2026, 3, day)).days for day in (1, 2)] == [60, 60]
    assert figures.at("grace_days", date(2026, 2, 28)).days == 90
