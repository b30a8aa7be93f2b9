"""PERIOD read plainly: which months are closed and when, what a statement shows, and what was adjusted since."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tests.oracle.history import Fact
from tests.oracle.residuals import Entitlement

KnownAt = Callable[[int], Iterable[Entitlement]]
"""Every entitlement as known at a position."""


class Adjustment(NamedTuple):
    """What a line of a closed month came to differ by, booked in a later month; amounts in minor units."""

    booked_in: str
    contract: str
    period_from: date
    opportunity: str | None
    kind: str
    party: str | None
    currency: str
    before: int
    after: int
    difference: int


_Key = tuple[str, date, str | None, str, str | None, str]


def month_of(day: date) -> str:
    """The month of a day, such as `2026-03`."""
    return day.isoformat()[:7]


def month_after(month: str) -> str:
    """The month that follows."""
    return month_of(first_day(month) + timedelta(days=31))


def first_day(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def closings(facts: Iterable[Fact]) -> dict[str, int]:
    """The months that are closed, in order, each with the position of its closing."""
    return {fact.data["period"]: fact.position for fact in sorted(facts, key=_month) if fact.type == "period_closed"}


def _month(fact: Fact) -> str:
    return str(fact.data.get("period", ""))


def known_for(month: str, closed: dict[str, int], known_at: int) -> int:
    """The position as of which a month is told: its closing, the first closing if that came later, else now."""
    if month in closed:
        return closed[month]
    return closed[min(closed)] if closed and month < min(closed) else known_at


def statement_of(closed: dict[str, int], start: date, end: date, known_at: int, known: KnownAt) -> set[Entitlement]:
    """The lines of the days from `start` until (without) `end`, every month as it was closed."""
    return {
        row
        for position in {known_at, *closed.values()}
        for row in known(position)
        if start <= row.period_from < end
        if known_for(month_of(row.period_from), closed, known_at) == position
    }


def adjustments_of(closed: dict[str, int], month: str, known_at: int, known: KnownAt) -> Iterator[Adjustment]:
    """What is booked in the month: how lines of months closed before it changed since the closing before."""
    before_it = [each for each in closed if each < month]
    if not before_it:
        return
    last = max(before_it)
    if month != month_after(last):
        return
    old = _amounts(known(closed[last]), month)
    new = _amounts(known(closed.get(month, known_at)), month)
    for key in old.keys() | new.keys():
        before, after = old.get(key, 0), new.get(key, 0)
        if before != after:
            yield Adjustment(month, *key, before, after, after - before)


def _amounts(rows: Iterable[Entitlement], month: str) -> dict[_Key, int]:
    return {
        (row.contract, row.period_from, row.opportunity, row.kind, row.party, row.currency): row.amount
        for row in rows
        if month_of(row.period_from) < month
    }
