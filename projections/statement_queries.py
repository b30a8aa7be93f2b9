"""The prepared statements of statements: lines, sums, subtotals, and what changed of closed months.

Each in four forms, by whether a party and an account are named.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, tuple_, union_all

from ledger.store import OneOf, Prepared
from ledger.store.schema import events as log
from projections.schema import kept_entitlements, known

KEY_CELLS = 7
"""How many cells at the head of a row of CHANGED say which line of a statement it is."""

HALF = 10**9
"""Sums are made of two halves: amounts come near to what a 64-bit number holds."""

BOTH = (False, True)

_earned = kept_entitlements.c
_AT = known(kept_entitlements, bindparam("at", type_=_earned.known_from.type))
_WITHIN = (_AT, _earned.valid_from >= bindparam("since"), _earned.valid_from < bindparam("until"))
_PLACE = (_earned.valid_from, _earned.account_id, _earned.known_from, _earned.ordinal)


def _narrowed(statement: Select[Any], *, party: bool, account: bool) -> Select[Any]:
    if party:
        statement = statement.where(_earned.party_id == bindparam("party_id"))
    if account:
        statement = statement.where(_earned.account_id == bindparam("account_id"))
    return statement


def _after(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    return tuple_(*columns) > tuple_(
        *(bindparam(f"after_{place}", type_=one.type) for place, one in enumerate(columns))
    )


def _halves(column: ColumnElement[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    half: ColumnElement[int] = literal_column(str(HALF))
    return func.sum(column // half), func.sum(column % half)


def _lines(*, party: bool, account: bool) -> Prepared:
    statement = select(*_PLACE, _earned.body).where(*_WITHIN, _after(*_PLACE))
    return Prepared(_narrowed(statement, party=party, account=account).order_by(*_PLACE).limit(bindparam("limit")))


def _sums(*, party: bool, account: bool) -> Prepared:
    by = (_earned.kind, _earned.party_id, _earned.currency)
    statement = select(*by, *_halves(_earned.amount), *_halves(_earned.counted)).where(*_WITHIN)
    return Prepared(_narrowed(statement, party=party, account=account).group_by(*by))


def _subtotals(*, party: bool, account: bool) -> Prepared:
    by = (_earned.account_id, _earned.opportunity_id, _earned.contract_id, _earned.kind, _earned.currency)
    statement = select(*by, *_halves(_earned.amount)).where(*_WITHIN, OneOf(_earned.account_id, "account_ids"))
    return Prepared(_narrowed(statement, party=party, account=account).group_by(*by))


def _changed(*, party: bool, account: bool) -> Prepared:
    """The entitlements before a day that began or ended to be known in `(since, at]`, by the lines that they are."""
    key = (
        _earned.account_id,
        _earned.contract_id,
        _earned.valid_from,
        func.coalesce(_earned.opportunity_id, "").label("in_opportunity"),
        _earned.kind,
        func.coalesce(_earned.party_id, "").label("of_party"),
        _earned.currency,
    )
    columns = (*key, _earned.known_from, _earned.known_until, _earned.ordinal, _earned.body)
    began = (_earned.known_from > bindparam("since"), _earned.known_from <= bindparam("at"))
    ended = (
        _earned.known_until > bindparam("since"),
        _earned.known_until <= bindparam("at"),
        _earned.known_from <= bindparam("since"),
    )
    parts = [
        _narrowed(
            select(*columns).where(*wanted, _earned.valid_from < bindparam("until")), party=party, account=account
        )
        for wanted in (began, ended)
    ]
    found = union_all(*parts).subquery()
    place = list(found.c)[: len(key)]
    return Prepared(select(found).where(_after(*place)).order_by(*place, found.c.known_from).limit(bindparam("limit")))


LINES = {(p, a): _lines(party=p, account=a) for p in BOTH for a in BOTH}
SUMS = {(p, a): _sums(party=p, account=a) for p in BOTH for a in BOTH}
SUBTOTALS = {(p, a): _subtotals(party=p, account=a) for p in BOTH for a in BOTH}
CHANGED = {(p, a): _changed(party=p, account=a) for p in BOTH for a in BOTH}
"""Each by whether a party and an account are named."""

EVENT_AT = Prepared(select(log.c.event_id).where(log.c.position == bindparam("position")))
