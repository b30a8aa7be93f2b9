"""From a cell's text to an event's value: identifiers, dates, amounts, whole numbers. Nothing is guessed or rounded.

Every function raises ValueError, in words that follow the name of the column: "is not a date of the form …".
"""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from ledger.identifiers import is_identifier

LONGEST_SLUG = 96
"""Room is left for a prefix and for the mark of what was lost."""

_OTHER = re.compile(r"[^a-z0-9]+")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")


@lru_cache(maxsize=10_000)
def slug(text: str) -> str:
    """An identifier made of a name: lower case, ASCII, words joined by hyphens: "Gekko & Co" → "gekko-co".

    Where letters or digits had to be left out, eight characters of the name's hash keep the identifier its own.
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    kept = _OTHER.sub("-", plain).strip("-")
    lost = any(letter.isalnum() and not letter.isascii() for letter in plain)
    if lost or not kept or len(kept) > LONGEST_SLUG:
        mark = sha256(text.encode()).hexdigest()[:8]
        kept = f"{kept[:LONGEST_SLUG].rstrip('-')}-{mark}".lstrip("-")
    return kept


def code(text: str) -> str:
    """The text itself, if it may be an identifier."""
    if not is_identifier(text):
        raise ValueError("is not an identifier: 1 to 128 characters of letters, digits and -_.:@+")
    return text


def day(text: str, form: str | None) -> date:
    """The date, in the form YYYY-MM-DD or in a `strptime` form."""
    if form is None:
        if len(text) == 10 and text[4] == text[7] == "-":
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        raise ValueError("is not a date of the form YYYY-MM-DD")
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - only the calendar date is taken
    except ValueError:
        raise ValueError(f"is not a date of the form {form}") from None


def amount(text: str, decimal_mark: str, thousands_mark: str) -> str:
    """The decimal number as events write it: no thousands marks, a point before the decimals, all decimals kept."""
    plain = text.replace(thousands_mark, "") if thousands_mark else text
    if decimal_mark != ".":
        if "." in plain:
            raise ValueError(f"is not an amount with {decimal_mark!r} before its decimals")
        plain = plain.replace(decimal_mark, ".")
    if not _AMOUNT.fullmatch(plain):
        raise ValueError(f"is not an amount such as 1234{decimal_mark}50")
    whole, point, decimals = plain.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{whole.removeprefix('-').lstrip('0') or '0'}{point}{decimals}"


def integer(text: str) -> int:
    """The whole number."""
    if not _INTEGER.fullmatch(text) or len(text) > 18:
        raise ValueError("is not a whole number")
    return int(text)
