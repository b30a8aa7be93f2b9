"""Answers about disputes, as JSON objects: the list's items and the whole dossier. Every door answers with these."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.answers import Answer, calling, difference, end, right
from ledger.events.disputes import DisputeAnswered, DisputeEvidenceSubmitted, DisputeOpened, DisputeRuled, Subject
from ledger.instants import write_instant
from ledger.recorded import Recorded
from projections.disputes import DisputeSheet
from projections.dossier import Deciding, Dossier, Milestone, Side
from projections.rulings import PastRuling, PossibleRuling


def subject(named: Subject) -> Answer:
    """What is disputed; nothing named: the whole account."""
    return {"opportunity_id": named.opportunity_id, "line": named.line, "contract_id": named.contract_id}


def dispute(sheet: DisputeSheet) -> Answer:
    """A dispute as it stands on a day."""
    found, due = sheet.dispute, sheet.due
    ruling = found.ending.event if found.ending is not None else None
    return {
        "dispute_id": found.dispute_id,
        "account_id": found.account_id,
        "subject": subject(found.subject),
        "state": found.state,
        "opened_by": found.opened_by,
        "opened_on": found.opened_on,
        "against": list(sheet.against),
        "claim": found.opened.claim,
        "answer_due_on": end(due.answer_on),
        "answer_overdue": due.answer_overdue,
        "ruling_due_on": end(due.ruling_on),
        "ruling_overdue": due.ruling_overdue,
        "answered_on": found.answers[0].effective_on if found.answers else None,
        "closed_on": None if found.ending is None else found.ending.effective_on,
        "outcome": ruling.data.outcome if isinstance(ruling, DisputeRuled) else None,
    }


def dossier(found: Dossier) -> Answer:
    """The whole dossier, on the day and as known at the position it was asked for."""
    opened_on = found.then.on
    return {
        **dispute(found.sheet),
        "on": found.moment.on,
        "position": found.moment.position,
        "claims": [_side(side) for side in found.sides],
        "evidence": [_evidence(fact) for fact in found.sheet.dispute.evidence],
        "answers": [_answered(fact) for fact in found.sheet.dispute.answers],
        "rights": {
            "known_then": _rights(opened_on, found.then.position, found.rights_then),
            "known_now": _rights(opened_on, found.moment.position, found.rights_now),
            "on_the_day": _rights(found.moment.on, found.moment.position, found.rights_today),
        },
        "deciding_events": [_deciding(one) for one in found.deciding],
        "knowledge": [_milestone(one) for one in found.milestones],
        "possible_rulings": [_possible(one) for one in found.possible],
        "ruling": None if found.ruling is None else _past(found.ruling),
        "withdrawn": _withdrawn(found.sheet.dispute.ending),
    }


def _side(side: Side) -> Answer:
    event = side.said.event if side.said is not None else None
    says = event.data.claim if isinstance(event, DisputeOpened) else None
    return {
        "party_id": side.party_id,
        "role": side.role,
        "says": event.data.says if isinstance(event, DisputeAnswered) else says,
        "says_in": None if side.said is None else event_place(side.said),
        "holds": [right(one) for one in side.holds],
        "verdicts": [calling(one) for one in side.verdicts],
    }


def _evidence(fact: Recorded) -> Answer:
    event = fact.event
    data = event.data if isinstance(event, DisputeEvidenceSubmitted) else None
    return {
        **event_place(fact),
        "party_id": data and data.party_id,
        "says": data and data.says,
        "document_ref": data and data.document_ref,
        "event_ids": list(data.event_ids or ()) if data is not None else [],
    }


def _answered(fact: Recorded) -> Answer:
    data = fact.event.data if isinstance(fact.event, DisputeAnswered) else None
    return {**event_place(fact), "party_id": data and data.party_id, "says": data and data.says}


def _withdrawn(fact: Recorded | None) -> Answer | None:
    if fact is None or isinstance(fact.event, DisputeRuled):
        return None
    return {**event_place(fact), "reason": getattr(fact.event.data, "reason", "")}


def _rights(on: date, position: int, held: tuple[Any, ...]) -> Answer:
    return {"on": on, "known_at": position, "items": [right(one) for one in held]}


def _deciding(one: Deciding) -> Answer:
    return {
        **event_place(one.fact),
        "rules": list(one.rules),
        "evidence": one.is_evidence,
        "cited_then": one.cited_then,
        "cited_now": one.cited_now,
        "withdrawn": one.withdrawn,
    }


def _milestone(one: Milestone) -> Answer:
    return {
        "party_id": one.party_id,
        "what": one.what,
        **event_place(one.fact),
        "known": list(one.known),
        "not_yet_known": list(one.not_yet_known),
    }


def _possible(one: PossibleRuling) -> Answer:
    refused = None
    if one.proposal.lacking is not None:
        refused = {"rule": None, "detail": one.proposal.lacking}
    elif one.refused is not None:
        refused = {"rule": one.refused.rule, "detail": one.refused.detail}
    return {
        "outcome": one.proposal.outcome,
        "says": one.proposal.says,
        "events": [dict(event) for event in one.proposal.events],
        "refused": refused,
        "difference": None if one.difference is None else difference(one.difference),
    }


def _past(ruling: PastRuling) -> Answer:
    return {
        **event_place(ruling.fact),
        "actor": ruling.fact.actor,
        "outcome": ruling.ruled.outcome,
        "rules": list(ruling.ruled.rules),
        "reason": ruling.ruled.reason,
        "carried_out_by": [event_place(fact) for fact in ruling.carried_out_by],
        "difference": difference(ruling.difference),
    }


def event_place(fact: Recorded) -> Answer:
    """An event: its type, its day, and when it was recorded."""
    return {
        "event_id": fact.event_id,
        "type": fact.type,
        "effective_on": fact.effective_on,
        "recorded_at": write_instant(fact.recorded_at),
        "position": fact.position,
    }
