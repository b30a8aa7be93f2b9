"""Own sheets: the opportunities that a party manages on the day, and what was written on their sheets meanwhile.

Who else takes part, decided or wrote has no place in it. A text that names another party of the account is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from starlette.responses import Response

from api import sheet_answers
from api.http.access import Access
from api.http.own import OwnView, Told, check_own, page, view
from api.http.problem_kinds import UNKNOWN_SUBJECT
from api.http.problems import Problem
from api.http.sending import send
from api.identity.naming import Telling, others_on
from ledger.events.sheets import GateDecided
from ledger.instants import write_instant
from ledger.recorded import Recorded
from policies.days import Order
from policies.kept import Sheet
from policies.sheets import TOLD_FIELDS, Revision
from projections import sheets as kept

NO_SUCH_OPPORTUNITY = "There is no opportunity with this id that you manage on the day."

ALIKE = (
    "opportunity_id", "account_id", "state", "stage", "stage_since", "amount", "currency", "probability",
    "expected_close_on", "strategic", "opened_on", "closed_on",
)  # fmt: skip
"""What of a sheet is told as everybody is told it."""

TEXTS = ("name", "next_milestone", "region")
"""What somebody wrote in a few words."""

UNTOLD = frozenset({"lead_id"})
"""Fields whose changes are not told: a lead is told to whom it belongs."""


def opportunities(asked: Any, access: Access) -> Response:
    """The opportunities that the caller's party manages on the day, by their ids."""
    seen = view(asked, access)
    if asked.manager is not None:
        check_own(seen, asked.manager)

    @cache
    def others(account_id: str) -> frozenset[str]:
        return others_on(seen.belongings, account_id)

    def told(sheet: Sheet) -> Told:
        telling = Telling(others(sheet.account_id))
        return {**_sheet(sheet, telling), "withheld": telling.withheld}

    found = (told(sheet) for sheet in _managed(asked, seen))
    return page(asked, seen, (one for one in found if asked.region in (None, one["region"])))


def _managed(asked: Any, seen: OwnView) -> Iterator[Sheet]:
    ids = sorted(
        opportunity_id
        for account_id in seen.belongings.accounts
        if asked.account_id in (None, account_id)
        for opportunity_id in seen.belongings.parts(account_id).opportunities
    )
    stage = None if asked.stage is None else asked.stage.casefold()
    for sheet in kept.sheets_by_id(seen.access.read, ids, seen.at) if ids else ():
        if (
            _manages(sheet, seen)
            and asked.state in (None, sheet.state)
            and asked.manager in (None, sheet.manager)
            and stage in (None, (sheet.stage or "").casefold())
        ):
            yield sheet


def _manages(sheet: Sheet, seen: OwnView) -> bool:
    """Whether the party manages it on the day, or opened what has no manager yet."""
    if sheet.manager is None:
        return seen.belongings.parts(sheet.account_id).opened(sheet.opportunity_id)
    return sheet.manager in seen.belongings.parties


def _find(opportunity_id: str, seen: OwnView) -> kept.Told:
    """Raises Problem, the same for another's and for none."""
    if not any(_manages(one, seen) for one in kept.sheets_by_id(seen.access.read, [opportunity_id], seen.at)):
        problem = [{"parameter": "opportunity_id", "detail": NO_SUCH_OPPORTUNITY}]
        raise Problem(UNKNOWN_SUBJECT, NO_SUCH_OPPORTUNITY, problem)
    return kept.opportunity(seen.access.read, opportunity_id, seen.at)


def opportunity(asked: Any, access: Access) -> Response:
    """The whole sheet of one that the caller's party manages. Raises Problem, the same for another's and for none."""
    seen = view(asked, access)
    found = _find(asked.opportunity_id, seen)
    telling = Telling(others_on(seen.belongings, found.sheet.account_id))
    whole = sheet_answers.opportunity(found, seen.at.on, seen.position)
    return send(
        {
            **_sheet(found.sheet, telling),
            **{name: telling.tell(name, whole[name]) for name in TOLD_FIELDS},
            "buying_stage": whole["buying_stage"],
            "gate": whole["gate"],
            "gate_decisions": [_decision(one, telling) for one in found.decisions if one.order >= _since(found, seen)],
            "outcome": None if whole["outcome"] is None else telling.tell("outcome", _outcome(whole["outcome"])),
            "team": [_member(one) for one in whole["team"] if one["party_id"] in seen.belongings.parties],
            "withheld": telling.withheld,
            "on": seen.at.on,
            "position": seen.position,
        }
    )


def _sheet(sheet: Sheet, telling: Telling) -> Told:
    told = sheet_answers.sheet(sheet)
    return {
        **{name: told[name] for name in ALIKE},
        **{name: telling.tell(name, told[name]) for name in TEXTS},
        "manager": sheet.manager,  # one of the own parties, or nobody: it is managed by no other
    }


def _decision(fact: Recorded, telling: Telling) -> Told:
    assert isinstance(fact.event, GateDecided)  # noqa: S101 - only decisions are handed in
    data = fact.event.data
    return {
        "stage": data.stage,
        "decision": data.decision,
        "reason": telling.tell("gate_decisions", data.reason),
        "effective_on": fact.effective_on,
    }


def _outcome(told: Told) -> Told:
    return {
        "says": told["says"],
        "stated_on": told["stated_on"],
        "criteria": [_criterion(one) for one in told["criteria"]],
    }


def _criterion(told: Told) -> Told:
    short = told["shortfall"]
    return {
        **{name: told[name] for name in ("criterion", "kind", "target", "bound", "unit", "measured", "measured_on")},
        "short": None if short is None else short["short"],
        "missed": short is not None,
    }


def _member(told: Told) -> Told:
    return {name: told[name] for name in ("party_id", "role", "from", "until")}


# ---- history --------------------------------------------------------------------------------------------------------


def history(asked: Any, access: Access) -> Response:
    """What changed on the sheet since the caller's party manages it. Raises Problem, as for the sheet."""
    seen = view(asked, access)
    found = _find(asked.opportunity_id, seen)
    others, since = others_on(seen.belongings, found.sheet.account_id), _since(found, seen)
    told = (
        _revision(one, others, seen)
        for one in found.revisions
        if one.fact.order >= since and one.field not in UNTOLD and asked.field in (None, one.field)
    )
    return page(asked, seen, told)


def _since(found: kept.Told, seen: OwnView) -> Order:
    """The place of the fact by which it came into the party's hands: before that it was another's to keep."""
    own, opened = seen.belongings, found.state.opened
    since = opened.order if opened is not None and own.is_recorded_by(opened.actor) else None
    for one in found.revisions:
        if one.field == "manager":
            since = None if one.after not in own.parties else since or one.fact.order
    return since or (date.max, 0)


def _revision(one: Revision, others: frozenset[str], seen: OwnView) -> Told:
    own, telling = seen.belongings, Telling(others)
    place, is_own = own.place_of(one.fact.event_id), own.is_recorded_by(one.fact.actor)
    values = {"before": sheet_answers.plain(one.before), "after": sheet_answers.plain(one.after)}
    if one.field == "manager":
        values = {name: value if value in own.parties else None for name, value in values.items()}
    return {
        "field": one.field,
        **{name: telling.tell(name, value) for name, value in values.items()},
        "effective_on": one.fact.effective_on,
        "own": is_own,
        "recorded_at": write_instant(one.fact.recorded_at) if is_own else None,
        "event_id": None if place is None else one.fact.event_id,
        "position": place,
        "withheld": telling.withheld,
    }
