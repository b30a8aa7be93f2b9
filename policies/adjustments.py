"""Adjustments: what became known of closed months after their closing, line by line, to the minor unit."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from policies.kept import Entitlement
from policies.periods import Booking, period_of
from policies.rulebook import rule

LineKey = tuple[str, str, date, str, str, str, str]
"""What makes two entitlements, known at different times, the same line of a statement."""


@dataclass(frozen=True, slots=True)
class KnownEntitlement:
    """An entitlement, the position from which it was known, and that from which it no longer was."""

    known_from: int
    known_until: int
    entitlement: Entitlement

    def was_known_at(self, position: int) -> bool:
        """Whether it was known at a position."""
        return self.known_from <= position < self.known_until


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How one line of a closed month changed: what it was taken for before, what it is now, in minor units.

    `line` is the entitlement as known last; `period` the month it belongs to, `booked_in` the month that takes the
    difference over; `positions` are those of the events that changed it.
    """

    line: Entitlement
    period: str
    booked_in: str
    before: int
    after: int
    positions: tuple[int, ...]

    @property
    def difference(self) -> int:
        """What is to be paid in addition, or to be taken back."""
        return self.after - self.before


def line_key(line: Entitlement) -> LineKey:
    """The line of a statement that an entitlement is: contract, period, opportunity, kind, party, currency."""
    return (
        line.account_id,
        line.contract_id,
        line.valid_from,
        line.opportunity_id or "",
        line.kind,
        line.party_id or "",
        line.currency,
    )


@rule("PERIOD")
def adjustments(known: Iterable[KnownEntitlement], booking: Booking) -> Iterator[Adjustment]:
    """The lines that a month takes over with a difference.

    `known` are the entitlements of closed months that changed in `(after, position]`, in order of their line keys.
    """
    for _, group in itertools.groupby(known, key=lambda one: line_key(one.entitlement)):
        versions = sorted(group, key=lambda one: one.known_from)
        before, after = (
            sum(one.entitlement.amount for one in versions if one.was_known_at(position))
            for position in (booking.after, booking.position)
        )
        if before == after:
            continue
        edges = {edge for one in versions for edge in (one.known_from, one.known_until)}
        yield Adjustment(
            line=versions[-1].entitlement,
            period=period_of(versions[-1].entitlement.valid_from),
            booked_in=booking.period,
            before=before,
            after=after,
            positions=tuple(sorted(edge for edge in edges if booking.after < edge <= booking.position)),
        )
