"""Statements: how a line of a scenario tells what a month earned, held against an answer of the ledger's form."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from api.residual_answers import adjustment, line, unassigned
from policies.adjustments import KnownEntitlement, adjustments, line_key
from policies.kept import Entitlement
from policies.periods import Booking, bookings, stretches
from tests.oracle.statements import first_day, month_after
from tests.policies.memory import MemoryLedger

Json = Mapping[str, Any]


def statement(ledger: MemoryLedger, start: date, end: date) -> Json:
    """The statement of the days from `start` until (without) `end`, as `GET /v1/statements` answers it.

    `lines`, `overlays`, `unassigned` and `adjustments` are read, and of those `contract_id`, `party_id`, `percent`,
    `base`, `amount`, `currency`, and of adjustments `before` and `after`: amounts and percentages in strings.
    """
    position, closings = len(ledger.log), ledger.closings
    earned = [
        one
        for stretch in stretches(closings, start, end, position)
        for one in _known(ledger, stretch.position)
        if stretch.since <= one.valid_from < stretch.until
    ]
    return {
        "lines": [line(one) for one in earned if one.kind == "share"],
        "overlays": [line(one) for one in earned if one.kind == "overlay"],
        "unassigned": [unassigned(one) for one in earned if one.kind == "unassigned"],
        "adjustments": [
            adjustment(one, str)
            for booking in bookings(closings, start, end, position)
            for one in adjustments(_changed(ledger, booking), booking)
        ],
    }


def _known(ledger: MemoryLedger, position: int) -> list[Entitlement]:
    """What all renewals earned, as known at a position."""
    then = ledger.known_at(position)
    return [one for account_id in then.accounts for one in then.kept(account_id, Entitlement)]


def _changed(ledger: MemoryLedger, booking: Booking) -> list[KnownEntitlement]:
    """What of the days before a month was known otherwise at the closing before it."""
    before, after = (
        {one for one in _known(ledger, position) if one.valid_from < booking.until}
        for position in (booking.after, booking.position)
    )
    versions = [KnownEntitlement(0, booking.position, one) for one in before - after]
    versions += [KnownEntitlement(booking.position, booking.position + 1, one) for one in after - before]
    return sorted(versions, key=lambda one: line_key(one.entitlement))


def told_of_month(ledger: MemoryLedger, month: str) -> set[str]:
    """All that the statement of a month shows, in the words of the scenarios."""
    answer = statement(ledger, first_day(month), first_day(month_after(month)))
    return {
        *(_earned(line) for line in answer["lines"]),
        *(f"credit for {_earned(line)}" for line in answer.get("overlays", ())),
        *(f"unassigned {line['base']} {line['currency']} on {line['contract_id']}" for line in answer["unassigned"]),
        *map(_adjusted, answer["adjustments"]),
    }


def _earned(line: Json) -> str:
    whose = f"{line['party_id']} {_plain(line['percent'])}% of {line['base']}"
    return f"{whose} is {line['amount']} {line['currency']} on {line['contract_id']}"


def _adjusted(line: Json) -> str:
    whose = line.get("party_id") or "nobody"
    return f"adjusted {whose} from {line['before']} to {line['after']} {line['currency']} on {line['contract_id']}"


def _plain(percent: str) -> str:
    return f"{Decimal(percent).normalize():f}"
