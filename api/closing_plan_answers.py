"""Answers about closing plans, as JSON objects. Every door answers with these."""

from __future__ import annotations

from api.answers import Answer
from ledger.events.closing_plans import PlanEntry
from ledger.events.engagement import OpportunityPlanAdopted
from ledger.recorded import Recorded
from policies.closing_plan import PlanVersion
from projections.closing_plans import ClosingPlanSheet


def closing_plan_sheet(sheet: ClosingPlanSheet) -> Answer:
    """The closing plan of an opportunity: what it goes by, a later draft, all versions, and the plan last adopted."""
    plans = sheet.plans
    return {
        "opportunity_id": sheet.opportunity_id,
        "account_id": sheet.account_id,
        "on": sheet.moment.on,
        "position": sheet.moment.position,
        "current": None if plans.current is None else _version(plans.current),
        "draft": None if plans.draft is None else _version(plans.draft),
        "versions": [_in_short(one) for one in plans.versions],
        "opportunity_plan": None if plans.adoption is None else _adopted(plans.adoption),
    }


def _in_short(one: PlanVersion) -> Answer:
    return {
        "closing_plan_id": one.closing_plan_id,
        "version": one.version,
        "state": one.state,
        "drafted_on": one.fact.effective_on,
        "drafted_by": one.drafted_by,
        "adopted_on": None if one.adopted is None else one.adopted.effective_on,
        "gaps": list(one.gaps),
        "event_id": one.fact.event_id,
    }


def _version(one: PlanVersion) -> Answer:
    parts = [
        {"part": part.part, "asks": part.asks, "entries": [_entry(entry) for entry in part.entries]}
        for part in one.parts
    ]
    return {**_in_short(one), "parts": parts}


def _entry(one: PlanEntry) -> Answer:
    return {
        "what": one.what,
        "who": one.who,
        "due_on": one.due_on,
        "criteria": one.criteria,
        "action": one.action,
    }


def _adopted(fact: Recorded) -> Answer:
    data = fact.event.data if isinstance(fact.event, OpportunityPlanAdopted) else None
    return {
        "adopted_on": fact.effective_on,
        "closing_plan_id": data and data.closing_plan_id,
        "plan_ref": data and data.plan_ref,
        "plan": data and data.plan,
        "event_id": fact.event_id,
    }
