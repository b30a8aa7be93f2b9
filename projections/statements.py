"""Statements: what renewals earned in a range of days, closed months as they were closed, the rest as known.

A statement may have a million lines: lines, adjustments, subtotals and totals are each read from indexed rows, page by
page, and nothing of it is ever held as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from ledger.store import Prepared, Reader
from policies.adjustments import Adjustment, KnownEntitlement, adjustments, line_key
from policies.kept import Entitlement
from policies.periods import Booking, Closings, Stretch, bookings, stretches
from projections.asking import Page, read_cursor, write_cursor
from projections.periods import closings
from projections.problems import UnknownSubject
from projections.rows import decode_entitlement
from projections.statement_queries import CHANGED, EVENT_AT, HALF, KEY_CELLS, LINES, SUBTOTALS, SUMS

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a statement, in minor units: parties' lines and adjustments, what is unassigned, overlays, bases.

    Keys are (party id, currency), or the currency alone.
    """

    lines: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    adjustments: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    overlays: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    unassigned: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    bases: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def owed(self) -> list[tuple[str, str, int]]:
        """What each party is owed, in each currency: its lines and its adjustments together."""
        keys = sorted(self.lines.keys() | self.adjustments.keys())
        return [(*key, self.lines.get(key, 0) + self.adjustments.get(key, 0)) for key in keys]


@dataclass(frozen=True, slots=True)
class Subtotal:
    """What a contract (or, without one, an opportunity) earned in the range, in minor units."""

    opportunity_id: str | None
    contract_id: str | None
    currency: str
    amount: int
    unassigned: int


StatementItem = Entitlement | Adjustment


class Statement:
    """The statement of `[since, until)` as known at a position: everybody's or one party's, of all or one account.

    Raises UnknownSubject for a party or an account that is not known.
    """

    def __init__(
        self,
        reader: Reader,
        since: date,
        until: date,
        position: int,
        *,
        party_id: str | None = None,
        account_id: str | None = None,
    ) -> None:
        for kind, name in (("party", party_id), ("account", account_id)):
            if name is not None and reader.known(kind, name, at=position) is None:
                raise UnknownSubject(kind, name)
        self.since, self.until, self.position = since, until, position
        self.party_id, self.account_id = party_id, account_id
        self.reader = reader
        self._named = {"party_id": party_id, "account_id": account_id}
        self._form = (party_id is not None, account_id is not None)
        self._event_ids: dict[int, str] = {}

    @cached_property
    def closings(self) -> Closings:
        """The months closed, as known."""
        return closings(self.reader.rows, self.position)

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The days of the range in stretches that are read at one position each."""
        return tuple(_joined(stretches(self.closings, self.since, self.until, self.position)))

    @cached_property
    def bookings(self) -> tuple[Booking, ...]:
        """The adjustments that the range takes over."""
        return tuple(bookings(self.closings, self.since, self.until, self.position))

    def event_id(self, position: int) -> str:
        """The id of the event at a position."""
        if position not in self._event_ids:
            if len(self._event_ids) >= AT_ONCE:
                self._event_ids.clear()
            self._event_ids[position] = self.reader.rows(EVENT_AT, {"position": position})[0][0]
        return self._event_ids[position]

    # ---- line by line -------------------------------------------------------------------------------------------

    def items(self, after: str | None = None, page: int = AT_ONCE) -> Iterator[tuple[str, StatementItem]]:
        """Every line by its day, then every adjustment, each with the cursor of what follows it. Raises InvalidCursor.

        Reads so many at once, however many there are.
        """
        section, *place = _place(after)
        if section == "line":
            yield from self._lines(tuple(place), page)
        yield from self._adjustments((0, *_FIRST_LINE_KEY) if section == "line" else tuple(place), page)

    def adjustments(self) -> Iterator[Adjustment]:
        """What the range takes over, line by line, however much it is."""
        return (one for _, one in self._adjustments((0, *_FIRST_LINE_KEY), AT_ONCE))

    def page(self, after: str | None, limit: int) -> Page[StatementItem]:
        """A page of lines and adjustments. Raises InvalidCursor."""
        found: list[tuple[str, StatementItem]] = []
        for one in self.items(after, min(limit + 1, AT_ONCE)):
            if len(found) == limit:
                return Page(tuple(item for _, item in found), found[-1][0])
            found.append(one)
        return Page(tuple(item for _, item in found), None)

    def _lines(self, place: tuple[Any, ...], page: int) -> Iterator[tuple[str, Entitlement]]:
        day = _day(place[0])
        for stretch in self.stretches:
            if stretch.until <= day:
                continue
            at: tuple[Any, ...] = (day, *place[1:])
            wanted = {**self._named, "since": stretch.since, "until": stretch.until, "at": stretch.position}
            while True:
                rows = self._rows(LINES, {**wanted, **_places(at), "limit": page})
                for *found, body in rows:
                    yield write_cursor("line", found[0].toordinal(), *found[1:]), decode_entitlement(body)
                if len(rows) < page:
                    break
                at = tuple(rows[-1][:-1])

    def _adjustments(self, place: tuple[Any, ...], page: int) -> Iterator[tuple[str, Adjustment]]:
        booked, *key = place
        for booking in self.bookings:
            if booking.until.toordinal() < booked:
                continue
            start = tuple(key) if booking.until.toordinal() == booked else _FIRST_LINE_KEY
            for one in adjustments(self._changed(booking, start, page), booking):
                account_id, contract_id, day, opportunity_id, kind, party_id, currency = line_key(one.line)
                line = (account_id, contract_id, day.toordinal(), opportunity_id, kind, party_id, currency)
                yield write_cursor("adjustment", booking.until.toordinal(), *line), one

    def _changed(self, booking: Booking, after: tuple[Any, ...], page: int) -> Iterator[KnownEntitlement]:
        """The entitlements of closed months that changed, line by line.

        Pages may part the versions of one line, so each begins anew with the line at which the one before ended.
        """
        account_id, contract_id, day, *rest = after
        place: tuple[Any, ...] = (account_id, contract_id, _day(day), *rest)
        wanted = {**self._named, "since": booking.after, "at": booking.position, "until": booking.until}
        limit = page
        while True:
            rows = self._rows(CHANGED, {**wanted, **_places(place), "limit": limit})
            last = rows[-1][:KEY_CELLS] if len(rows) == limit else None
            whole = [row for row in rows if row[:KEY_CELLS] != last]
            for row in whole:
                yield KnownEntitlement(row[KEY_CELLS], row[KEY_CELLS + 1], decode_entitlement(row[-1]))
            if last is None:
                return
            if whole:
                place, limit = tuple(whole[-1][:KEY_CELLS]), page
            else:
                limit *= 2

    # ---- sums ---------------------------------------------------------------------------------------------------

    def totals(self) -> Totals:
        """The sums of the whole statement."""
        totals = Totals()
        for stretch in self.stretches:
            wanted = {**self._named, "since": stretch.since, "until": stretch.until, "at": stretch.position}
            for kind, party_id, currency, *halves in self._rows(SUMS, wanted):
                amount, counted = _whole(halves[:2]), _whole(halves[2:])
                totals.bases[currency] += counted
                if kind == "unassigned":
                    totals.unassigned[currency] += amount
                elif kind == "overlay":
                    totals.overlays[party_id, currency] += amount
                else:
                    totals.lines[party_id, currency] += amount
        for one in self.adjustments():
            _add(totals, one)
        return totals

    def subtotals(self, items: Iterable[StatementItem]) -> list[Subtotal]:
        """What the contracts and opportunities of these lines earned in the whole range, adjustments left out."""
        lines = [one for one in items if isinstance(one, Entitlement)]
        contracts = {(one.opportunity_id, one.contract_id) for one in lines}
        opportunities = {one.opportunity_id for one in lines}
        sums: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for stretch in self.stretches if lines else ():
            days = {"since": stretch.since, "until": stretch.until, "at": stretch.position}
            wanted = {**self._named, **days, "account_ids": sorted({one.account_id for one in lines})}
            for _, opportunity_id, contract_id, kind, currency, *halves in self._rows(SUBTOTALS, wanted):
                if kind == "overlay" or opportunity_id not in opportunities:
                    continue
                keys = [(opportunity_id or "", "", currency)] if opportunity_id is not None else []
                if (opportunity_id, contract_id) in contracts:
                    keys.append((opportunity_id or "", contract_id, currency))
                for key in keys:
                    sums[key][kind == "unassigned"] += _whole(halves)
        return [
            Subtotal(opportunity_id or None, contract_id or None, currency, *found)
            for (opportunity_id, contract_id, currency), found in sorted(sums.items())
        ]

    def _rows(self, prepared: dict[tuple[bool, bool], Prepared], values: dict[str, Any]) -> list[Any]:
        return self.reader.rows(prepared[self._form], values)


_FIRST_LINE_KEY: tuple[Any, ...] = ("", "", 0, "", "", "", "")


def _place(after: str | None) -> Sequence[Any]:
    """Where a page begins: which section, and after what there. Raises InvalidCursor."""
    if after is None:
        return ["line", 0, "", 0, 0]
    if '"adjustment"' in after:
        return read_cursor(after, str, int, str, str, int, str, str, str, str)
    return read_cursor(after, str, int, str, int, int)


def _day(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _joined(parts: Iterable[Stretch]) -> Iterator[Stretch]:
    """Neighbours that are read at the same position as one."""
    last: Stretch | None = None
    for part in parts:
        if last is not None and last.position == part.position:
            last = Stretch(last.since, part.until, part.position, part.closing)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _add(totals: Totals, one: Adjustment) -> None:
    line = one.line
    if line.kind == "unassigned":
        totals.unassigned[line.currency] += one.difference
    elif line.kind == "overlay":
        totals.overlays[line.party_id or "", line.currency] += one.difference
    else:
        totals.adjustments[line.party_id or "", line.currency] += one.difference


def _whole(halves: Sequence[Any]) -> int:
    high, low = halves
    return int(high) * HALF + int(low)


def _places(place: Iterable[Any]) -> dict[str, Any]:
    return {f"after_{number}": value for number, value in enumerate(place)}
