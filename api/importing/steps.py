"""The steps from a cell to a value: empty or not, its spelling, whether it is known, what it stands for, its form."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from api.importing import texts
from api.importing.lookups import Table
from api.importing.mapping import ExportMapping, Value
from api.importing.problems import Untakeable
from policies.days import plus_months

ABSENT: Any = object()
"""An optional value that the row does not give."""


class Steps:
    """Goes the steps of one value of the mapping. `label` is the column it comes from, by which reasons call it."""

    def __init__(self, mapping: ExportMapping, value: Value, label: str, lookups: dict[str, Table]) -> None:
        self.label = label
        self._value = value
        self._spellings = mapping.variants[value.variants] if value.variants else {}
        self._allowed = None if value.one_of is None else frozenset(value.one_of)
        self._known = lookups[value.known_in] if value.known_in else None
        self._table = lookups[value.lookup] if value.lookup else None
        self._taken = f"{value.take} of {label}" if value.take else label
        self._convert = _conversion(mapping, value)

    def spelling(self, text: str) -> str | None:
        """What the text is taken as, if the mapping says so of this spelling."""
        return self._spellings.get(text)

    def go(self, text: str) -> Any:
        """The value that a text in its right spelling stands for, or ABSENT. Raises Untakeable."""
        if not text:
            return self._absent(self.label)
        if self._allowed is not None and text not in self._allowed:
            kind = f"{self.label} is none of those that the mapping allows"
            raise Untakeable(kind, f"{self.label} {text!r} is none of those that the mapping allows")
        if self._known is not None:
            self._known.check(text, self.label)
        if self._table is not None:
            text = self._table.take(text, self._value.take or "", self.label)
            if not text:
                return self._absent(self._taken)
        try:
            return self._convert(text)
        except ValueError as error:
            raise Untakeable(f"{self._taken} {error}", f"{self._taken} {text!r} {error}") from None

    def _absent(self, called: str) -> Any:
        if self._value.optional:
            return ABSENT
        raise Untakeable(f"no {called}")


def _conversion(mapping: ExportMapping, value: Value) -> Callable[[str], Any]:
    prefix = value.prefix
    if value.kind == "date":
        days = timedelta(days=mapping.number(value.plus_days) or 0)
        months = mapping.number(value.plus_months) or 0
        return lambda text: _moved(plus_months(texts.day(text, value.date_format), months), days).isoformat()
    if value.kind == "amount":
        return lambda text: texts.amount(text, value.decimal_mark, value.thousands_mark)
    if value.kind == "integer":
        return texts.integer
    if value.kind == "identifier":
        return lambda text: prefix + texts.slug(text)
    if value.kind == "code":
        return lambda text: texts.code(prefix + text)
    return lambda text: prefix + text


def _moved(day: date, days: timedelta) -> date:
    try:
        return day + days
    except OverflowError:
        raise ValueError("is too far from today") from None
