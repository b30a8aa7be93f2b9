"""The home list: which open opportunities of a manager are upcoming or pending, in what order, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from ledger.money import from_minor
from policies.days import FOREVER, plus_days
from policies.figures import Figures
from policies.kept import Sheet
from policies.rulebook import rule

Why = Literal["overdue", "closing_soon", "important"]


@dataclass(frozen=True, slots=True)
class Pending:
    """An opportunity that waits for its manager, and each reason, with its sentence."""

    sheet: Sheet
    why: tuple[tuple[Why, str], ...]

    @property
    def is_overdue(self) -> bool:
        return self.why[0][0] == "overdue"


@rule("VIEWS")
def pending(sheets: Iterable[Sheet], on: date, figures: Figures) -> list[Pending]:
    """The open ones of these that are overdue, close soon or are worth much: overdue first, then by day and amount.

    Which amounts are worth much, and what is soon, is what the figures say on the day. Those without a day stand last.
    """
    found = [Pending(sheet, why) for sheet in sheets if sheet.state == "open" and (why := _why(sheet, on, figures))]
    return sorted(found, key=_place)


def _place(one: Pending) -> tuple[bool, date, int, str, str]:
    sheet = one.sheet
    closes = sheet.expected_close_on or FOREVER
    return (not one.is_overdue, closes, -_whole(sheet), sheet.account_id, sheet.opportunity_id)


def _whole(sheet: Sheet) -> int:
    """The amount in whole units of its currency, so that currencies with and without decimals stand side by side."""
    if sheet.amount is None or sheet.currency is None:
        return 0
    return int(Decimal(from_minor(sheet.amount, sheet.currency)))


def _why(sheet: Sheet, on: date, figures: Figures) -> tuple[tuple[Why, str], ...]:
    found: list[tuple[Why, str]] = []
    closes = sheet.expected_close_on
    soon = figures.at("closing_soon_days", on).days
    if closes is not None and closes < on:
        found.append(("overdue", f"It was expected to close on {closes}, {_days((on - closes).days)} ago."))
    elif closes is not None and closes <= plus_days(on, soon):
        when = "today" if closes == on else f"in {_days((closes - on).days)}"
        found.append(("closing_soon", f"It is expected to close on {closes}, {when}."))
    least = figures.at("important_amount", on).count
    if sheet.amount is not None and _whole(sheet) >= least:
        found.append(("important", f"It is worth {least:,} {sheet.currency} or more."))
    return tuple(found)


def _days(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"
