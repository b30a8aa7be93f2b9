"""Rows: what a line or an adjustment says in a file, the same in every format, amounts still in minor units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from policies.adjustments import Adjustment
from policies.kept import Entitlement
from policies.periods import Closings, first_day, period_of
from projections.statements import Statement, StatementItem


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One row of a statement: a line, or the difference that a closed month's line came to.

    `kind` is share, unassigned, overlay or adjustment; `adjusts` the kind of the line that an adjustment is of.
    `amount` is what is paid or taken back, of an adjustment `after - before`. `period` is the month of the line,
    `booked_in` the month that pays it, `closed` whether that month is closed. Amounts are in minor units.
    """

    kind: str
    account: str
    opportunity: str | None
    contract: str
    period_from: date
    period_until: date
    period: str
    booked_in: str
    party: str | None
    percent: str | None
    base: int
    amount: int
    currency: str
    agreement: str | None
    event: str
    caused_by: tuple[str, ...]
    closed: bool
    adjusts: str | None = None
    before: int | None = None
    after: int | None = None

    @property
    def counts_as(self) -> str:
        """Which sum it belongs to: share, unassigned or overlay."""
        return self.adjusts or self.kind


AMOUNTS = frozenset({"base", "amount", "before", "after"})
"""The columns that hold money."""


def rows_of(statement: Statement, items: Iterable[StatementItem]) -> Iterator[StatementRow]:
    """The items of a statement as rows, one by one."""
    for one in items:
        if isinstance(one, Adjustment):
            yield _adjustment(statement, one)
        else:
            yield _line(one, statement.closings)


def all_rows(statement: Statement) -> Iterator[StatementRow]:
    """Every line in the order of days, then every adjustment."""
    return rows_of(statement, (one for _, one in statement.items()))


def all_adjustments(statement: Statement, kind: str) -> Iterator[StatementRow]:
    """The adjustments of lines of one kind."""
    return rows_of(statement, (one for one in statement.adjustments() if one.line.kind == kind))


def _line(line: Entitlement, closings: Closings) -> StatementRow:
    period = period_of(line.valid_from)
    return StatementRow(
        kind=line.kind,
        account=line.account_id,
        opportunity=line.opportunity_id,
        contract=line.contract_id,
        period_from=line.valid_from,
        period_until=line.valid_until,
        period=period,
        booked_in=period,
        party=line.party_id,
        percent=line.percent,
        base=line.base,
        amount=line.amount,
        currency=line.currency,
        agreement=line.agreement_id,
        event=line.event_id,
        caused_by=(),
        closed=closings.of(line.valid_from) is not None,
    )


def _adjustment(statement: Statement, one: Adjustment) -> StatementRow:
    line = one.line
    return StatementRow(
        kind="adjustment",
        account=line.account_id,
        opportunity=line.opportunity_id,
        contract=line.contract_id,
        period_from=line.valid_from,
        period_until=line.valid_until,
        period=one.period,
        booked_in=one.booked_in,
        party=line.party_id,
        percent=line.percent,
        base=line.base,
        amount=one.difference,
        currency=line.currency,
        agreement=line.agreement_id,
        event=line.event_id,
        caused_by=tuple(statement.event_id(position) for position in one.positions),
        closed=statement.closings.of(first_day(one.booked_in)) is not None,
        adjusts=line.kind,
        before=one.before,
        after=one.after,
    )


def instant_text(instant: datetime | None) -> str:
    """The instant of reading (default: now), in UTC (RFC 3339)."""
    return (instant or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def about(statement: Statement, instant: datetime | None) -> dict[str, str]:
    """What a file says of itself: whose statement it is, of which days, and what it was read from."""
    last = statement.closings.last
    return {
        "from": statement.since.isoformat(),
        "until": statement.until.isoformat(),
        "party": statement.party_id or "",
        "account": statement.account_id or "",
        "position": str(statement.position),
        "read_at": instant_text(instant),
        "closed_through": last.period if last else "",
    }
