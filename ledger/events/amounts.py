"""Lines with amounts, as forecasts, awards and renewals name them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated

from ledger.events.base import Asks, Line, Record, broken
from ledger.money import Amount, PositiveAmount, fits


class LineAmount(Record):
    """An amount on one business line, zero or more."""

    line: Line
    amount: Amount


class ForecastLine(LineAmount):
    """A forecast amount: it must be measurable, so more than zero."""

    amount: Annotated[PositiveAmount, Asks("OM-TIMED")]


class RenewalLine(LineAmount):
    """An amount renewed: more than zero."""

    amount: Annotated[PositiveAmount, Asks("RESIDUAL-EXACT")]


def check_decimals(amount: Decimal, currency: str, at: Iterable[str | int]) -> None:
    """Refuse an amount with more decimals than its currency has."""
    if not fits(amount, currency):
        raise broken("has more decimals than {currency} has", at=at, currency=currency)


def check_lines(lines: Sequence[LineAmount], currency: str) -> None:
    """Refuse a line named twice, and amounts finer than the currency."""
    check_once([one.line for one in lines], at="lines", below=("line",))
    for index, one in enumerate(lines):
        check_decimals(one.amount, currency, ("lines", index, "amount"))


def check_once(values: Sequence[str], *, at: str, below: tuple[str, ...] = (), rule: str | None = None) -> None:
    """Refuse a list that names the same thing twice."""
    if len(set(values)) == len(values):
        return
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise broken("names {value} a second time", rule=rule, at=(at, index, *below), value=value)
        seen.add(value)


def check_optional_amount(amount: Decimal | None, currency: str | None) -> None:
    """An amount and its currency come together or not at all."""
    if amount is None and currency is None:
        return
    if currency is None:
        raise broken("is needed with an amount", at=("currency",))
    if amount is None:
        raise broken("is needed with a currency", at=("amount",))
    check_decimals(amount, currency, ("amount",))
