"""List views: which there are on a day, what may be saved as one, and the lines that one shows, in its order.

A view's filters must all hold. Capitals don't count in texts, ids are compared to the letter, an amount within its own
currency: which one, another filter says. A line without a value in a column is found there by `empty` and `ne` alone,
and stands last whichever way the list is sorted. A filter on days may say `today`, `today+30` or `today-7`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ledger.events.references import name_key
from ledger.events.views import ListViewDeleted, ListViewSaved, ViewFilter
from ledger.money import AMOUNT_PATTERN
from ledger.recorded import Recorded
from policies.days import plus_days
from policies.list_columns import KEYS, LISTS, OPS, Column, ListRow
from policies.refusals import Refused
from policies.rulebook import rule

VIEW_FACTS = (ListViewSaved, ListViewDeleted)

_TODAY = re.compile(r"today(?:([+-])([0-9]{1,4}))?")
_AMOUNT = re.compile(AMOUNT_PATTERN)

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "eq": operator.eq,
        "lt": operator.lt,
        "le": operator.le,
        "gt": operator.gt,
        "ge": operator.ge,
        "contains": lambda found, wanted: wanted in found,
        "starts_with": lambda found, wanted: found.startswith(wanted),
        "in": lambda found, wanted: found in wanted,
    }
)


@dataclass(frozen=True, slots=True)
class ListView:
    """A view as it was last saved: what it says, since when, by whom (`actor`), and by which event."""

    fact: Recorded
    data: ListViewSaved.Data

    @property
    def owner(self) -> str:
        """Whose it is: the party that it was saved for, or else whoever saved it."""
        return self.data.owner or self.fact.actor

    def is_for(self, actor: str) -> bool:
        """Whether somebody sees it: everybody if it is shared, else whoever saved it."""
        return self.data.shared or self.fact.actor == actor


@rule("VIEWS")
def read_views(facts: Iterable[Recorded], on: date) -> dict[str, ListView]:
    """The views there are on a day, by id."""
    found: dict[str, ListView] = {}
    for fact in sorted(facts, key=lambda fact: fact.order):
        event = fact.event
        if fact.effective_on > on:
            break
        if isinstance(event, ListViewSaved):
            found[event.data.view_id] = ListView(fact, event.data)
        elif isinstance(event, ListViewDeleted):
            found.pop(event.data.view_id, None)
    return found


@rule("VIEWS")
def check_view(candidate: Recorded, facts: Iterable[Recorded]) -> None:
    """Refuse a view of columns that the list doesn't have, one under a name taken, and what is not the actor's own.

    `facts` are those of all views that count.
    """
    event = candidate.event
    known = read_views(facts, date.max)
    if isinstance(event, ListViewDeleted):
        if event.data.view_id not in known:
            raise Refused("VIEWS", f"there is no view {event.data.view_id!r} any more", "/data/view_id")
    elif isinstance(event, ListViewSaved):
        _check_said(event.data)
        before = known.get(event.data.view_id)
        if before is not None and before.data.of != event.data.of:
            detail = f"is a view of {before.data.of}; save one of {event.data.of} under another id"
            raise Refused("VIEWS", detail, "/data/of")
        _check_name(ListView(candidate, event.data), known.values())


def _check_name(saved: ListView, known: Iterable[ListView]) -> None:
    key = name_key(saved.data.name)
    for one in known:
        same = (one.owner, one.data.of, name_key(one.data.name)) == (saved.owner, saved.data.of, key)
        if same and one.data.view_id != saved.data.view_id:
            detail = f"is the name of another view of {saved.data.of} of the same owner, {one.data.view_id!r}"
            raise Refused("VIEWS", detail, "/data/name")


def _check_said(data: ListViewSaved.Data) -> None:
    columns = LISTS[data.of]
    for index, name in enumerate(data.columns):
        _column(columns, name, f"/data/columns/{index}", data.of)
    for index, one in enumerate(data.sort):
        _column(columns, one.field, f"/data/sort/{index}/field", data.of)
    for index, held in enumerate(data.filters):
        place = f"/data/filters/{index}"
        column = _column(columns, held.field, f"{place}/field", data.of)
        if held.op not in OPS[column.kind]:
            detail = f"can't be asked of {column.name}; it takes {', '.join(OPS[column.kind])}"
            raise Refused("VIEWS", detail, f"{place}/op", malformed=True)
        try:
            _wanted(column, held, date.min)
        except ValueError as error:
            raise Refused("VIEWS", str(error), f"{place}/value", malformed=True) from None


def _column(columns: Mapping[str, Column], name: str, pointer: str, of: str) -> Column:
    if name not in columns:
        detail = f"{of} have no column {name!r}; they have {', '.join(columns)}"
        raise Refused("VIEWS", detail, pointer, unknown=True)
    return columns[name]


@rule("VIEWS")
def shown(data: ListViewSaved.Data, rows: Iterable[ListRow], on: date) -> list[ListRow]:
    """The lines that a view shows on a day, in its order; lines that it leaves open stand by their ids."""
    columns = LISTS[data.of]
    tests = [_test(columns[one.field], one, on) for one in data.filters]
    found = [row for row in rows if all(test(row) for test in tests)]
    found.sort(key=lambda row: tuple(str(row[name] or "") for name in KEYS[data.of]))
    for one in reversed(data.sort):
        found = _sorted(found, columns[one.field], descending=one.descending)
    return found


def _sorted(rows: Sequence[ListRow], column: Column, *, descending: bool) -> list[ListRow]:
    present = [row for row in rows if row[column.name] is not None]
    present.sort(key=lambda row: _comparable(column, row[column.name]), reverse=descending)
    if column.kind == "amount":  # amounts of one currency stand together: they can't be compared with others
        present.sort(key=lambda row: str(row["currency"]))
    return [*present, *(row for row in rows if row[column.name] is None)]


def _test(column: Column, one: ViewFilter, on: date) -> Callable[[ListRow], bool]:
    wanted = _wanted(column, one, on)
    name, op = column.name, one.op
    if op == "empty":
        return lambda row: (row[name] is None) is wanted
    if op == "ne":
        return lambda row: row[name] is None or _comparable(column, row[name]) != wanted
    compare = _COMPARE[op]
    return lambda row: row[name] is not None and compare(_comparable(column, row[name]), wanted)


def _comparable(column: Column, value: Any) -> Any:
    return value.casefold() if column.kind == "text" else value


def _wanted(column: Column, one: ViewFilter, on: date) -> Any:
    """What a filter holds a column against. Raises ValueError for what is no value of the column."""
    value = one.value
    if one.op == "in":
        return frozenset(_comparable(column, each) for each in _typed(value, tuple, "a list of texts"))
    if one.op == "empty" or column.kind == "flag":
        return _typed(value, bool, "true or false")
    if column.kind == "number":
        return _typed(value, int, "a whole number")
    text: str = _typed(value, str, "a text")
    if column.kind == "date":
        return _day(text, on)
    if column.kind == "amount":
        if not _AMOUNT.fullmatch(text):
            raise ValueError("must be an amount in a text, such as 48210.00")
        return Decimal(text)
    return _comparable(column, text)


def _typed(value: Any, wanted: type, told: str) -> Any:
    if type(value) is not wanted:
        raise ValueError(f"must be {told}")
    return value


def _day(text: str, on: date) -> date:
    relative = _TODAY.fullmatch(text)
    if relative is not None:
        return plus_days(on, int(f"{relative[1] or ''}{relative[2] or 0}"))
    try:
        if len(text) == len("YYYY-MM-DD"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("must be a date such as 2026-04-02, or today, today+30, today-7")


def fixed(data: ListViewSaved.Data) -> Iterator[tuple[str, str]]:
    """The columns of ids that a view wants to have one very value: what a look-up can begin with."""
    columns = LISTS[data.of]
    for one in data.filters:
        if one.op == "eq" and columns[one.field].kind == "id":
            yield one.field, str(one.value)
