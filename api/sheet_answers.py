"""Answers about opportunities, as JSON objects: the list's items, the whole sheet, and its history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from api import lead_answers
from api.answers import Answer, end
from ledger.events.outcomes import Criterion
from ledger.events.sheets import GateDecided
from ledger.instants import write_instant
from ledger.money import from_minor
from ledger.recorded import Recorded
from policies.kept import Sheet, Shortfall
from policies.outcomes import Outcome
from policies.sheets import TOLD_FIELDS, Revision
from policies.stages import StageSet
from policies.team import Member
from projections.sheets import Told


def sheet(one: Sheet) -> Answer:
    """An opportunity in a list: what its sheet says on the day."""
    return {
        "opportunity_id": one.opportunity_id,
        "account_id": one.account_id,
        "name": one.name,
        "state": one.state,
        "manager": one.manager,
        "stage": one.stage,
        "stage_since": one.stage_since,
        "amount": None if one.amount is None or one.currency is None else from_minor(one.amount, one.currency),
        "currency": one.currency,
        "probability": one.probability,
        "expected_close_on": one.expected_close_on,
        "first_close_on": one.first_close_on,
        "slips": one.slips,
        "next_milestone": one.next_milestone,
        "strategic": one.strategic,
        "region": one.region,
        "lead_id": one.lead_id,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on,
        "engaged_on": one.engaged_on,
        "coordinated_on": one.coordinated_on,
        "shortfalls": [shortfall(miss) for miss in one.shortfalls],
        "valid_from": one.valid_from,
        "valid_until": end(one.valid_until),
    }


def shortfall(miss: Shortfall) -> Answer:
    """By how much a criterion is missed."""
    return {
        "criterion": miss.criterion,
        "kind": miss.kind,
        "target": miss.target,
        "measured": miss.measured,
        "short": miss.short,
        "unit": miss.unit,
        "event_id": miss.event_id,
    }


def opportunity(told: Told, on: date, position: int) -> Answer:
    """The whole sheet of an opportunity."""
    fields = told.state.fields
    return {
        **sheet(told.sheet),
        **{name: plain(fields.get(name)) for name in TOLD_FIELDS},
        "buying_stage": None if told.stage is None else told.stage.supports,
        "gate": _gate(told),
        "gate_decisions": [_decision(fact) for fact in told.decisions],
        "outcome": None if told.state.outcome is None else _outcome(told.state.outcome, told.sheet),
        "team": [_member(one) for one in told.members],
        "lead": None if told.lead is None else lead_answers.carried_lead(told.lead),
        "on": on,
        "position": position,
    }


def revision(one: Revision) -> Answer:
    """One change of one field: who, when on both clocks, before and after."""
    return {
        "field": one.field,
        "before": plain(one.before),
        "after": plain(one.after),
        "effective_on": one.fact.effective_on,
        "recorded_at": write_instant(one.fact.recorded_at),
        "position": one.fact.position,
        "actor": one.fact.actor,
        "type": one.fact.type,
        "event_id": one.fact.event_id,
    }


def stages(found: StageSet, position: int) -> Answer:
    """The stages in effect on a day, in their order."""
    return {
        "items": [
            {
                "stage": stage.name,
                "supports": stage.supports,
                "probability": stage.probability,
                "gate": stage.gate,
                "milestones": list(stage.milestones),
            }
            for stage in found.stages
        ],
        "since": found.since,
        "event_id": found.event_id,
        "next": None,
        "position": position,
    }


def plain(value: Any) -> Any:
    """A field's value as JSON writes it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return list(value) if isinstance(value, tuple) else value


def _gate(told: Told) -> str | None:
    if told.stage is None or not told.stage.gate:
        return None
    return told.sheet.gate or "open"


def _decision(fact: Recorded) -> Answer:
    assert isinstance(fact.event, GateDecided)  # noqa: S101 - only decisions are handed in
    data = fact.event.data
    return {
        "stage": data.stage,
        "decision": data.decision,
        "decided_by": data.decided_by,
        "reason": data.reason,
        "effective_on": fact.effective_on,
        "event_id": fact.event_id,
    }


def _member(one: Member) -> Answer:
    return {
        "party_id": one.party_id,
        "role": one.role,
        "from": one.since,
        "until": end(one.until),
        "event_id": one.event_id,
    }


def _outcome(found: Outcome, kept: Sheet) -> Answer:
    short = {miss.criterion: miss for miss in kept.shortfalls}
    return {
        "says": found.event.data.says,
        "stated_on": found.stated.effective_on,
        "event_id": found.stated.event_id,
        "criteria": [_criterion(one, found, short.get(one.criterion)) for one in found.event.data.criteria],
    }


def _criterion(one: Criterion, found: Outcome, miss: Shortfall | None) -> Answer:
    fact, measured = found.measured.get(one.criterion, (None, None))
    value = None if measured is None else measured.on or measured.value
    return {
        "criterion": one.criterion,
        "kind": one.kind,
        "target": plain(one.target if one.by is None else one.by),
        "bound": "at_most" if one.by is not None else one.bound,
        "unit": one.currency or one.unit,
        "measured": plain(value),
        "measured_on": None if fact is None else fact.effective_on,
        "shortfall": None if miss is None else shortfall(miss),
    }
