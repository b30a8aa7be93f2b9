"""Currencies and exact amounts."""

from decimal import Decimal

import pytest

from ledger.money import MINOR_UNITS, UnknownCurrencyError, decimals, fits, minor_unit

# ISO 4217 where other sources differ, or where the number isn't two
ISO = {"JPY": 0, "KRW": 0, "USD": 2, "EUR": 2, "LBP": 2, "AFN": 2, "BHD": 3, "IQD": 3, "KWD": 3, "CLF": 4, "UYW": 4}

EVER_TAKEN = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BYR BZD CAD CDF CHE
CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CYP CZK DJF DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MTL MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SIT SKK SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS
TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VEF VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMK
ZMW ZWG ZWL
"""


@pytest.mark.parametrize(("currency", "digits"), ISO.items())
def test_minor_units_are_those_of_iso_4217(currency: str, digits: int) -> None:
    """Not those of Babel or of habit."""
    assert minor_unit(currency) == digits


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU", "XDR", "usd", "", "DOLLAR"])
def test_what_is_no_currency(code: str) -> None:
    """Test codes, metals and units of account have no minor unit: no amount can be stated in them."""
    with pytest.raises(UnknownCurrencyError, match="ISO 4217"):
        minor_unit(code)


def test_a_currency_once_taken_is_taken_for_ever() -> None:
    """A newer table may withdraw codes; facts recorded in them must stay readable: put them into `_WITHDRAWN`."""
    assert set(EVER_TAKEN.split()) <= set(MINOR_UNITS)


@pytest.mark.parametrize(
    ("amount", "currency", "it_fits"),
    [
        ("10", "JPY", True),
        ("10.0", "JPY", False),
        ("10.25", "USD", True),
        ("10.250", "USD", False),
        ("10.250", "BHD", True),
        ("10.2500", "CLF", True),
    ],
)
def test_fits(amount: str, currency: str, it_fits: bool) -> None:
    """Written decimals count, even zeros: an amount is kept as it was sent."""
    assert fits(Decimal(amount), currency) == it_fits


def test_decimals_of_whole_and_scaled_numbers() -> None:
    """A positive exponent means no decimals."""
    assert (decimals(Decimal("1E+3")), decimals(Decimal(5)), decimals(Decimal("5.0400"))) == (0, 0, 4)
