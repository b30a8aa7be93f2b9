"""Contracts and renewals in few words, and what a statement says of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from ledger.money import from_minor
from policies.adjustments import Adjustment
from policies.kept import Entitlement
from projections.statements import Statement, StatementItem
from tests.projections.facts import Event, account, award, event, opportunity, party

YEARLY = {"every_months": 12, "first_on": "2025-02-10"}


def renewable(name: str, contract: str, *lines: str, on: str = "2024-02-10", account: str = "acme") -> Event:
    """The award of lines under a contract that is renewed each year."""
    sent = award(name, contract, *lines, on=on, account=account)
    return {**sent, "data": {**sent["data"], "renewal": YEARLY}}


def renewal(
    contract: str, since: str, until: str, on: str | None = None, account: str = "acme", **amounts: str
) -> Event:
    """A renewal from a day until another, with an amount in dollars for each line."""
    lines = [{"line": line, "amount": amount} for line, amount in amounts.items()]
    said = {"period_from": since, "period_until": until, "currency": "USD", "lines": lines}
    return event("contract_renewed", on or since, account, contract_id=contract, **said)


def reassignment(name: str, party_id: str, on: str, **more: Any) -> Event:
    """Sales management reassigns an opportunity."""
    said = {"to_party_id": party_id, "coverage_goal": "north", "authorized_by": "management", **more}
    return event("opportunity_reassigned", on, opportunity_id=name, **said)


def closing(period: str, on: str = "2030-01-01") -> Event:
    """A month is closed."""
    return event("period_closed", on, None, period=period)


def won(*lines: str) -> list[Event]:
    """Jane wins a contract on an account, to be renewed each year."""
    return [
        party("jane"),
        party("mary"),
        party("omar"),
        party("south", "partner"),
        account(),
        *opportunity("opp-1", "jane", *(lines or ("x",))),
        renewable("opp-1", "c-1", *(lines or ("x",))),
    ]


def said(items: Iterable[StatementItem]) -> list[tuple[str, ...]]:
    """What lines and adjustments say: kind, party, month, amount; of an adjustment also where it is booked."""
    told: list[tuple[str, ...]] = []
    for one in items:
        if isinstance(one, Adjustment):
            line = one.line
            amount = from_minor(one.difference, line.currency)
            told.append(("adjustment", line.party_id or "", one.period, amount, one.booked_in))
        else:
            told.append((one.kind, one.party_id or "", f"{one.valid_from:%Y-%m}", from_minor(one.amount, one.currency)))
    return told


def everything(statement: Statement, limit: int = 100) -> list[StatementItem]:
    """All pages of a statement."""
    found: list[StatementItem] = []
    after: str | None = None
    while True:
        page = statement.page(after, limit)
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        after = page.next


def paid(items: Iterable[StatementItem]) -> dict[tuple[str, str, str], int]:
    """What is paid of lines and adjustments, by contract, party and kind, in minor units; nothing where it is zero."""
    sums: dict[tuple[str, str, str], int] = {}
    for one in items:
        line, amount = (one.line, one.difference) if isinstance(one, Adjustment) else (one, one.amount)
        key = (line.contract_id, line.party_id or "", line.kind)
        sums[key] = sums.get(key, 0) + amount
    return {key: amount for key, amount in sums.items() if amount}


def whole(since: str, until: str) -> tuple[date, date]:
    """A range of days."""
    return date.fromisoformat(since), date.fromisoformat(until)


def lines(items: Iterable[StatementItem]) -> list[Entitlement]:
    """The lines alone."""
    return [one for one in items if isinstance(one, Entitlement)]
