"""Disputes: which there are, how each stands on a day, and which rights are contested then.

Read from the log and from what is kept of rights; nothing more has to be kept for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.schema import events as log
from policies.disputes import Dispute, Due, State, due, is_about, opposed, read_disputes
from policies.figures import Figures
from policies.history import DISPUTE_TYPES
from policies.kept import GeneralSituation, OpenDispute, Right
from policies.parties import Parties
from projections.asking import Moment, Page
from projections.figures import settings
from projections.parties import parties_known
from projections.problems import InvalidCursor, UnknownSubject
from projections.rows import decode_right, decode_situation
from projections.schema import kept_rights, kept_situations, kept_withdrawals, known

AT_ONCE = 200
"""How many disputes are looked through with one set of questions."""

LONGEST_CURSOR = 18
"""Digits."""

FACTS = Prepared(
    select(log.c.body)
    .where(
        OneOf(log.c.account_id, "account_ids"),
        log.c.position <= bindparam("at"),
        log.c.type.concat("").in_([bindparam(name, name) for name in sorted(DISPUTE_TYPES)]),
    )
    .order_by(log.c.position)
)
"""The facts of disputes on accounts. Within an account the type is only filtered: its index grows with the ledger."""

WITHDRAWN = Prepared(
    select(kept_withdrawals.c.event_id).where(
        OneOf(kept_withdrawals.c.account_id, "account_ids"), kept_withdrawals.c.position <= bindparam("at")
    )
)
HELD = Prepared(
    select(kept_rights.c.body).where(
        kept_rights.c.account_id == bindparam("account_id"),
        known(kept_rights, bindparam("at", type_=kept_rights.c.known_from.type)),
        kept_rights.c.valid_from <= bindparam("on"),
        kept_rights.c.valid_until > bindparam("on"),
        kept_rights.c.kind.in_(
            [bindparam(f"kind_{kind}", kind) for kind in ("opportunity_manager", "major_account_manager", "growth")]
        ),
    )
)
"""Rights that can be disputed, in effect on a day."""

GENERAL = Prepared(
    select(kept_situations.c.account_id, kept_situations.c.body).where(
        OneOf(kept_situations.c.account_id, "account_ids"),
        kept_situations.c.business == "general",
        known(kept_situations, bindparam("at", type_=kept_situations.c.known_from.type)),
        kept_situations.c.valid_from <= bindparam("on"),
        kept_situations.c.valid_until > bindparam("on"),
    )
)

ALL_GENERAL = Prepared(
    select(kept_situations.c.account_id, kept_situations.c.body).where(
        kept_situations.c.account_id == bindparam("account_id"),
        kept_situations.c.business == "general",
        known(kept_situations, bindparam("at", type_=kept_situations.c.known_from.type)),
    )
)


@dataclass(frozen=True, slots=True)
class DisputeSheet:
    """A dispute as it stands on a day: against whom, and by when it is due."""

    dispute: Dispute
    against: tuple[str, ...]
    due: Due

    def involves(self, party_id: str, parties: Parties, on: date) -> bool:
        """Whether a party, as it acts, opened the dispute, said something in it, or holds what is disputed."""
        acting = parties.acting_as(party_id, on)
        return any(parties.acting_as(one, on) == acting for one in (*speakers(self.dispute), *self.against))


def disputes(
    reader: Reader,
    moment: Moment,
    *,
    account_id: str | None = None,
    party_id: str | None = None,
    state: State | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[DisputeSheet]:
    """The disputes opened by the day, in the order in which that was recorded: all, or those that are asked for.

    On an account, involving a party, in a state. Raises UnknownSubject for an account or a party that is not known,
    InvalidCursor.
    """
    for kind, name in (("account", account_id), ("party", party_id)):
        if name is not None and reader.known(kind, name, at=moment.position) is None:
            raise UnknownSubject(kind, name)
    asking = _Asking(reader, moment, party_id)
    found: list[DisputeSheet] = []
    for openings in _openings(reader, moment, account_id, _place(after)):
        for sheet in asking.sheets(openings):
            if state is not None and sheet.dispute.state != state:
                continue
            if party_id is not None and not asking.involves(sheet, party_id):
                continue
            if len(found) == limit:
                return Page(tuple(found), str(found[-1].dispute.opening.position))
            found.append(sheet)
    return Page(tuple(found), None)


def dispute_sheet(reader: Reader, dispute_id: str, moment: Moment) -> DisputeSheet:
    """One dispute as it stands on the day. Raises UnknownSubject, also for one that is opened only later."""
    known_as = reader.known("dispute", dispute_id, at=moment.position)
    opening = None if known_as is None else reader.page(after=known_as.position - 1, limit=1)
    for sheet in _Asking(reader, moment, None).sheets([canonical.decode(one.body) for one in opening or ()]):
        return sheet
    raise UnknownSubject("dispute", dispute_id)


def open_disputes_on(
    reader: Reader, account_ids: Collection[str], moment: Moment
) -> dict[str, tuple[OpenDispute, ...]]:
    """The disputes that are open on the day, by account; accounts without one are left out."""
    found = {}
    wanted = {"account_ids": sorted(account_ids), "at": moment.position, "on": moment.on}
    for account_id, body in reader.rows(GENERAL, wanted):
        content = decode_situation(body).content
        if isinstance(content, GeneralSituation) and content.disputes:
            found[account_id] = content.disputes
    return found


def contested(reader: Reader, rights: Sequence[Right], moment: Moment) -> list[bool]:
    """For each right, whether a dispute about it is open on the day; never for one that is not in effect then."""
    open_on = open_disputes_on(reader, {right.account_id for right in rights}, moment)
    return [
        right.valid_from <= moment.on < right.valid_until
        and any(is_about(dispute, right) for dispute in open_on.get(right.account_id, ()))
        for right in rights
    ]


def contested_ever(reader: Reader, account_id: str, rights: Sequence[Right], position: int) -> list[bool]:
    """For each right of an account, whether a dispute about it is open on a day of its interval, as far as is known."""
    open_in = [
        (situation.valid_from, situation.valid_until, situation.content.disputes)
        for _, body in reader.rows(ALL_GENERAL, {"account_id": account_id, "at": position})
        if isinstance((situation := decode_situation(body)).content, GeneralSituation)
    ]
    return [
        any(
            since < right.valid_until and right.valid_from < until and is_about(dispute, right)
            for since, until, disputes_open in open_in
            for dispute in disputes_open
        )
        for right in rights
    ]


def speakers(dispute: Dispute) -> tuple[str, ...]:
    """The parties that say something in a dispute: the opener first."""
    data = (fact.event.data for fact in (*dispute.answers, *dispute.evidence))
    return tuple(dict.fromkeys((dispute.opened_by, *(getattr(one, "party_id", "") for one in data))))


class _Asking:
    """What is asked of many disputes at one moment."""

    def __init__(self, reader: Reader, moment: Moment, party_id: str | None) -> None:
        self._reader = reader
        self._moment = moment
        self._party_id = party_id
        self._figures = Figures(settings(reader.rows, moment.position))
        self._parties = Parties()

    def sheets(self, openings: Sequence[Recorded]) -> Iterator[DisputeSheet]:
        """The disputes that these events open by the day, in their order; one taken back opens nothing."""
        at, on = self._moment.position, self._moment.on
        accounts = sorted({fact.account_id for fact in openings if fact.account_id is not None})
        by_opening = {one.opening.event_id: one for one in facts_of_disputes(self._reader, accounts, at).values()}
        known_then = [by_opening[fact.event_id] for fact in openings if fact.event_id in by_opening]
        opened = [found for dispute in known_then if (found := dispute.on(on)) is not None]
        if not opened:
            return
        rights = {dispute.dispute_id: self._held(dispute) for dispute in opened}
        named = {right.holder for held in rights.values() for right in held}
        named |= {party_id for dispute in opened for party_id in speakers(dispute)}
        named |= set() if self._party_id is None else {self._party_id}
        self._parties = parties_known(self._reader, named, at)
        for dispute in opened:
            against = opposed(dispute, rights[dispute.dispute_id], self._parties, dispute.opened_on)
            yield DisputeSheet(dispute, against, due(dispute, self._figures, on))

    def involves(self, sheet: DisputeSheet, party_id: str) -> bool:
        return sheet.involves(party_id, self._parties, self._moment.on)

    def _held(self, dispute: Dispute) -> list[Right]:
        """Who held what on the day of the opening, as known at its recording, and while it is open also as known now.

        Whom a dispute was directed against it stays directed against, whatever a ruling has changed for that very day.
        """
        known_at = [self._moment.position, dispute.opening.position]
        found = {}
        for at in known_at if dispute.ending is None else known_at[1:]:
            wanted = {"account_id": dispute.account_id, "at": at, "on": dispute.opened_on}
            found.update({body: decode_right(body) for (body,) in self._reader.rows(HELD, wanted)})
        return list(found.values())


def facts_of_disputes(reader: Reader, account_ids: Sequence[str], position: int) -> dict[tuple[str, str], Dispute]:
    """The disputes on accounts as known at a position, by account and id, on all days."""
    wanted = {"account_ids": list(account_ids), "at": position}
    withdrawn = {event_id for (event_id,) in reader.rows(WITHDRAWN, wanted)}
    return read_disputes(_counting((canonical.decode(body) for (body,) in reader.rows(FACTS, wanted)), withdrawn))


def _counting(facts: Iterable[Recorded], withdrawn: Collection[str]) -> Iterator[Recorded]:
    return (fact for fact in facts if fact.event_id not in withdrawn)


def _openings(reader: Reader, moment: Moment, account_id: str | None, after: int) -> Iterator[list[Recorded]]:
    """The events that open disputes, some at a time, in the order of their recording."""
    while page := reader.page(
        after=after, limit=AT_ONCE, account_id=account_id, type="dispute_opened", up_to=moment.position
    ):
        yield [canonical.decode(one.body) for one in page]
        after = page[-1].position


def _place(after: str | None) -> int:
    """The position that a cursor names. Raises InvalidCursor."""
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) <= LONGEST_CURSOR):
        raise InvalidCursor(after)
    return int(after)
