"""Statements asked of a store, midway and at the end, are those of the plain reading; closed ones never change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from policies.adjustments import Adjustment
from projections.statements import Statement
from tests import oracle
from tests.oracle.statements import first_day, month_after, month_of
from tests.policies.test_residuals_against_oracle import as_row
from tests.projections.ledgers import Event, Ledger
from tests.projections.revenue import everything, lines
from tests.projections.test_against_oracle import Posted, fresh_sqlite, scratch
from tests.strategies.histories import histories

__all__ = ["scratch"]

EVER = (date(1900, 1, 1), date(2200, 1, 1))

# ---- the adapter: how the store's answers are read as rows of the oracle ----


def statement(ledger: Ledger, start: date, end: date, position: int) -> set[oracle.Entitlement]:
    """Lines, overlay credits and unassigned of the days from `start` until (without) `end`, walked page by page."""
    return {as_row(one) for one in lines(everything(Statement(ledger.store.read, start, end, position), 7))}


def adjustments(ledger: Ledger, start: date, end: date, position: int) -> set[oracle.Adjustment]:
    """The adjustments of the same statement."""
    found = everything(Statement(ledger.store.read, start, end, position), 7)
    return {as_adjustment(one) for one in found if isinstance(one, Adjustment)}


def as_adjustment(one: Adjustment) -> oracle.Adjustment:
    """An adjustment as the oracle says it."""
    line = one.line
    return oracle.Adjustment(
        one.booked_in,
        line.contract_id,
        line.valid_from,
        line.opportunity_id,
        line.kind,
        line.party_id,
        line.currency,
        one.before,
        one.after,
        one.difference,
    )


# ---- the tests ----

Key = tuple[str, date, str | None, str, str | None, str]


def month_range(month: str) -> tuple[date, date]:
    """The first day of the month and of the next."""
    return first_day(month), first_day(month_after(month))


def told_in_two_parts(ledger: Ledger, posted: Posted, random: Random) -> tuple[list[Event], int]:
    """What is recorded of a history, and a position midway."""
    events = ledger.record_acceptable(posted)
    return events, random.randint(1, len(events))


@given(histories(), st.randoms(use_true_random=False))
def test_every_statement_is_the_plain_one(sqlite_template: Path, scratch: Path, posted: Posted, random: Random) -> None:
    """Of every month with a renewal or a closing, and of all months together, known midway and now."""
    with fresh_sqlite(sqlite_template, scratch) as ledger:
        events, midway = told_in_two_parts(ledger, posted, random)
        for position in {midway, len(events)}:
            closed = oracle.closed_months(events, position)
            months = {month_of(row.period_from) for row in oracle.entitlements(events, position)} | closed.keys()
            months |= {month_after(month) for month in closed}
            for start, end in [EVER, *map(month_range, sorted(months))]:
                assert statement(ledger, start, end, position) == oracle.statement(events, start, end, position)
                assert adjustments(ledger, start, end, position) == oracle.adjustments(events, start, end, position)


@given(histories(), st.randoms(use_true_random=False))
def test_a_closed_statement_never_changes(sqlite_template: Path, scratch: Path, posted: Posted, random: Random) -> None:
    """What it says when it is closed it says at every later position."""
    with fresh_sqlite(sqlite_template, scratch) as ledger:
        midway = random.randint(1, len(posted))
        events = ledger.record_acceptable(posted[:midway])
        then = {
            month: statement(ledger, *month_range(month), len(events))
            for month in oracle.closed_months(events, len(events))
        }
        events += ledger.record_acceptable(posted[midway:])
        for month, lines in then.items():
            assert statement(ledger, *month_range(month), len(events)) == lines


@given(histories(), st.randoms(use_true_random=False))
def test_what_was_closed_and_what_was_adjusted_is_what_is_known_now(
    sqlite_template: Path, scratch: Path, posted: Posted, random: Random
) -> None:
    """PERIOD: closed lines and all adjustments together come to what the same months earn as known."""
    with fresh_sqlite(sqlite_template, scratch) as ledger:
        events, midway = told_in_two_parts(ledger, posted, random)
        for position in {midway, len(events)}:
            closed = oracle.closed_months(events, position)
            if not closed:
                continue
            before_the_first_open = (EVER[0], first_day(month_after(max(closed))))
            told = _amounts(statement(ledger, *before_the_first_open, position))
            for each in adjustments(ledger, *EVER, position):
                key = each.contract, each.period_from, each.opportunity, each.kind, each.party, each.currency
                told[key] += each.difference
            rows = oracle.entitlements(events, position)
            known = _amounts(row for row in rows if row.period_from < before_the_first_open[1])
            assert {key: amount for key, amount in told.items() if amount} == {
                key: amount for key, amount in known.items() if amount
            }


def _amounts(rows: Iterable[oracle.Entitlement]) -> Counter[Key]:
    return Counter(
        {
            (row.contract, row.period_from, row.opportunity, row.kind, row.party, row.currency): row.amount
            for row in rows
        }
    )
