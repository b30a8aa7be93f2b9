"""Answers about residual revenue: streams, expectations and statements, as the JSON objects of the contract.

Money leaves the ledger's minor units here: amounts are decimal strings with all the decimals of their currency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from api.answers import Answer, end, reasons
from ledger.money import from_minor
from policies.adjustments import Adjustment
from policies.kept import Entitlement, LeftOut, LineSum, Right
from policies.residuals import Expected
from projections.residuals import StreamAnswer
from projections.statements import Statement, StatementItem, Subtotal, Totals

EventIdAt = Callable[[int], str]


def stream(found: StreamAnswer) -> Answer:
    """A residual stream on a day: holder, split, what is to come, and its chain of title."""
    one, outlook = found.stream, found.outlook
    return {
        "contract_id": one.contract_id,
        "account_id": one.account_id,
        "opportunity_id": one.opportunity_id,
        "holder": one.holder,
        "state": outlook.state,
        "since": one.renewals.since,
        "from": one.valid_from,
        "until": end(one.valid_until),
        "currency": one.currency,
        "agreement_id": one.agreement_id,
        "split": _percentages(one.shares),
        "overlays": _percentages(one.overlays),
        "every_months": one.renewals.every_months,
        "next_renewal_on": outlook.next_on,
        "overdue_since": outlook.overdue_since,
        "lines": _lines(one.expected, one.currency),
        "left_out": _left_out(one.left_out, one.currency),
        "title": [_title(right) for right in found.title],
        "reasons": reasons(one.reasons),
    }


def expectation(one: Expected) -> Answer:
    """What a renewal to come would earn a party: nothing that is owed yet."""
    found = one.stream
    return {
        "expected": True,
        "contract_id": found.contract_id,
        "account_id": found.account_id,
        "opportunity_id": found.opportunity_id,
        "due_on": one.due_on,
        "kind": one.kind,
        "party_id": one.party_id,
        "percent": one.percent,
        "base": from_minor(one.base, found.currency),
        "amount": from_minor(one.amount, found.currency),
        "currency": found.currency,
        "agreement_id": found.agreement_id,
    }


def _percentages(shares: Iterable[tuple[str, str]]) -> list[Answer]:
    return [{"party_id": party_id, "percent": percent} for party_id, percent in shares]


def _title(right: Right) -> Answer:
    return {
        "holder": right.holder,
        "from": right.valid_from,
        "until": end(right.valid_until),
        "reasons": reasons(right.reasons),
    }


def _lines(lines: Iterable[LineSum], currency: str) -> list[Answer]:
    return [{"line": one.line, "amount": from_minor(one.amount, currency)} for one in lines]


def _left_out(lines: Iterable[LeftOut], currency: str) -> list[Answer]:
    return [{"line": one.line, "amount": from_minor(one.amount, currency), "why": one.why} for one in lines]


# ---- statements ------------------------------------------------------------------------------------------------------


def statement(asked: Statement, items: Iterable[StatementItem], following: str | None) -> Answer:
    """A page of a statement, with the sums of the whole of it."""
    items = list(items)
    earned = [one for one in items if isinstance(one, Entitlement)]
    totals = asked.totals()
    return {
        "from": asked.since,
        "until": asked.until,
        "lines": [line(one) for one in earned if one.kind == "share"],
        "unassigned": [unassigned(one) for one in earned if one.kind == "unassigned"],
        "overlays": [line(one) for one in earned if one.kind == "overlay"],
        "adjustments": [adjustment(one, asked.event_id) for one in items if isinstance(one, Adjustment)],
        "subtotals": [subtotal(one) for one in asked.subtotals(items)],
        **sums(totals),
        "closed_through": asked.closings.last.period if asked.closings.last else None,
        "next": following,
        "position": asked.position,
    }


def line(earned: Entitlement) -> Answer:
    """What a renewal earns a party, from what base and why."""
    return {
        **_renewal(earned),
        "party_id": earned.party_id,
        "percent": earned.percent,
        "agreement_id": earned.agreement_id,
        "base": from_minor(earned.base, earned.currency),
        "amount": from_minor(earned.amount, earned.currency),
        "currency": earned.currency,
        **_of_what(earned),
    }


def unassigned(earned: Entitlement) -> Answer:
    """A renewal that no one is entitled to."""
    return {
        **_renewal(earned),
        "percent": None,
        "base": from_minor(earned.base, earned.currency),
        "amount": from_minor(earned.amount, earned.currency),
        "currency": earned.currency,
        **_of_what(earned),
    }


def _renewal(earned: Entitlement) -> Answer:
    return {
        "contract_id": earned.contract_id,
        "opportunity_id": earned.opportunity_id,
        "account_id": earned.account_id,
        "period_from": earned.valid_from,
        "period_until": earned.valid_until,
        "event_id": earned.event_id,
    }


def _of_what(earned: Entitlement) -> Answer:
    return {
        "earning": _lines(earned.earning, earned.currency),
        "left_out": _left_out(earned.left_out, earned.currency),
        "reasons": reasons(earned.reasons),
    }


def adjustment(one: Adjustment, event_id_at: EventIdAt) -> Answer:
    """How a line of a closed month changed, by which events, and the month that takes the difference over."""
    currency = one.line.currency
    return {
        **_renewal(one.line),
        "period": one.period,
        "booked_in": one.booked_in,
        "kind": one.line.kind,
        "party_id": one.line.party_id,
        "before": from_minor(one.before, currency),
        "after": from_minor(one.after, currency),
        "difference": from_minor(one.difference, currency),
        "currency": currency,
        "caused_by": [event_id_at(position) for position in one.positions],
    }


def subtotal(one: Subtotal) -> Answer:
    """What a contract, or with no contract an opportunity, earned in the whole range."""
    return {
        "opportunity_id": one.opportunity_id,
        "contract_id": one.contract_id,
        "currency": one.currency,
        "amount": from_minor(one.amount, one.currency),
        "unassigned": from_minor(one.unassigned, one.currency),
    }


def sums(totals: Totals) -> Answer:
    """The totals of a statement: by party, of overlays, of what is unassigned, and of the bases."""
    return {
        "totals": [
            {
                "party_id": party_id,
                "currency": currency,
                "amount": from_minor(amount, currency),
                "lines": from_minor(totals.lines.get((party_id, currency), 0), currency),
                "adjustments": from_minor(totals.adjustments.get((party_id, currency), 0), currency),
            }
            for party_id, currency, amount in totals.owed()
        ],
        "overlay_totals": [
            {"party_id": party_id, "currency": currency, "amount": from_minor(amount, currency)}
            for (party_id, currency), amount in sorted(totals.overlays.items())
        ],
        "unassigned_totals": _by_currency(totals.unassigned),
        "bases": _by_currency(totals.bases),
    }


def _by_currency(amounts: dict[str, int]) -> list[Answer]:
    return [
        {"currency": currency, "amount": from_minor(amount, currency)} for currency, amount in sorted(amounts.items())
    ]
