"""Own leads: those that a party captured or was given, as far as they went in its hands.

Who else had to do with a lead, what they did and what became of it later has no place in it. A text that names another
party that the lead or its account knows is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from starlette.responses import Response

from api import lead_answers
from api.http.access import Access
from api.http.own import OwnView, Told, check_own, page, view
from api.http.problem_kinds import UNKNOWN_SUBJECT
from api.http.problems import Problem
from api.http.sending import send
from api.identity.naming import Telling, others_on
from ledger.events.references import references
from policies.leads import Lead, OwnPart, own_part
from projections import leads as kept
from projections.mergers import with_taken_in

NO_SUCH_LEAD = "There is no lead of yours with this id."

TEXTS = ("name", "organisation", "source", "campaign")
"""What somebody wrote, in the list."""

MORE_TEXTS = ("contact", "email", "phone", "region", "target_list", "lines", "interest", "attributes", "criteria")

ALIKE = ("amount", "currency", "expected_close_on")


def leads(asked: Any, access: Access) -> Response:
    """The leads that concern the caller's party, in the order in which they were first recorded."""
    seen = view(asked, access)
    if asked.responsible is not None:
        check_own(seen, asked.responsible)
    return page(asked, seen, _listed(asked, seen))


def _listed(asked: Any, seen: OwnView) -> Iterator[Told]:
    accounts = None
    if asked.account_id is not None:
        accounts = with_taken_in(seen.access.read.rows, asked.account_id, seen.at.on, seen.at.position)

    @cache
    def others(account_id: str | None, named: frozenset[str]) -> frozenset[str]:
        return others_on(seen.belongings, account_id, named)

    for lead in kept.leads_given(seen.access.read, sorted(seen.belongings.parties), seen.at):
        part = own_part(lead, seen.belongings.parties)
        if part is None or (accounts is not None and part.lead.account_id not in accounts):
            continue
        told = _lead(part, Telling(others(lead.account_id, _named(lead))), seen)
        wanted = {name: getattr(asked, name) for name in ("state", "responsible", "source", "campaign")}
        if all(value in (None, told[name]) for name, value in wanted.items()):
            yield told


def lead(asked: Any, access: Access) -> Response:
    """What the caller's party has of one lead. Raises Problem, the same for another's and for none."""
    seen = view(asked, access)
    found = kept.find_lead(seen.access.read, asked.lead_id, seen.at)
    part = None if found is None else own_part(found, seen.belongings.parties)
    if found is None or part is None:
        raise Problem(UNKNOWN_SUBJECT, NO_SUCH_LEAD, [{"parameter": "lead_id", "detail": NO_SUCH_LEAD}])
    telling = Telling(others_on(seen.belongings, found.account_id, _named(found)))
    whole = lead_answers.sheet(part.lead, seen.at)
    known = whole["carried_over"]
    return send(
        {
            **_lead(part, telling, seen),
            **{name: known[name] for name in ALIKE},
            **{name: telling.tell(name, known[name]) for name in MORE_TEXTS},
            "responses": [_response(one, telling) for one in whole["responses"]],
            "activities": [
                _activity(one, telling) for one in known["activities"] if one["party_id"] in seen.belongings.parties
            ],
            "judgement": None if whole["judgement"] is None else _judgement(whole["judgement"], telling),
            "converted_on": None if whole["conversion"] is None else whole["conversion"]["effective_on"],
            "withheld": telling.withheld,
            "on": seen.at.on,
            "position": seen.position,
        }
    )


def _lead(part: OwnPart, telling: Telling, seen: OwnView) -> Told:
    told = lead_answers.lead(part.lead)
    account_id, into = told["account_id"], told["opportunity_id"]
    converted = part.lead.conversion
    on_its_account = None if converted is None else converted.account_id
    takes_part = into is not None and into in seen.belongings.parts(on_its_account or "").opportunities
    return {
        "lead_id": told["lead_id"],
        "state": told["state"],
        "since": told["since"],
        "responsible": None if part.passed_on is not None else told["responsible"],
        "passed_on": part.passed_on,
        "account_id": account_id,
        "opportunity_id": into if takes_part else None,
        "began_on": told["began_on"],
        **{name: telling.tell(name, told[name]) for name in TEXTS},
        "withheld": telling.withheld,
    }


def _response(told: Told, telling: Telling) -> Told:
    return {
        "effective_on": told["effective_on"],
        "says": telling.tell("responses", told["says"]),
        "campaign": telling.tell("responses", told["campaign"]),
    }


def _activity(told: Told, telling: Telling) -> Told:
    return {
        "effective_on": told["effective_on"],
        "party_id": told["party_id"],
        "activity": telling.tell("activities", told["activity"]),
    }


def _judgement(told: Told, telling: Telling) -> Told:
    return {
        "effective_on": told["effective_on"],
        "qualified": told["qualified"],
        "reason": telling.tell("judgement", told["reason"]),
    }


def _named(lead: Lead) -> frozenset[str]:
    """The parties that the lead's facts name."""
    return frozenset(one.id for fact in lead.facts for one in references(fact.event) if one.kind == "party")
