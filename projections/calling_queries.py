"""The prepared statements of the calling questions.

Their rows are (kind, name, body): a `situation` by its business, an `obligation`, a `contract` or the `account` that is
known. The statement for many accounts begins each row with the account's id.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, literal_column, or_, select, union_all

from ledger.store import OneOf, Prepared
from ledger.store.schema import accounts, known_ids
from projections.schema import kept_obligations, kept_situations, known

ACCOUNT = "account"

_AT: BindParameter[Any] = bindparam("at", type_=known_ids.c.position.type)
_ON: BindParameter[Any] = bindparam("on")

_SITUATION: ColumnElement[str] = literal_column("'situation'")
_OBLIGATION: ColumnElement[str] = literal_column("'obligation'")
_NOTHING: ColumnElement[str] = literal_column("''")

_situations, _obligations = kept_situations.c, kept_obligations.c

_STILL_TO_COME = (known(kept_situations, _AT), _situations.valid_until > _ON)
_OWED = (
    known(kept_obligations, _AT),
    _obligations.valid_from <= _ON,
    _obligations.valid_until > _ON,
)


def _known(*wanted: ColumnElement[Any], of: tuple[ColumnElement[Any], ...] = ()) -> Select[Any]:
    """Identifiers as known at the position."""
    at = or_(known_ids.c.gone_position.is_(None), known_ids.c.gone_position > _AT)
    return select(*of, known_ids.c.kind, known_ids.c.id, _NOTHING).where(*wanted, known_ids.c.position <= _AT, at)


def _situations_of(business: ColumnElement[str]) -> Select[Any]:
    return select(_SITUATION, _situations.business, _situations.body).where(
        _situations.account_id == bindparam("account_id"), _situations.business == business, *_STILL_TO_COME
    )


ONE = Prepared(
    union_all(
        _situations_of(literal_column("'general'")),
        _situations_of(bindparam("line")),
        _situations_of(bindparam("contract")),
        select(_OBLIGATION, _obligations.kind, _obligations.body).where(
            _obligations.account_id == bindparam("account_id"), *_OWED
        ),
        _known(known_ids.c.id == bindparam("account_id"), known_ids.c.kind == literal_column("'account'")),
        _known(
            known_ids.c.id == bindparam("contract_id"),
            known_ids.c.kind == literal_column("'contract'"),
            known_ids.c.account_id == bindparam("account_id"),
        ),
    )
)
"""What one question needs."""

MANY = Prepared(
    union_all(
        select(_situations.account_id, _SITUATION, _situations.business, _situations.body).where(
            OneOf(_situations.account_id, "account_ids"), OneOf(_situations.business, "businesses"), *_STILL_TO_COME
        ),
        select(_obligations.account_id, _OBLIGATION, _obligations.kind, _obligations.body).where(
            OneOf(_obligations.account_id, "account_ids"), *_OWED
        ),
        _known(
            OneOf(known_ids.c.id, "account_ids"), known_ids.c.kind == literal_column("'account'"), of=(known_ids.c.id,)
        ),
        _known(
            OneOf(known_ids.c.id, "contract_ids"),
            known_ids.c.kind == literal_column("'contract'"),
            of=(known_ids.c.account_id,),
        ),
    )
)
"""What many questions about many accounts need."""

ACCOUNTS = Prepared(
    select(accounts.c.account_id)
    .where(
        accounts.c.account_id > bindparam("after"),
        _known(known_ids.c.id == accounts.c.account_id, known_ids.c.kind == literal_column("'account'")).exists(),
    )
    .order_by(accounts.c.account_id)
    .limit(bindparam("limit"))
)
"""The accounts known, by their ids."""
