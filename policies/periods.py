"""Periods: months of statements, closed one after the other, each for ever as it was known at its closing.

What becomes known of closed months later is booked, as an adjustment, in the first month that is open then.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.periods import PeriodClosed
from policies.days import FOREVER, plus_months
from policies.refusals import Refused
from policies.rulebook import rule

CLOSING = "period_closed"


@dataclass(frozen=True, slots=True)
class Closing:
    """A month closed at a position: `until` is the first day after it."""

    period: str
    position: int
    event_id: str
    closed_on: date

    @property
    def until(self) -> date:
        """The first day after the month."""
        return plus_months(first_day(self.period), 1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a statement that are read as known at one position; `closing` closed them, None while they are open."""

    since: date
    until: date
    position: int
    closing: Closing | None


@dataclass(frozen=True, slots=True)
class Booking:
    """What a month takes over from the months closed before it: all that became known in `(after, position]`.

    `until` is the first day of the month, and so the first that is not adjusted.
    """

    period: str
    until: date
    after: int
    position: int


class Closings:
    """The months closed, in order; all days before the first of them were closed with it."""

    def __init__(self, closings: Iterable[Closing] = ()) -> None:
        self.all: tuple[Closing, ...] = tuple(closings)
        self._ends = [closing.until for closing in self.all]

    def known_at(self, position: int) -> Closings:
        """The closings up to a position."""
        return Closings(closing for closing in self.all if closing.position <= position)

    def plus(self, closing: Closing) -> Closings:
        """These and one more."""
        return Closings((*self.all, closing))

    @property
    def last(self) -> Closing | None:
        """The latest closing."""
        return self.all[-1] if self.all else None

    def of(self, day: date) -> Closing | None:
        """The closing that froze a day; None for a day of an open month."""
        at = bisect.bisect_right(self._ends, day)
        return self.all[at] if at < len(self.all) else None


@rule("PERIOD")
def stretches(closings: Closings, since: date, until: date, position: int) -> Iterator[Stretch]:
    """`[since, until)` in stretches of one position each: closed days as known at their closing, the rest as now."""
    while since < until:
        closing = closings.of(since)
        end = until if closing is None else min(until, closing.until)
        yield Stretch(since, end, position if closing is None else closing.position, closing)
        since = end


@rule("PERIOD")
def bookings(closings: Closings, since: date, until: date, position: int) -> Iterator[Booking]:
    """The adjustments booked in months that begin in `[since, until)`.

    A closed month took over what became known between the closing before it and its own; the first open month takes
    over what has become known since the last closing.
    """
    ends: Sequence[int] = [*(closing.position for closing in closings.all[1:]), position]
    for before, at in zip(closings.all, ends, strict=False):
        if since <= before.until < until:
            yield Booking(period_of(before.until), before.until, before.position, at)


def first_day(period: str) -> date:
    """The first day of a month, `YYYY-MM`."""
    return date.fromisoformat(f"{period}-01")


def period_of(day: date) -> str:
    """The month of a day, `YYYY-MM`."""
    return f"{day.year:04d}-{day.month:02d}"


@rule("PERIOD")
def check_closing(event: PeriodClosed, closings: Closings) -> None:
    """A month is closed once, in order, when it is over: on the day of the closing, its last day has passed."""
    period, last = event.data.period, closings.last
    until = plus_months(first_day(period), 1)
    if last is not None and until <= last.until:
        raise Refused("PERIOD", f"{period} is closed already: the last month closed is {last.period}", "/data/period")
    if last is not None and period != (following := period_of(last.until)):
        raise Refused("PERIOD", f"months are closed in order: after {last.period}, {following} is next", "/data/period")
    if event.effective_on < until or until == FOREVER:
        raise Refused("PERIOD", f"{period} is not over on {event.effective_on}", "/data/period")


@rule("PERIOD")
def check_stays_closed(types: Iterable[str], pointer: str) -> None:
    """A closing is for ever: an event that would withdraw one is refused, at the place where it names it.

    `types` are those of the events that would be withdrawn.
    """
    if CLOSING in types:
        raise Refused("PERIOD", "a closed month stays closed: what was wrong shows as an adjustment", pointer)
