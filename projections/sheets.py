"""Opportunities: those there are on a day, and the whole sheet of one with everything that was ever written on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from ledger.events.sheets import GateDecided
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from policies.figures import Figures
from policies.history import Facts
from policies.kept import Sheet
from policies.leads import Lead
from policies.sheets import Revision, SheetState, read_state
from policies.stages import Stage, Stages
from policies.team import Member, team
from projections.accounts import facts_in_effect
from projections.asking import Moment, Page
from projections.figures import settings
from projections.leads import find_lead
from projections.problems import UnknownSubject
from projections.rows import decode_sheet
from projections.schema import kept_sheets, known
from projections.stages import stages_set

AT_ONCE = 500

_sheets = kept_sheets.c
_AT: BindParameter[int] = bindparam("at", type_=_sheets.known_from.type)

FILTERS = ("account_id", "manager", "state", "region")
"""What sheets can be looked for by, exactly."""


def _statement(*names: str, missed: bool = False) -> Prepared:
    statement = select(_sheets.opportunity_id, _sheets.body).where(
        known(kept_sheets, _AT),
        _sheets.valid_from <= bindparam("on"),
        _sheets.valid_until > bindparam("on"),
        _sheets.opportunity_id > bindparam("after"),
    )
    for name in names:
        statement = statement.where(_sheets[name] == bindparam(name))
    if missed:
        statement = statement.where(_sheets.body.like(bindparam("missed", '%"shortfalls":[%')))
    return Prepared(statement.order_by(_sheets.opportunity_id).limit(bindparam("limit")))


STATEMENTS = {
    (chosen, missed): _statement(*chosen, missed=missed)
    for missed in (False, True)
    for chosen in (
        tuple(name for place, name in enumerate(FILTERS) if number >> place & 1) for number in range(2 ** len(FILTERS))
    )
}
"""By which of FILTERS are asked for, and whether only those that miss something of their outcome."""

OF_ONE = Prepared(
    select(_sheets.account_id, _sheets.body).where(
        _sheets.opportunity_id == bindparam("opportunity_id"),
        known(kept_sheets, _AT),
        _sheets.valid_from <= bindparam("on"),
        _sheets.valid_until > bindparam("on"),
    )
)


OF_SOME = Prepared(
    select(_sheets.body)
    .where(
        OneOf(_sheets.opportunity_id, "opportunity_ids"),
        known(kept_sheets, _AT),
        _sheets.valid_from <= bindparam("on"),
        _sheets.valid_until > bindparam("on"),
    )
    .order_by(_sheets.opportunity_id)
)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything about one opportunity on a day, as known at a position."""

    sheet: Sheet
    state: SheetState
    stage: Stage | None
    stages: Stages
    figures: Figures
    members: tuple[Member, ...]
    decisions: tuple[Recorded, ...]
    revisions: tuple[Revision, ...]
    lead: Lead | None
    """The lead that it came from, as far as anything is known about it by the day."""


def sheets(
    reader: Reader,
    moment: Moment,
    *,
    stage: str | None = None,
    after: str | None = None,
    limit: int = 100,
    **asked: str | None,
) -> Page[Sheet]:
    """The opportunities opened by the day, by their ids; `asked` names values of FILTERS, `stage` one, capitals aside.

    Raises UnknownSubject for an account or a manager that is not known.
    """
    for kind, name in (("account", asked.get("account_id")), ("party", asked.get("manager"))):
        if name is not None and reader.known(kind, name, at=moment.position) is None:
            raise UnknownSubject(kind, name)
    found: list[Sheet] = []
    for sheet in all_sheets(reader, moment, asked, after=after or ""):
        if stage is not None and (sheet.stage is None or sheet.stage.casefold() != stage.casefold()):
            continue
        if len(found) == limit:
            return Page(tuple(found), found[-1].opportunity_id)
        found.append(sheet)
    return Page(tuple(found), None)


def all_sheets(
    reader: Reader, moment: Moment, asked: Mapping[str, str | None], *, missed: bool = False, after: str = ""
) -> Iterator[Sheet]:
    """Every sheet on the day, by the ids of the opportunities; `asked` names values of FILTERS.

    `missed`: only those that miss something of their outcome.
    """
    chosen = tuple(name for name in FILTERS if asked.get(name) is not None)
    wanted: dict[str, Any] = {name: asked[name] for name in chosen}
    wanted |= {"at": moment.position, "on": moment.on, "limit": AT_ONCE}
    while True:
        rows = reader.rows(STATEMENTS[chosen, missed], {**wanted, "after": after})
        yield from (decode_sheet(body) for _, body in rows)
        if len(rows) < AT_ONCE:
            return
        after = rows[-1][0]


def sheets_by_id(reader: Reader, opportunity_ids: Iterable[str], moment: Moment) -> list[Sheet]:
    """The sheets of these opportunities, of those that there are on the day, by their ids."""
    wanted = {"opportunity_ids": list(opportunity_ids), "at": moment.position, "on": moment.on}
    return [decode_sheet(body) for (body,) in reader.rows(OF_SOME, wanted)]


def opportunity(reader: Reader, opportunity_id: str, moment: Moment) -> Told:
    """One opportunity with its whole sheet. Raises UnknownSubject; also for one that is opened only after the day."""
    rows = reader.rows(OF_ONE, {"opportunity_id": opportunity_id, "at": moment.position, "on": moment.on})
    if not rows:
        raise UnknownSubject("opportunity", opportunity_id)
    account_id, body = rows[0]
    sheet = decode_sheet(body)
    history = opportunity_facts(reader, account_id, opportunity_id, moment.position)
    state, revisions = read_state(history, moment.on)
    stages = Stages(stages_set(reader.rows, moment.position))
    return Told(
        sheet,
        state,
        stages.on(moment.on).find(sheet.stage),
        stages,
        Figures(settings(reader.rows, moment.position)),
        team(history),
        tuple(fact for fact in history if isinstance(fact.event, GateDecided) and fact.effective_on <= moment.on),
        tuple(revisions),
        None if sheet.lead_id is None else find_lead(reader, sheet.lead_id, moment),
    )


def opportunity_facts(reader: Reader, account_id: str, opportunity_id: str, position: int) -> list[Recorded]:
    """The facts that name an opportunity and count, in order, as known at a position."""
    facts = Facts(account_id)
    for fact in facts_in_effect(reader, account_id, position):
        facts.add(fact)
    return sorted(facts.of_sheet(opportunity_id), key=lambda fact: fact.order)
