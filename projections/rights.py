"""Who holds what: the rights kept for an account or a party, and what runs out soon."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, tuple_

from ledger.store import Prepared, Reader
from policies.days import FOREVER, plus_days
from policies.kept import Right
from projections.asking import Moment, Page, read_cursor, write_cursor
from projections.problems import UnknownSubject
from projections.rows import decode_right
from projections.schema import kept_rights, known

OVER = ("lapsed", "ended")
"""The statuses that stand in the timeline only."""

_rights = kept_rights.c

_KNOWN = known(kept_rights, bindparam("at", type_=_rights.known_from.type))
_IN_EFFECT = and_(
    _KNOWN,
    _rights.valid_from <= bindparam("on"),
    _rights.valid_until > bindparam("on"),
    _rights.status.not_in([bindparam(f"over_{status}", status) for status in OVER]),
)
_PLACE = (_rights.account_id, _rights.known_from, _rights.ordinal)


def _after(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    return tuple_(*columns) > tuple_(
        *(bindparam(f"after_{place}", type_=one.type) for place, one in enumerate(columns))
    )


def _of_account(in_question: ColumnElement[bool]) -> Prepared:
    """All of an account's rows with what they are put in order by; an account's rights are few enough to sort."""
    columns = (_rights.opportunity_id, _rights.line, _rights.valid_from, _rights.kind, _rights.known_from)
    return Prepared(
        select(*columns, _rights.ordinal, _rights.body).where(
            _rights.account_id == bindparam("account_id"), in_question
        )
    )


def _page(statement: Select[Any]) -> Prepared:
    return Prepared(statement.limit(bindparam("limit")))


ACCOUNT = _of_account(_IN_EFFECT)
TIMELINE = _of_account(_KNOWN)
PARTY = _page(
    select(*_PLACE, _rights.body)
    .where(_rights.holder == bindparam("holder"), _IN_EFFECT, _after(*_PLACE))
    .order_by(*_PLACE)
)
DEADLINES = _page(
    select(_rights.deadline_on, *_PLACE, _rights.body)
    .where(
        _rights.deadline_on >= bindparam("on"),
        _rights.deadline_on <= bindparam("last"),
        _IN_EFFECT,
        _after(_rights.deadline_on, *_PLACE),
    )
    .order_by(_rights.deadline_on, *_PLACE)
)


def rights_of_account(
    reader: Reader, account_id: str, moment: Moment, *, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """The rights in effect on the day, lapsed and ended claims left out, by opportunity and line.

    Raises UnknownSubject, InvalidCursor.
    """
    wanted = {"account_id": account_id, "at": moment.position, "on": moment.on}
    return _account_page(reader, ACCOUNT, wanted, after, limit)


def timeline(
    reader: Reader, account_id: str, position: int, *, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """The whole history of rights as known at a position, one per interval, by opportunity, line and day.

    Raises UnknownSubject, InvalidCursor.
    """
    return _account_page(reader, TIMELINE, {"account_id": account_id, "at": position}, after, limit)


def rights_of_party(
    reader: Reader, party_id: str, moment: Moment, *, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """What a party holds on the day, over all accounts, lapsed and ended claims left out.

    Raises UnknownSubject, InvalidCursor.
    """
    _check_known(reader, "party", party_id, moment.position)
    place = ("", 0, 0) if after is None else read_cursor(after, str, int, int)
    wanted = {"holder": party_id, "at": moment.position, "on": moment.on, "limit": limit + 1, **_places(place)}
    rows = reader.rows(PARTY, wanted)
    following = write_cursor(*rows[limit - 1][:-1]) if len(rows) > limit else None
    return Page(tuple(decode_right(row[-1]) for row in rows[:limit]), following)


def deadlines(
    reader: Reader, moment: Moment, *, within_days: int, after: str | None = None, limit: int = 100
) -> Page[Right]:
    """The claims not yet won whose last day of grace lies at most so many days after the day, by that day.

    Raises InvalidCursor.
    """
    place: tuple[Any, ...] = (date.min, "", 0, 0)
    if after is not None:
        day, *rest = read_cursor(after, int, str, int, int)
        if not 1 <= day <= FOREVER.toordinal():
            day = FOREVER.toordinal()
        place = (date.fromordinal(day), *rest)
    wanted = {
        "at": moment.position,
        "on": moment.on,
        "last": plus_days(moment.on, within_days),
        "limit": limit + 1,
        **_places(place),
    }
    rows = reader.rows(DEADLINES, wanted)
    following = None
    if len(rows) > limit:
        deadline_on, *rest = rows[limit - 1][:-1]
        following = write_cursor(deadline_on.toordinal(), *rest)
    return Page(tuple(decode_right(row[-1]) for row in rows[:limit]), following)


def _account_page(
    reader: Reader, prepared: Prepared, wanted: dict[str, Any], after: str | None, limit: int
) -> Page[Right]:
    _check_known(reader, "account", wanted["account_id"], wanted["at"])
    found = [
        ((opportunity_id or "", line or "", valid_from.toordinal(), kind, known_from, ordinal), body)
        for opportunity_id, line, valid_from, kind, known_from, ordinal, body in reader.rows(prepared, wanted)
    ]
    found.sort()
    if after is not None:
        place = read_cursor(after, str, str, int, str, int, int)
        found = [(key, body) for key, body in found if key > place]
    following = write_cursor(*found[limit - 1][0]) if len(found) > limit else None
    return Page(tuple(decode_right(body) for _, body in found[:limit]), following)


def _check_known(reader: Reader, kind: str, name: str, position: int) -> None:
    if reader.known(kind, name, at=position) is None:
        raise UnknownSubject(kind, name)


def _places(place: tuple[Any, ...]) -> dict[str, Any]:
    return {f"after_{number}": value for number, value in enumerate(place)}
