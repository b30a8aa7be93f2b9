"""The prepared statements of the calling questions.

Their rows are (kind, name, body): a `situation` by its business, an `obligation`, a `contract` or the `account` that is
known. The statement for many accounts begins each row with the account's id.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, literal_column, or_, select, union_all

from ledger.store import OneOf, Prepared
from ledger.store.schema import known_ids
from projections.schema import kept_obligations, kept_situations

ACCOUNT = "account"

_AT: BindParameter[Any] = bindparam("at")
_ON: BindParameter[Any] = bindparam("on")

_SITUATION: ColumnElement[str] = literal_column("'situation'")
_OBLIGATION: ColumnElement[str] = literal_column("'obligation'")
_NOTHING: ColumnElement[str] = literal_column("''")

_situations, _obligations = kept_situations.c, kept_obligations.c

_STILL_TO_COME = (_situations.known_from <= _AT, _situations.known_until > _AT, _situations.valid_until > _ON)
_OWED = (
    _obligations.known_from <= _AT,
    _obligations.known_until > _AT,
    _obligations.valid_from <= _ON,
    _obligations.valid_until > _ON,
)


def _known(*wanted: ColumnElement[Any], of: tuple[ColumnElement[Any], ...] = ()) -> Select[Any]:
    """Identifiers as known at the position."""
    at = or_(known_ids.c.gone_position.is_(None), known_ids.c.gone_position > _AT)
    return select(*of, known_ids.c.kind, known_ids.c.id, _NOTHING).where(*wanted, known_ids.c.position <= _AT, at)


ONE = Prepared(
    union_all(
        select(_SITUATION, _situations.business, _situations.body).where(
            _situations.account_id == bindparam("account_id"),
            _situations.business.in_([bindparam("line"), bindparam("contract"), literal_column("'general'")]),
            *_STILL_TO_COME,
        ),
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
    select(known_ids.c.id)
    .where(
        known_ids.c.kind == literal_column("'account'"),
        known_ids.c.id > bindparam("after"),
        known_ids.c.position <= _AT,
        or_(known_ids.c.gone_position.is_(None), known_ids.c.gone_position > _AT),
    )
    .distinct()
    .order_by(known_ids.c.id)
    .limit(bindparam("limit"))
)
"""The accounts known, by their ids."""
