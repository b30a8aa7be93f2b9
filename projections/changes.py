"""Changes of rights along the log: what each event made different, read from the kept intervals.

Nothing is kept for it: the rows that a position ended and begun say it, so the same position has the same changes for
ever, before and after a rebuild. What only time brings is told at the scheduler's notice of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, tzinfo
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Select, Table, bindparam, select, tuple_

from ledger import canonical
from ledger.events.notices import GraceWarningIssued, RightsLapsed
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.schema import events as log
from policies.changes import Change, changes, lapses, warning
from policies.kept import Right
from policies.own_changes import Whose
from projections.problems import InvalidCursor
from projections.rows import decode_right
from projections.schema import OPEN_POSITION, kept_rights

Narrowed = Literal["all", "some", "one"]

NOTICES = ("grace_warning_issued", "rights_lapsed")
TOUCHED_AT_ONCE = 200


class Place(NamedTuple):
    """How far a reader of changes has come: all of the positions before `position`, and of this one all accounts before
    `account_id`, and of that one the first `number` changes. With no account, the whole position.
    """

    position: int
    account_id: str | None = None
    number: int = 0

    def __str__(self) -> str:
        """The place as the cursor and the id of a change."""
        return str(self.position) if self.account_id is None else f"{self.position}:{self.number}:{self.account_id}"

    @classmethod
    def of(cls, cursor: str) -> Place:
        """The place that a cursor names; raises InvalidCursor."""
        position, _, rest = cursor.partition(":")
        number, _, account_id = rest.partition(":")
        if not _is_number(position) or (rest and not (_is_number(number) and account_id)):
            raise InvalidCursor(cursor)
        return cls(int(position), account_id, int(number)) if rest else cls(int(position))


class ChangeAt(NamedTuple):
    """A change, where it stands in the feed, and the event it came with."""

    place: Place
    change: Change
    event: Recorded


class Feed(NamedTuple):
    """A stretch of the feed: its changes, and how far it was read (beyond the last change, if nothing else follows)."""

    changes: list[ChangeAt]
    reached: Place


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 19


def _touched(table: Table, column: ColumnElement[int], narrowed: Narrowed) -> Prepared:
    """The positions at which rows began (or ended), with the account, after a place in the feed."""
    key = table.c.account_id
    statement: Select[tuple[int, str]] = select(column, key).distinct()
    statement = statement.where(column >= bindparam("position"), column <= bindparam("up_to"))
    if narrowed == "one":
        statement = statement.where(key == bindparam("account_id"))
    else:
        places = bindparam("position", type_=column.type), bindparam("account", type_=key.type)
        statement = statement.where(tuple_(column, key) >= tuple_(*places))
    if narrowed == "some":
        statement = statement.where(OneOf(key, "account_ids"))
    return Prepared(statement.order_by(column, key).limit(bindparam("limit")))


def _noticed(narrowed: Narrowed) -> Prepared:
    statement = select(log.c.position, log.c.account_id).where(
        log.c.type.in_([bindparam(name, name) for name in NOTICES]),
        log.c.position >= bindparam("position"),
        log.c.position <= bindparam("up_to"),
    )
    if narrowed == "one":
        statement = statement.where(log.c.account_id == bindparam("account_id"))
    elif narrowed == "some":
        statement = statement.where(OneOf(log.c.account_id, "account_ids"))
    return Prepared(statement.order_by(log.c.position).limit(bindparam("limit")))


SOURCES = {
    narrowed: (
        _touched(kept_rights, kept_rights.c.known_from, narrowed),
        _touched(kept_rights, kept_rights.c.known_until, narrowed),
        _noticed(narrowed),
    )
    for narrowed in get_args(Narrowed)
}
"""Where changes can stand, by whether all accounts are asked about, some, or one."""

AROUND = Prepared(
    select(kept_rights.c.known_from, kept_rights.c.known_until, kept_rights.c.body).where(
        kept_rights.c.account_id == bindparam("account_id"),
        kept_rights.c.known_until >= bindparam("position"),
        kept_rights.c.known_from + 0 <= bindparam("position"),
    )
)
"""An account's rights as known just before a position, and at it."""


def feed(
    reader: Reader,
    after: Place,
    zone: tzinfo,
    *,
    limit: int,
    account_ids: Collection[str] | None = None,
    whose: Whose | None = None,
    kinds: Collection[str] = (),
    up_to: int | None = None,
) -> Feed:
    """The changes after a place, at most `limit`, in the order of positions, accounts and subjects.

    Each is told as of the day on which its event was recorded, in the business time zone. `kinds` narrows them (to all
    if empty), `account_ids` to accounts, `whose` to what concerns some parties, told without others. At
    most TOUCHED_AT_ONCE places are looked at in one call, so it may answer fewer than there are.
    """
    head = reader.head().position if up_to is None else up_to
    found: list[ChangeAt] = []
    touched, whole = _places(reader, after, head, account_ids)
    for position, name in touched:
        done = after.number if (after.position, after.account_id) == (position, name) else 0
        for number, (change, event) in enumerate(_at(reader, position, name, zone, whose), 1):
            if number <= done or (kinds and change.change not in kinds):
                continue
            found.append(ChangeAt(Place(position, name, number), change, event))
            if len(found) == limit:
                return Feed(found, found[-1].place)
    if whole:
        return Feed(found, Place(max(head, after.position)))
    return Feed(found, Place(*touched[-1], number=OPEN_POSITION))


def _places(
    reader: Reader, after: Place, head: int, account_ids: Collection[str] | None
) -> tuple[list[tuple[int, str]], bool]:
    """The positions and accounts to look at next, in order, and whether these are all there are up to the head."""
    begin = (after.position + 1, "") if after.account_id is None else (after.position, after.account_id)
    wanted: dict[str, Any] = {"position": begin[0], "account": begin[1], "up_to": head, "limit": TOUCHED_AT_ONCE}
    narrowed: Narrowed = "all"
    if account_ids is not None:
        named = sorted(account_ids)
        narrowed = "one" if len(named) == 1 else "some"
        wanted |= {"account_id": named[0]} if narrowed == "one" else {"account_ids": named}
    pages = [[(row[0], row[1]) for row in reader.rows(source, wanted)] for source in SOURCES[narrowed]]
    full = [page[-1] for page in pages if len(page) == TOUCHED_AT_ONCE]
    last = min(full, default=(head + 1, ""))
    return sorted({place for page in pages for place in page if begin <= place <= last}), not full


def _at(
    reader: Reader, position: int, account_id: str, zone: tzinfo, whose: Whose | None
) -> Iterator[tuple[Change, Recorded]]:
    """What the event at a position made different on an account, for some parties or for all."""
    event = canonical.decode(reader.page(after=position - 1, limit=1)[0].body)
    rows = reader.rows(AROUND, {"account_id": account_id, "position": position})
    after = [decode_right(body) for _, until, body in rows if until > position]
    noticed = _noticed_by(event, after)
    yield from ((one, event) for one in (noticed if whose is None else whose.of_notice(noticed, after)))
    if any(position in (begun, until) for begun, until, _ in rows):
        before = [decode_right(body) for begun, _, body in rows if begun < position]
        compare = changes if whose is None else whose.of
        yield from ((one, event) for one in compare(before, after, _day(event, zone)))


def _noticed_by(event: Recorded, rights: list[Right]) -> list[Change]:
    notice = event.event
    if isinstance(notice, RightsLapsed):
        return _lapsed(notice, rights)
    return _warned(notice, rights) if isinstance(notice, GraceWarningIssued) else []


def _lapsed(notice: RightsLapsed, rights: list[Right]) -> list[Change]:
    said = notice.data
    return lapses(rights, said.opportunity_id, said.line, said.deadline_on)


def _warned(notice: GraceWarningIssued, rights: list[Right]) -> list[Change]:
    said = notice.data
    return warning(rights, said.opportunity_id, said.line, said.deadline_on, notice.effective_on)


def _day(event: Recorded, zone: tzinfo) -> date:
    return event.recorded_at.astimezone(zone).date()
