"""Notices: what was announced of claims, kept with the facts; and what is due, as events ready to be recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, bindparam, func, or_, select

from ledger import canonical
from ledger.events.notices import NoticeData
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.prepared import Row
from ledger.store.schema import accounts
from ledger.store.schema import events as log
from policies.days import plus_days
from policies.figures import Figures
from policies.history import NOTICE_TYPES
from policies.kept import Right
from policies.notices import (
    GRACE_WARNING_ISSUED,
    RIGHTS_REVIVED,
    ClaimName,
    Due,
    Notice,
    doubtful,
    due_notices,
    farthest_warning,
    needed,
)
from projections.asking import Moment
from projections.figures import settings
from projections.knowledge import Journal
from projections.parties import Rows
from projections.pending import PendingRows
from projections.rows import decode_right
from projections.schema import kept_notices, kept_rights, known

NAMESPACE = UUID("6f1f3a52-7c1e-5f0b-9c3d-2f6a8f0f1c11")
"""Of the ids of notices (UUIDv5, RFC 9562, 5.5)."""

AT_ONCE = 1_000

_rights, _notices = kept_rights.c, kept_notices.c
_AT = bindparam("at", type_=_rights.known_from.type)
_OF_A_MANAGER = and_(
    OneOf(_rights.account_id, "account_ids"), known(kept_rights, _AT), _rights.kind == "opportunity_manager"
)

IN_LOG = Prepared(
    select(log.c.body)
    .where(
        or_(*(log.c.type.concat("") == bindparam(name, name) for name in sorted(NOTICE_TYPES))),
        log.c.position > bindparam("after"),
        log.c.position <= bindparam("at"),
    )
    .order_by(log.c.position)
    .limit(AT_ONCE)
)
"""A page of announcements. The log is gone through by position: by type, each page would sort all that is left."""
NOTICES_KEPT = Prepared(
    select(kept_notices)
    .where(_notices.position > bindparam("after"), _notices.position <= bindparam("at"))
    .order_by(_notices.position)
)
TOLD = Prepared(
    select(
        _notices.account_id,
        _notices.kind,
        _notices.opportunity_id,
        _notices.line,
        _notices.deadline_on,
        _notices.effective_on,
    )
    .where(OneOf(_notices.account_id, "account_ids"), _notices.position <= bindparam("at"))
    .order_by(_notices.position)
)
CLAIMS = Prepared(
    select(_rights.account_id, _rights.body).where(
        _OF_A_MANAGER,
        _rights.valid_from <= bindparam("on"),
        or_(
            _rights.status == "lapsed",
            and_(_rights.deadline_on >= bindparam("on"), _rights.deadline_on <= bindparam("last")),
        ),
    )
)
"""The days of claims that `policies.notices.needed` asks for (and perhaps a few more)."""
ALL_DAYS = Prepared(select(_rights.account_id, _rights.body).where(_OF_A_MANAGER))
UNDONE = Prepared(
    select(_rights.opportunity_id, _rights.line, _rights.valid_from, log.c.event_id)
    .join(log, log.c.position == _rights.known_until)
    .where(
        OneOf(_rights.account_id, "account_ids"),
        _rights.known_until <= _AT,
        _rights.kind == "opportunity_manager",
        _rights.status == "lapsed",
    )
    .order_by(_rights.known_until)
)
"""The lapses that are not known any more, and the event that undid each, in the order of these events."""
ACCOUNTS = Prepared(
    select(accounts.c.account_id)
    .where(accounts.c.account_id > bindparam("after"))
    .order_by(accounts.c.account_id)
    .limit(bindparam("limit"))
)
ACCOUNTS_COUNTED = Prepared(select(func.count()).select_from(accounts))
CHANGED = Prepared(
    select(log.c.account_id)
    .where(
        log.c.position > bindparam("after"),
        log.c.position <= bindparam("at"),
        log.c.account_id.is_not(None),
        log.c.actor != bindparam("scheduler"),
    )
    .distinct()
    .limit(bindparam("limit"))
)


# ---- kept with the facts ---------------------------------------------------------------------------------------------


def note_notice(fact: Recorded, pending: PendingRows, journal: Journal) -> None:
    """Notes what an event announces, if it does."""
    if fact.type in NOTICE_TYPES:
        pending.notices.append(list(notice_row(fact)))
        journal.note(pending.notices.pop)


def notice_row(fact: Recorded) -> Row:
    """The row that an announcement is kept as."""
    data = fact.event.data
    if not isinstance(data, NoticeData):
        raise TypeError(f"{fact.type} announces nothing")
    return (
        fact.position,
        fact.account_id,
        data.opportunity_id,
        data.line,
        fact.type,
        data.deadline_on,
        fact.effective_on,
        fact.event_id,
    )


def notices_in_log(rows: Rows, position: int) -> Iterator[list[Row]]:
    """What the log announces up to a position, as rows, in pages."""
    after = 0
    while found := rows(IN_LOG, {"after": after, "at": position}):
        page = [notice_row(canonical.decode(body)) for (body,) in found]
        yield page
        after = page[-1][0]


# ---- what is due -----------------------------------------------------------------------------------------------------


def accounts_after(reader: Reader, after: str, limit: int) -> list[str]:
    """The accounts that have an event, by id, from the first after `after`."""
    return [account_id for (account_id,) in reader.rows(ACCOUNTS, {"after": after, "limit": limit})]


def number_of_accounts(reader: Reader) -> int:
    """How many accounts have an event."""
    ((number,),) = reader.rows(ACCOUNTS_COUNTED)
    return int(number)


def accounts_changed(reader: Reader, after: int, position: int, scheduler: str, limit: int) -> list[str] | None:
    """The accounts of what others than the scheduler recorded after a position; None if they are more than `limit`."""
    wanted = {"after": after, "at": position, "scheduler": scheduler, "limit": limit + 1}
    found = [account_id for (account_id,) in reader.rows(CHANGED, wanted)]
    return None if len(found) > limit else sorted(found)


def figures_known(reader: Reader, position: int) -> Figures:
    """The figures as known at a position."""
    return Figures(settings(reader.rows, position))


def due_events(
    reader: Reader, account_ids: Sequence[str], at: Moment, figures: Figures
) -> dict[str, list[dict[str, Any]]]:
    """The notices due on a day, by account, as events ready to be recorded; accounts with nothing due are left out.

    What is due follows from what was known at the position, announcements included. The same notice is the same event
    to the letter, whoever finds it due and whenever: recorded twice, it is there once.
    """
    wanted = {"account_ids": list(account_ids), "at": at.position}
    told = _told(reader, wanted)
    claims = _claims(reader, wanted, told, at.on, farthest_warning(figures))
    found = {
        account_id: due
        for account_id in sorted(claims)
        if (due := due_notices(claims[account_id], told.get(account_id, ()), at.on, figures))
    }
    revived = [account_id for account_id, due in found.items() if any(_is_revival(one) for one in due)]
    undone = _undone(reader, {**wanted, "account_ids": revived}) if revived else {}
    events = {
        account_id: [event for one in due if (event := _event(account_id, one, undone)) is not None]
        for account_id, due in found.items()
    }
    return {account_id: sent for account_id, sent in events.items() if sent}


def event_id_of(account_id: str, due: Due) -> str:
    """The id of a notice's event, which follows from what it announces, and of a lapse or revival from its turn."""
    notice = due.notice
    turn = notice.effective_on if notice.kind == GRACE_WARNING_ISSUED else due.turn
    said = (notice.kind, account_id, notice.opportunity_id, notice.line, notice.deadline_on, turn)
    return str(uuid5(NAMESPACE, "/".join(map(str, said))))


def _told(reader: Reader, wanted: Mapping[str, Any]) -> dict[str, list[Notice]]:
    """What was announced of these accounts, in order."""
    told: defaultdict[str, list[Notice]] = defaultdict(list)
    for account_id, *cells in reader.rows(TOLD, wanted):
        told[account_id].append(Notice(*cells))
    return told


def _claims(
    reader: Reader, wanted: Mapping[str, Any], told: Mapping[str, Sequence[Notice]], on: date, ahead: int
) -> dict[str, list[Right]]:
    """The days of claims that may decide what is due, by account."""
    found: defaultdict[str, list[Right]] = defaultdict(list)
    for account_id, body in reader.rows(CLAIMS, {**wanted, "on": on, "last": plus_days(on, ahead)}):
        right = decode_right(body)
        if needed(right, on, ahead):
            found[account_id].append(right)
    closer = {account_id: doubtful(notices, found.get(account_id, ())) for account_id, notices in told.items()}
    looked_at = [account_id for account_id, claims in closer.items() if claims]
    for account_id, body in reader.rows(ALL_DAYS, {**wanted, "account_ids": looked_at}) if looked_at else ():
        right = decode_right(body)
        if _name(right) in closer[account_id] and right not in found[account_id]:
            found[account_id].append(right)
    return found


def _undone(reader: Reader, wanted: Mapping[str, Any]) -> dict[tuple[ClaimName, date], str]:
    """The event that undid each lapse of these accounts' claims: the latest, where it was undone more than once."""
    return {
        ((opportunity_id, line), lapsed_on): event_id
        for opportunity_id, line, lapsed_on, event_id in reader.rows(UNDONE, wanted)
    }


def _event(account_id: str, due: Due, undone: Mapping[tuple[ClaimName, date], str]) -> dict[str, Any] | None:
    """The event that announces a notice; None for a revival from a lapse that the facts never came to."""
    notice = due.notice
    data: dict[str, Any] = {
        "opportunity_id": notice.opportunity_id,
        "line": notice.line,
        "deadline_on": notice.deadline_on.isoformat(),
    }
    if _is_revival(due):
        cause = undone.get((notice.claim, notice.effective_on))
        if cause is None:
            return None
        data["because_of"] = cause
    return {
        "type": notice.kind,
        "event_id": event_id_of(account_id, due),
        "account_id": account_id,
        "effective_on": notice.effective_on.isoformat(),
        "data": data,
    }


def _is_revival(due: Due) -> bool:
    return due.notice.kind == RIGHTS_REVIVED


def _name(right: Right) -> ClaimName:
    return (right.opportunity_id or "", right.line or "")
