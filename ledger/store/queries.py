"""The store's own prepared statements, the same for both databases."""

from typing import Any

from sqlalchemy import BindParameter, Column, Select, bindparam, or_, select, tuple_, update

from ledger.store.prepared import OneOf, Prepared
from ledger.store.schema import accounts, events, head, idempotency, known_ids

_AFTER = events.c.position > bindparam("after")
_UP_TO = events.c.position <= bindparam("up_to")
_STORED: Select[Any] = select(events.c.position, events.c.body)
_KNOWN = select(known_ids.c.kind, known_ids.c.id, known_ids.c.account_id, known_ids.c.position)

HEAD = Prepared(select(head.c.position, head.c.recorded_at, head.c.world))


def _page(*, account: bool, type_: bool) -> Prepared:
    statement = _STORED.limit(bindparam("limit"))
    if account:
        if type_:  # within an account the type is only filtered, not looked up: its own index grows with the ledger
            statement = statement.where(events.c.type.concat("") == bindparam("type"))
        return _page_of(statement, events.c.account_id)
    if type_:
        return _page_of(statement, events.c.type)
    return Prepared(statement.where(_AFTER, _UP_TO).order_by(events.c.position))


def _page_of(statement: Select[Any], column: Column[Any]) -> Prepared:
    """Narrows a page to the rows with the value that is bound under the column's name.

    To PostgreSQL it is said as a range of the index on (column, position): the plan that it keeps for all values may
    otherwise walk through the whole log to the few rows of a rare one.
    """
    value: BindParameter[Any] = bindparam(column.name)
    place = tuple_(column, events.c.position)
    between = place > tuple_(value, bindparam("after")), place <= tuple_(value, bindparam("up_to"))
    return Prepared(
        statement.where(column == value, _AFTER, _UP_TO).order_by(events.c.position),
        postgresql=statement.where(*between).order_by(column, events.c.position),
    )


PAGES = {(account, type_): _page(account=account, type_=type_) for account in (False, True) for type_ in (False, True)}
"""A page of the log, by whether it is narrowed to an account and to a type."""

ENTRIES = Prepared(select(events).where(_AFTER, _UP_TO).order_by(events.c.position).limit(bindparam("limit")))

EVENT = Prepared(_STORED.where(events.c.event_id == bindparam("event_id")))
EVENTS_BY_ID = Prepared(_STORED.where(OneOf(events.c.event_id, "event_ids")))

ACCOUNT_HISTORY = Prepared(
    _STORED.where(events.c.account_id == bindparam("account_id"), _AFTER, _UP_TO).order_by(events.c.position)
)
GLOBAL_HISTORY = Prepared(_STORED.where(events.c.account_id.is_(None), _AFTER, _UP_TO).order_by(events.c.position))
HISTORIES = Prepared(
    select(events.c.account_id, events.c.body)
    .where(OneOf(events.c.account_id, "account_ids"), _UP_TO)
    .order_by(events.c.position)
)

RECORDED_BY = Prepared(
    select(
        head.c.recorded_at,
        select(events.c.position)
        .where(events.c.recorded_at <= bindparam("instant"))
        .order_by(events.c.recorded_at.desc(), events.c.position.desc())
        .limit(1)
        .scalar_subquery(),
    )
)
"""Up to where the ledger has promised to record nothing more, and the last position recorded by an instant."""

PROMISE = Prepared(
    update(head).where(head.c.recorded_at < bindparam("instant")).values(recorded_at=bindparam("instant"))
)

ANSWERS_BY_KEY = Prepared(
    select(idempotency.c.key, idempotency.c.request_hash, idempotency.c.status, idempotency.c.answer).where(
        OneOf(idempotency.c.key, "keys")
    )
)

LAST_POSITIONS = Prepared(
    select(accounts.c.account_id, accounts.c.last_position).where(OneOf(accounts.c.account_id, "account_ids"))
)

KNOWN = Prepared(
    _KNOWN.where(OneOf(known_ids.c.id, "ids"), known_ids.c.gone_position.is_(None)).order_by(
        known_ids.c.position.desc()
    )
)
"""The latest first, so that in a mapping the event that introduced the identifier first comes to stand."""

NEWLY_KNOWN = Prepared(
    select(known_ids.c.id, known_ids.c.kind).where(
        OneOf(known_ids.c.id, "ids"), known_ids.c.position > bindparam("after")
    )
)
KNOWN_AT = Prepared(
    _KNOWN.where(
        known_ids.c.kind == bindparam("kind"),
        known_ids.c.id == bindparam("id"),
        known_ids.c.position <= bindparam("at"),
        or_(known_ids.c.gone_position.is_(None), known_ids.c.gone_position > bindparam("at")),
    ).order_by(known_ids.c.position)
)

TAKE_BACK = Prepared(
    update(known_ids)
    .where(
        known_ids.c.gone_position.is_(None),
        known_ids.c.position
        == select(events.c.position).where(events.c.event_id == bindparam("gone_event_id")).scalar_subquery(),
    )
    .values(gone_position=bindparam("gone_at"))
)
"""Ends what an event recorded earlier had made known."""

MOVE_HEAD = Prepared(
    update(head).values(position=bindparam("to"), recorded_at=bindparam("instant"), world=bindparam("in_world"))
)
