"""Money: exact decimal amounts with their ISO 4217 currency. Never a float, never a JSON number.

An amount is kept as it was sent ("48210.00" stays "48210.00"), so that the bytes that were hashed can
always be made again.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any

from iso4217 import Currency as IsoCurrency
from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

AMOUNT_PATTERN = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"

PERCENT = 100
"""The whole, in percent."""

FINEST = 4
"""Decimals of the finest currency."""

NOT_AN_AMOUNT = "amount"
NOT_POSITIVE = "amount_not_positive"
"""Types of the errors that the readers below raise: the form is wrong, or the size."""

_AMOUNT = re.compile(AMOUNT_PATTERN)

_WITHDRAWN = {
    **dict.fromkeys(("ANG", "BGN", "CUC", "CYP", "EEK", "HRK", "LTL", "LVL", "MRO", "MTL"), 2),
    **dict.fromkeys(("SIT", "SKK", "SLL", "STD", "VEF", "ZMK", "ZWL"), 2),
    "BYR": 0,
}
"""Codes that ISO withdrew since 2007. Facts of those years are stated in them, and a fact recorded once must be
readable for ever: a code that leaves the published table comes here."""

MINOR_UNITS: Mapping[str, int] = MappingProxyType(
    _WITHDRAWN | {one.code: one.exponent for one in IsoCurrency if one.exponent is not None}
)
"""Decimals of each currency of ISO 4217 that has a minor unit; gold, test codes and the like are absent."""


class UnknownCurrencyError(ValueError):
    """The code is not a currency of ISO 4217 that amounts can be stated in."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} is not a currency of ISO 4217")
        self.code = code


def minor_unit(currency: str) -> int:
    """Decimals of the currency: 2 for USD, 0 for JPY, 3 for BHD; raises UnknownCurrencyError."""
    try:
        return MINOR_UNITS[currency]
    except KeyError:
        raise UnknownCurrencyError(currency) from None


def decimals(amount: Decimal) -> int:
    """How many decimals the amount was written with."""
    exponent = amount.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def fits(amount: Decimal, currency: str) -> bool:
    """Whether the amount has no more decimals than the currency's minor unit."""
    return decimals(amount) <= minor_unit(currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount in the currency's minor unit: 48210.00 USD is 4,821,000 cents.

    Raises UnknownCurrencyError, and ValueError for an amount finer than the currency, which is never rounded.
    """
    if not fits(amount, currency):
        raise ValueError(f"{amount} has more decimals than {currency} has")
    return int(amount.scaleb(minor_unit(currency)))


def percent_of(minor: int, percent: int) -> int:
    """So many percent of an amount in minor units, half a unit up."""
    return (minor * percent + PERCENT // 2) // PERCENT


def in_units(minor: int, currency: str) -> int:
    """An amount in minor units as ten-thousandths of a unit: amounts of several currencies can be put in order by it.

    They are never added: 10 USD are more units than 9 EUR, and no more than that.
    """
    return int(minor * 10 ** (FINEST - minor_unit(currency)))


def reaches(minor: int, currency: str, units: int) -> bool:
    """Whether an amount in minor units is at least so many units of its currency."""
    return bool(minor >= units * 10 ** minor_unit(currency))


def from_minor(minor: int, currency: str) -> str:
    """An amount in minor units as contract and statements write it, with all the currency's decimals: "48210.00"."""
    decimals_of_currency = minor_unit(currency)
    digits = f"{abs(minor):0{decimals_of_currency + 1}d}"
    sign = "-" if minor < 0 else ""
    if decimals_of_currency == 0:
        return sign + digits
    return f"{sign}{digits[:-decimals_of_currency]}.{digits[-decimals_of_currency:]}"


def read_amount(value: Any) -> Decimal:
    """The exact decimal that the string says; raises PydanticCustomError."""
    if type(value) is Decimal:
        value = str(value)
    if type(value) is not str:
        raise PydanticCustomError(NOT_AN_AMOUNT, 'must be a decimal number in a string, such as "48210.00"')
    if not _AMOUNT.fullmatch(value):
        if value.startswith("-") and _AMOUNT.fullmatch(value[1:]):
            raise PydanticCustomError(NOT_POSITIVE, "must not be negative")
        raise PydanticCustomError(
            NOT_AN_AMOUNT, "must be a decimal number in a string, at most 15 digits and 4 decimals, no leading zeros"
        )
    return Decimal(value)


def _read_positive(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise PydanticCustomError(NOT_POSITIVE, "must be greater than zero")
    return amount


def _read_currency(code: str) -> str:
    if code not in MINOR_UNITS:
        raise PydanticCustomError("currency", "must be a currency of ISO 4217, such as USD")
    return code


Amount = Annotated[
    Decimal,
    BeforeValidator(read_amount),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["48210.00"]}),
]
"""Zero or more, at most four decimals; a JSON string."""

PositiveAmount = Annotated[Amount, AfterValidator(_read_positive)]
"""More than zero."""

Currency = Annotated[str, StringConstraints(pattern=CURRENCY_PATTERN), AfterValidator(_read_currency)]
"""An ISO 4217 code with a minor unit."""
