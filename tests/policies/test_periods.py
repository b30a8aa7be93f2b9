"""Periods: which months are closed, at which position each day is read, and where what is learnt later is booked."""

from datetime import date

import pytest

from policies.periods import Closing, Closings, bookings, check_closing, period_of, stretches
from policies.refusals import Refused
from tests.policies.memory import parse_one


def closed(*periods: str) -> Closings:
    """These months closed, at positions 10, 20, 30, …"""
    return Closings(
        Closing(period, 10 * number, f"closing-{number}", date(2030, 1, 1)) for number, period in enumerate(periods, 1)
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-31", "2026-02"),
        ("2026-02-28", "2026-02"),
        ("2026-03-01", "2026-03"),
        ("2026-03-31", "2026-03"),
        ("2026-04-01", None),
        ("1999-12-31", "2026-02"),
    ],
)
def test_a_day_is_frozen_by_the_closing_of_its_month(day: str, expected: str | None) -> None:
    """And all days before the first month closed by that first closing."""
    found = closed("2026-02", "2026-03").of(date.fromisoformat(day))
    assert (found and found.period) == expected


def test_a_range_is_read_stretch_by_stretch() -> None:
    """Closed months as known at their closing, open days as known now."""
    found = stretches(closed("2026-02", "2026-03"), date(2026, 1, 15), date(2026, 5, 1), 99)
    assert [(str(one.since), str(one.until), one.position) for one in found] == [
        ("2026-01-15", "2026-03-01", 10),
        ("2026-03-01", "2026-04-01", 20),
        ("2026-04-01", "2026-05-01", 99),
    ]


def test_what_is_learnt_later_is_booked_in_the_month_open_then() -> None:
    """March took over what became known between the two closings, April what has become known since."""
    found = bookings(closed("2026-02", "2026-03"), date(2026, 1, 1), date(2027, 1, 1), 99)
    assert [(one.period, str(one.until), one.after, one.position) for one in found] == [
        ("2026-03", "2026-03-01", 10, 20),
        ("2026-04", "2026-04-01", 20, 99),
    ]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-04-01", "2026-04-02", ["2026-04"]),
        ("2026-03-31", "2026-04-01", []),
        ("2026-04-02", "2026-05-01", []),
        ("2026-03-01", "2026-04-01", ["2026-03"]),
    ],
)
def test_adjustments_stand_on_the_first_day_of_the_month_that_takes_them_over(
    since: str, until: str, expected: list[str]
) -> None:
    """So that statements of ranges that follow each other have each adjustment once."""
    days = date.fromisoformat(since), date.fromisoformat(until)
    assert [one.period for one in bookings(closed("2026-02", "2026-03"), *days, 99)] == expected


def test_without_a_closing_all_days_are_open() -> None:
    """Nothing is frozen, nothing is adjusted."""
    days = date(2026, 1, 1), date(2026, 2, 1)
    assert [one.position for one in stretches(Closings(), *days, 7)] == [7]
    assert list(bookings(Closings(), *days, 7)) == []


@pytest.mark.parametrize(
    ("period", "on", "before", "says"),
    [
        ("2026-03", "2026-03-31", [], "2026-03 is not over on 2026-03-31"),
        ("2026-03", "2026-02-01", [], "2026-03 is not over on 2026-02-01"),
        ("2026-03", "2026-04-01", ["2026-03"], "2026-03 is closed already"),
        ("2026-02", "2026-04-01", ["2026-03"], "2026-02 is closed already"),
        ("2026-05", "2026-06-01", ["2026-03"], "after 2026-03, 2026-04 is next"),
        ("2024-02", "2024-02-29", [], "2024-02 is not over"),
        ("9999-12", "9999-12-30", [], "9999-12 is not over"),
    ],
)
def test_a_closing_is_refused(period: str, on: str, before: list[str], says: str) -> None:
    """Of a month that is not over, is closed already, or has one before it that is still open."""
    event = parse_one("period_closed", on, None, period=period)
    with pytest.raises(Refused, match=says) as refused:
        check_closing(event, closed(*before))  # type: ignore[arg-type]
    assert (refused.value.rule, refused.value.pointer) == ("PERIOD", "/data/period")


@pytest.mark.parametrize(
    ("period", "on", "before"),
    [
        ("2026-03", "2026-04-01", []),
        ("2026-12", "2027-01-01", ["2026-11"]),
        ("2024-02", "2024-03-01", ["2024-01"]),
        ("2026-04", "2030-01-01", ["2026-02", "2026-03"]),
    ],
)
def test_a_closing_is_accepted(period: str, on: str, before: list[str]) -> None:
    """Of any first month, and then of the month that follows the last one closed, once it is over."""
    check_closing(parse_one("period_closed", on, None, period=period), closed(*before))  # type: ignore[arg-type]


def test_the_month_of_a_day() -> None:
    """Four digits, two digits."""
    assert period_of(date(2026, 3, 9)) == "2026-03"
