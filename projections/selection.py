"""What deserves attention on a day: opportunities judged by the rules, the weightiest first.

Every open one is judged, and of those won the ones whose outcome falls short: won ones grow in number for ever.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import bindparam, or_, select

from ledger import canonical
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.schema import events as log
from policies.days import plus_days
from policies.figures import Figures
from policies.selection import OPEN, WON, Attention, Lapse, attention
from policies.team import members_on, team
from projections.asking import Moment, Page, read_cursor, write_cursor
from projections.figures import settings
from projections.problems import InvalidCursor, UnknownSubject
from projections.schema import kept_mentions, kept_rights, kept_withdrawals, known
from projections.sheets import all_sheets
from projections.stages import stages_on

TEAM_TYPES = ("team_member_joined", "team_member_left")

_rights = kept_rights.c

LAPSING = Prepared(
    select(_rights.opportunity_id, _rights.deadline_on, _rights.line)
    .where(
        known(kept_rights, bindparam("at", type_=_rights.known_from.type)),
        _rights.valid_from <= bindparam("on"),
        _rights.valid_until > bindparam("on"),
        _rights.deadline_on >= bindparam("on"),
        _rights.deadline_on <= bindparam("last"),
        _rights.kind == bindparam("kind", "opportunity_manager"),
        _rights.status.in_([bindparam(f"reserved_{each}", each) for each in ("active", "in_grace")]),
    )
    .order_by(_rights.opportunity_id, _rights.deadline_on, _rights.line)
)
"""The reserved lines whose last day of grace is near."""

ACCOUNTS_OF = Prepared(select(kept_mentions.c.account_id).where(kept_mentions.c.party_id == bindparam("party_id")))

TEAMS = Prepared(
    select(log.c.body)
    .outerjoin(kept_withdrawals, kept_withdrawals.c.event_id == log.c.event_id)
    .where(
        OneOf(log.c.account_id, "account_ids"),
        log.c.type.in_([bindparam(f"type_{each}", each) for each in TEAM_TYPES]),
        log.c.position <= bindparam("at"),
        or_(kept_withdrawals.c.position.is_(None), kept_withdrawals.c.position > bindparam("at")),
    )
    .order_by(log.c.position)
)
"""Who joined and left the teams on some accounts, as known at a position."""


def selected(
    reader: Reader,
    moment: Moment,
    *,
    why: str | None = None,
    team_of: str | None = None,
    after: str | None = None,
    limit: int = 100,
    **asked: str | None,
) -> Page[Attention]:
    """The opportunities that deserve attention on the day: exceptions first, then by amount, then by id.

    `why` is one of policies.selection.WHYS or its EXCEPTION, `team_of` a party that takes part in them or manages them;
    `asked` names a manager, a region, an account_id. Raises UnknownSubject, InvalidCursor.
    """
    for kind, name in (("account", asked.get("account_id")), ("party", asked.get("manager")), ("party", team_of)):
        if name is not None and reader.known(kind, name, at=moment.position) is None:
            raise UnknownSubject(kind, name)
    place = None if after is None else _read_place(after)
    found = (one for one in _judged(reader, moment, why, team_of, asked) if place is None or one.weight > place)
    first = heapq.nsmallest(limit + 1, found, key=lambda one: one.weight)
    following = _write_place(first[limit - 1]) if len(first) > limit else None
    return Page(tuple(first[:limit]), following)


def _judged(
    reader: Reader, moment: Moment, why: str | None, team_of: str | None, asked: dict[str, str | None]
) -> Iterator[Attention]:
    figures = Figures(settings(reader.rows, moment.position))
    stages = stages_on(reader, moment)
    lapses = _lapses(reader, moment, figures)
    taking_part = None if team_of is None else teams_of(reader, team_of, moment)
    for sheet in chain(
        all_sheets(reader, moment, {**asked, "state": OPEN}),
        all_sheets(reader, moment, {**asked, "state": WON}, missed=True),
    ):
        if taking_part is not None and sheet.opportunity_id not in taking_part and sheet.manager != team_of:
            continue
        lapse = lapses.get(sheet.opportunity_id)
        one = attention(sheet, lapse, moment.on, figures, stages, why)
        if one is not None:
            yield one


def _lapses(reader: Reader, moment: Moment, figures: Figures) -> dict[str, Lapse]:
    """The nearest deadlines that may count as near by any figure, by opportunity."""
    ahead = max(value for value in figures.ever("lapsing_soon_days") if isinstance(value, int))
    wanted = {"at": moment.position, "on": moment.on, "last": plus_days(moment.on, ahead)}
    lines: defaultdict[tuple[str, date], list[str]] = defaultdict(list)
    nearest: dict[str, date] = {}
    for opportunity_id, deadline_on, line in reader.rows(LAPSING, wanted):
        nearest.setdefault(opportunity_id, deadline_on)
        lines[opportunity_id, deadline_on].append(line)
    return {name: Lapse(day, tuple(lines[name, day])) for name, day in nearest.items()}


def teams_of(reader: Reader, party_id: str, moment: Moment) -> set[str]:
    """The opportunities in whose team a party is on the day, as known at a position."""
    accounts = sorted(name for (name,) in reader.rows(ACCOUNTS_OF, {"party_id": party_id}))
    if not accounts:
        return set()
    facts: defaultdict[str, list[Recorded]] = defaultdict(list)
    for (body,) in reader.rows(TEAMS, {"account_ids": accounts, "at": moment.position}):
        fact = canonical.decode(body)
        data: Any = fact.event.data
        facts[data.opportunity_id].append(fact)
    return {
        opportunity_id
        for opportunity_id, own in facts.items()
        if any(member.party_id == party_id for member in members_on(team(own), moment.on))
    }


def _write_place(one: Attention) -> str:
    exceptional, units, opportunity_id = one.weight
    return write_cursor(exceptional, str(-units), opportunity_id)  # a cursor's numbers are of 64 bits


def _read_place(after: str) -> tuple[int, int, str]:
    exceptional, units, opportunity_id = read_cursor(after, int, str, str)
    if not (units.isascii() and units.isdigit() and len(units) < 40):
        raise InvalidCursor(after)
    return exceptional, -int(units), opportunity_id
