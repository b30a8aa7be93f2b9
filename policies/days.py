"""Calendar days: half-open intervals `[from, until)`, an open end, and arithmetic that cannot overflow."""

from __future__ import annotations

import itertools
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Generic, TypeVar

from msgspec import Struct

FOREVER = date.max
"""The end of an interval whose end is not known; doors show it as `null`."""

Order = tuple[date, int]
"""How policies order facts: by effective date, then by position."""

LAST: Order = (FOREVER, 0)
"""After every fact."""

ValueT = TypeVar("ValueT", covariant=True)  # noqa: PLC0105 - one name for every use


class Span(Struct, Generic[ValueT], frozen=True, gc=False):
    """`value` holds on every day from `since` up to, but not including, `until`."""

    since: date
    until: date
    value: ValueT

    def covers(self, day: date) -> bool:
        """Whether `day` lies in this span."""
        return self.since <= day < self.until


def plus_days(day: date, days: int) -> date:
    """`day` moved by a number of days, stopping at `FOREVER` instead of overflowing."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return FOREVER if days > 0 else date.min


def next_day(day: date) -> date:
    """The day after, `FOREVER` staying where it is."""
    return plus_days(day, 1)


def plus_months(day: date, months: int) -> date:
    """`day` moved by whole months; a day the month lacks becomes that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > FOREVER.year:
        return FOREVER
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def successive(changes: Iterable[tuple[date, ValueT]]) -> tuple[Span[ValueT], ...]:
    """Spans from changes in order of date: each lasts until the next; of several on one day the last holds."""
    latest: dict[date, ValueT] = dict(changes)
    starts = [*latest, FOREVER]
    return tuple(Span(since, until, latest[since]) for since, until in itertools.pairwise(starts))


def on_day(spans: Sequence[Span[ValueT]], day: date) -> Span[ValueT] | None:
    """The span that covers `day` among spans that do not overlap, or None."""
    for span in spans:
        if span.covers(day):
            return span
    return None


def within(spans: Iterable[Span[ValueT]], since: date, until: date) -> list[Span[ValueT]]:
    """The parts of the spans that lie in `[since, until)`."""
    return [
        Span(max(span.since, since), min(span.until, until), span.value)
        for span in spans
        if span.since < until and since < span.until and max(span.since, since) < min(span.until, until)
    ]


def pieces(since: date, until: date, edges: Iterable[date], *groups: Iterable[Span[object]]) -> list[tuple[date, date]]:
    """`[since, until)` cut at every edge of the spans and at the extra edges."""
    cuts = {since, until}
    cuts.update(edge for edge in edges if since < edge < until)
    for spans in groups:
        cuts.update(edge for span in spans for edge in (span.since, span.until) if since < edge < until)
    return list(itertools.pairwise(sorted(cuts)))
