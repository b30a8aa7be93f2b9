"""The prepared statements of the funnel: open opportunities added up by what they weigh by, and those that changed."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
)

from ledger.money import PERCENT
from ledger.store import OneOf, Prepared
from policies.funnel_progress import OPEN
from projections.schema import kept_sheets, known
from projections.statement_queries import HALF

AT_ONCE = 1_000
"""How many opportunities are read at once."""

Names = tuple[str, ...]

_sheets = kept_sheets.c
_AT: BindParameter[int] = bindparam("at", type_=_sheets.known_from.type)
_ON_THE_DAY = (
    known(kept_sheets, _AT),
    _sheets.valid_from <= bindparam("on"),
    _sheets.valid_until > bindparam("on"),
    _sheets.state == bindparam("open", OPEN),
)
_NARROWS: dict[str, ColumnElement[bool]] = {
    "manager": _sheets.manager == bindparam("manager"),
    "region": _sheets.region == bindparam("region"),
    "account_id": _sheets.account_id == bindparam("account_id"),
    "closing_from": _sheets.expected_close_on >= bindparam("closing_from"),
    "closing_until": _sheets.expected_close_on < bindparam("closing_until"),
}
_PARTS: dict[str | None, ColumnElement[Any]] = {
    None: null(),
    "manager": _sheets.manager,
    "region": _sheets.region,
    "account": _sheets.account_id,
    "closing_month": _sheets.expected_close_on,
}
_BODY = f"{kept_sheets.name}.{_sheets.body.name}"


def _said(name: str, kind: type[Integer | Text], *, postgresql: bool) -> ColumnElement[Any]:
    """What the JSON of a sheet says in a field that has no column."""
    if postgresql:
        return literal_column(f"({_BODY}::json ->> '{name}')::{kind.__name__}", kind())
    return literal_column(f"json_extract({_BODY}, '$.{name}')", kind())


@cache
def piles_query(by: str | None, narrowed: Names) -> Prepared:
    """What is open, added up: part, stage, currency, probability, rest of the amount, count, and the two halves."""
    return Prepared(
        _piles(by, narrowed, postgresql=False),
        postgresql=_piles(by, narrowed, postgresql=True),
    )


def _piles(by: str | None, narrowed: Names, *, postgresql: bool) -> Select[Any]:
    half: ColumnElement[int] = literal_column(str(HALF))
    hundred: ColumnElement[int] = literal_column(str(PERCENT))
    one = (
        select(
            _PARTS[by].label("part"),
            _sheets.stage,
            case((_sheets.amount.is_(None), None), else_=_sheets.currency).label("worth_in"),
            _said("probability", Integer, postgresql=postgresql).label("probability"),
            func.coalesce(_sheets.amount, 0).label("amount"),
        )
        .where(*_ON_THE_DAY, *(_NARROWS[name] for name in narrowed))
        .subquery("one")
        .c
    )
    rest = (one.amount % hundred).label("rest")
    alike = (one.part, one.stage, one.worth_in, one.probability, rest)
    sums = (func.count(), func.sum(one.amount // half), func.sum(one.amount % half))
    return select(*alike, *sums).group_by(*alike)


@cache
def standing_query(narrowed: Names) -> Prepared:
    """How many are open in which stage since when (as ISO text)."""
    return Prepared(_standing(narrowed, postgresql=False), postgresql=_standing(narrowed, postgresql=True))


def _standing(narrowed: Names, *, postgresql: bool) -> Select[Any]:
    by_what = [_sheets.stage.label("in_stage"), _said("stage_since", Text, postgresql=postgresql).label("came_on")]
    statement = select(*by_what, func.count()).where(*_ON_THE_DAY, *(_NARROWS[name] for name in narrowed))
    return statement.group_by(*by_what)


CHANGED = Prepared(
    select(_sheets.opportunity_id)
    .where(known(kept_sheets, _AT), _sheets.valid_from >= bindparam("since"), _sheets.valid_from < bindparam("until"))
    .distinct()
    .order_by(_sheets.opportunity_id)
)
"""The opportunities whose sheets changed in a period."""

SHEETS = Prepared(
    select(_sheets.opportunity_id, _sheets.body)
    .where(
        OneOf(_sheets.opportunity_id, "opportunity_ids"),
        known(kept_sheets, _AT),
        _sheets.valid_from < bindparam("until"),
    )
    .order_by(_sheets.opportunity_id, _sheets.valid_from)
)
"""All that the sheets of some opportunities said before a day."""
