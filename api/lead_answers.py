"""Answers about leads, as JSON objects: the list's items, one lead, and the figures. Every door answers with these."""

from __future__ import annotations

from typing import Any

from api.answers import Answer
from api.dispute_answers import event_place
from ledger.events.leads import LeadConverted, LeadDisqualified, LeadQualified, LeadResponded, LeadWorked
from ledger.recorded import Recorded
from policies.carrying_over import CarriedOver, carried_over
from policies.lead_figures import LeadFigures, LeadReport
from policies.leads import Lead, Step
from projections.asking import Moment


def lead(found: Lead) -> Answer:
    """A lead as it stands on a day."""
    known = carried_over(found)
    return {
        "lead_id": found.lead_id,
        "state": found.state,
        "since": _since(found),
        "responsible": found.responsible,
        "account_id": found.account_id,
        "opportunity_id": found.opportunity_id,
        "began_on": found.began_on,
        "name": known.name,
        "organisation": known.organisation,
        "source": known.source,
        "campaign": known.campaign,
    }


def sheet(found: Lead, at: Moment) -> Answer:
    """Everything about one lead."""
    judged = found.judgement
    return {
        **lead(found),
        "on": at.on,
        "position": at.position,
        "steps": [_step(step) for step in found.steps],
        "responses": [_response(fact) for fact in found.responses],
        "judgement": None if judged is None else _judgement(judged),
        "conversion": None if found.conversion is None else _conversion(found.conversion),
        "carried_over": carried(carried_over(found)),
        "events": [event_place(fact) for fact in found.facts],
    }


def carried(known: CarriedOver) -> Answer:
    """What is known about a lead, and goes over to its opportunity."""
    return {
        "name": known.name,
        "organisation": known.organisation,
        "contact": known.contact,
        "email": known.email,
        "phone": known.phone,
        "region": known.region,
        "source": known.source,
        "target_list": known.target_list,
        "campaign": known.campaign,
        "lines": list(known.lines),
        "interest": known.interest,
        "amount": None if known.amount is None else str(known.amount),
        "currency": known.currency,
        "expected_close_on": known.expected_close_on,
        "attributes": dict(known.attributes),
        "criteria": list(known.criteria),
        "responses": [_response(fact) for fact in known.responses],
        "activities": [_activity(fact) for fact in known.activities],
    }


def carried_lead(found: Lead) -> Answer:
    """What an opportunity has from the lead that it came from."""
    return {"lead_id": found.lead_id, **carried(carried_over(found))}


def figures(found: LeadReport, at: Moment) -> Answer:
    """The figures of leads."""
    return {
        "on": at.on,
        "position": at.position,
        "all": _figures(found.all),
        "by_source": [{"source": name, **_figures(one)} for name, one in found.by_source.items()],
        "by_campaign": [{"campaign": name, **_figures(one)} for name, one in found.by_campaign.items()],
        "by_responsible": [{"responsible": name, **_figures(one)} for name, one in found.by_responsible.items()],
    }


def _figures(one: LeadFigures) -> Answer:
    return {
        "captured": one.captured,
        "responded": one.responded,
        "qualified": one.qualified,
        "disqualified": one.disqualified,
        "converted": one.converted,
        "response_rate": one.response_rate,
        "conversion_rate": one.conversion_rate,
        "average_days": dict(one.average_days),
    }


def _since(found: Lead) -> Any:
    """The day from which it is in its state, whoever is responsible meanwhile."""
    since = found.steps[-1].since
    for step in reversed(found.steps):
        if step.state != found.state:
            break
        since = step.since
    return since


def _step(step: Step) -> Answer:
    return {
        "state": step.state,
        "responsible": step.responsible,
        "from": step.since,
        "until": step.until,
        "event_id": step.fact.event_id,
    }


def _response(fact: Recorded) -> Answer:
    data = fact.event.data if isinstance(fact.event, LeadResponded) else None
    return {**event_place(fact), "says": data and data.response, "campaign": data and data.campaign}


def _activity(fact: Recorded) -> Answer:
    data = fact.event.data if isinstance(fact.event, LeadWorked) else None
    return {**event_place(fact), "party_id": data and data.party_id, "activity": data and data.activity}


def _judgement(fact: Recorded) -> Answer:
    event = fact.event
    told = {**event_place(fact), "qualified": False, "party_id": None, "criteria": [], "reason": None}
    if isinstance(event, LeadQualified):
        said = event.data
        criteria = list(said.criteria or ())
        return told | {"qualified": True, "party_id": said.qualified_by, "criteria": criteria, "reason": said.reason}
    if isinstance(event, LeadDisqualified):
        return told | {"party_id": event.data.disqualified_by, "reason": event.data.reason}
    return told


def _conversion(fact: Recorded) -> Answer:
    data = fact.event.data if isinstance(fact.event, LeadConverted) else None
    return {**event_place(fact), "account_id": fact.account_id, "opportunity_id": data and data.opportunity_id}
