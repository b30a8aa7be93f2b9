"""Calendar days: intervals without their last day, and arithmetic that stops at the end of the calendar."""

from datetime import date

import pytest

from policies.days import FOREVER, Span, next_day, on_day, plus_days, plus_months, successive, within

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 3, 31), 90, date(2026, 6, 29)),
        (date(2023, 12, 1), 90, date(2024, 2, 29)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 31)),
        (date(9999, 12, 30), 1, FOREVER),
        (FOREVER, 1, FOREVER),
        (date(9999, 12, 1), 90, FOREVER),
        (date.min, -1, date.min),
        (date.min, 1, date(1, 1, 2)),
    ],
)
def test_days_later(day: date, days: int, expected: date) -> None:
    """A number of days on, stopping at either end of the calendar."""
    assert plus_days(day, days) == expected


def test_the_day_after() -> None:
    """One day on, except on the last."""
    assert next_day(date(2024, 2, 28)) == date(2024, 2, 29)
    assert next_day(FOREVER) == FOREVER


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 30), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 15), 1, date(2026, 12, 15)),
        (date(2026, 11, 15), 13, date(2027, 12, 15)),
        (date(2026, 1, 15), 23, date(2027, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(9998, 12, 15), 12, date(9999, 12, 15)),
        (date(9999, 1, 1), 12, FOREVER),
        (date(9999, 12, 1), 1, FOREVER),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    """The same day of another month, or that month's last."""
    assert plus_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(9998, 12, 31), 1, date(9999, 1, 31)),
        (date(9998, 12, 30), 2, date(9999, 2, 28)),
        (date(9999, 1, 31), 11, date(9999, 12, 31)),
    ],
)
def test_months_later_in_the_last_year(day: date, months: int, expected: date) -> None:
    """Its months are as long as those of any other year."""
    assert plus_months(day, months) == expected


def test_a_span_covers_its_first_day_and_not_its_last() -> None:
    """Half-open."""
    span = Span(FEBRUARY, MARCH, "x")
    days = (date(2026, 1, 31), FEBRUARY, date(2026, 2, 28), MARCH)
    assert [span.covers(day) for day in days] == [False, True, True, False]


def test_changes_follow_each_other() -> None:
    """Each lasts until the next, the last for ever; of several on one day the last holds."""
    assert successive([(JANUARY, "a"), (FEBRUARY, "b"), (FEBRUARY, "c")]) == (
        Span(JANUARY, FEBRUARY, "a"),
        Span(FEBRUARY, FOREVER, "c"),
    )
    assert successive([]) == ()


def test_the_span_of_a_day() -> None:
    """The one that covers it, or none."""
    spans = [Span(JANUARY, FEBRUARY, "a"), Span(MARCH, APRIL, "b")]
    assert [on_day(spans, day) for day in (JANUARY, FEBRUARY, MARCH, APRIL)] == [spans[0], None, spans[1], None]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date.min, FOREVER, [(JANUARY, FEBRUARY), (MARCH, FOREVER)]),
        (date(2026, 1, 10), date(2026, 1, 20), [(date(2026, 1, 10), date(2026, 1, 20))]),
        (date(2026, 1, 10), date(2026, 3, 10), [(date(2026, 1, 10), FEBRUARY), (MARCH, date(2026, 3, 10))]),
        (FEBRUARY, MARCH, []),
        (JANUARY, JANUARY, []),
        (APRIL, FEBRUARY, []),
    ],
)
def test_the_parts_within(since: date, until: date, expected: list[tuple[date, date]]) -> None:
    """What lies between two days, nothing that is empty."""
    spans = [Span(JANUARY, FEBRUARY, "x"), Span(MARCH, FOREVER, "x"), Span(APRIL, APRIL, "x")]
    assert within(spans, since, until) == [Span(start, end, "x") for start, end in expected]


def test_an_empty_span_has_no_part_anywhere() -> None:
    """Not even inside a longer stretch."""
    assert within([Span(FEBRUARY, FEBRUARY, "x")], JANUARY, MARCH) == []
