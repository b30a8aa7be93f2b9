"""The facts of the sheet behind claims, read from the log as known at a position, without those taken back.

Of an account they are filtered from its own facts; over the whole ledger they are found by the index of their types.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import BindParameter, and_, bindparam, exists, select

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.schema import events as log
from policies.history import LIVE_TYPES
from projections.asking import Page, read_cursor, write_cursor
from projections.parties import Rows
from projections.problems import InvalidCursor, UnknownSubject
from projections.schema import kept_withdrawals

Item = TypeVar("Item")

OPPORTUNITY_TYPES = (
    *sorted(LIVE_TYPES - {"customer_scored"}),
    "opportunity_plan_adopted",
    "engagement_recorded",
    "coordination_recorded",
    "activity_shared",
)
"""What the sheet of an opportunity is read from."""

_AT: BindParameter[int] = bindparam("at", type_=log.c.position.type)
_COUNTS = and_(
    log.c.position <= _AT,
    ~exists().where(kept_withdrawals.c.event_id == log.c.event_id, kept_withdrawals.c.position <= _AT),
)
"""Whether a fact was recorded by a position, and not taken back by then."""

OF_ACCOUNT = Prepared(
    select(log.c.body)
    .where(log.c.account_id == bindparam("account_id"), OneOf(log.c.type.concat(""), "types"), _COUNTS)
    .order_by(log.c.position)
)
"""Within an account the type is only filtered: its own index grows with the ledger."""


@cache
def _of_type(event_type: str) -> Prepared:
    """The facts of one type, by the index on (type, position)."""
    return Prepared(
        select(log.c.body)
        .where(log.c.type == bindparam("type", event_type), _COUNTS)
        .order_by(log.c.type, log.c.position)
    )


def facts_of_account(reader: Reader, account_id: str, types: Sequence[str], position: int) -> list[Recorded]:
    """An account's facts of these types."""
    found = reader.rows(OF_ACCOUNT, {"account_id": account_id, "types": list(types), "at": position})
    return [canonical.decode(body) for (body,) in found]


def facts_of_types(rows: Rows, types: Iterable[str], position: int) -> list[Recorded]:
    """All facts of these types, type by type."""
    return [canonical.decode(body) for each in types for (body,) in rows(_of_type(each), {"at": position})]


def account_of(reader: Reader, opportunity_id: str, position: int) -> str:
    """The account that an opportunity is on. Raises UnknownSubject."""
    known = reader.known("opportunity", opportunity_id, at=position)
    if known is None or known.account_id is None:
        raise UnknownSubject("opportunity", opportunity_id)
    return known.account_id


def facts_of_opportunity(reader: Reader, opportunity_id: str, position: int) -> tuple[str, list[Recorded]]:
    """An opportunity's account, and the facts that its sheet is read from. Raises UnknownSubject."""
    account_id = account_of(reader, opportunity_id, position)
    facts = facts_of_account(reader, account_id, OPPORTUNITY_TYPES, position)
    return account_id, [fact for fact in facts if getattr(fact.data, "opportunity_id", None) == opportunity_id]


def slice_after(items: Sequence[tuple[str, Item]], after: str | None, limit: int) -> Page[Item]:
    """A page of a list that is at hand as a whole, each item with its key. Raises InvalidCursor."""
    start = 0
    if after is not None:
        (key,) = read_cursor(after, str)
        start = next((place for place, (one, _) in enumerate(items, 1) if one == key), 0)
        if not start:
            raise InvalidCursor(after)
    found = items[start : start + limit]
    following = write_cursor(found[-1][0]) if start + limit < len(items) else None
    return Page(tuple(item for _, item in found), following)
