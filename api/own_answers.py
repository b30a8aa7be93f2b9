"""Own answers: facts and changes as they are told to one party, as JSON objects. Every door tells them so."""

from __future__ import annotations

import orjson

from api.answers import Answer, end
from api.identity.belongings import Belongings
from ledger.canonical import encode
from ledger.instants import write_instant
from ledger.recorded import Recorded
from policies.changes import Change


def event(belongings: Belongings, number: int) -> Answer:
    """The party's fact of that number."""
    fact = belongings.facts[number - 1]
    body = orjson.loads(encode(fact))
    corrects = body.get("corrects")
    return {
        "event_id": fact.event_id,
        "position": number,
        "type": fact.type,
        "account_id": fact.account_id,
        "effective_on": fact.effective_on,
        "recorded_at": body["recorded_at"],
        "corrects": corrects if corrects is not None and belongings.place_of(corrects) is not None else None,
        "source": body.get("source") if belongings.is_recorded_by(fact.actor) else None,
        "data": body["data"],
    }


def change(cursor: str, one: Change, fact: Recorded, belongings: Belongings) -> Answer:
    """A change that concerns the party; what it came with only where that is a fact that the party may see."""
    is_own = belongings.place_of(fact.event_id) is not None
    return {
        "id": cursor,
        "change": one.change,
        "account_id": one.account_id,
        "right": one.right,
        "opportunity_id": one.opportunity_id,
        "line": one.line,
        "contract_id": one.contract_id,
        "holder": one.holder,
        "previous_holder": one.previous_holder,
        "status": one.status,
        "previous_status": one.previous_status,
        "from": one.valid_from,
        "until": end(one.valid_until),
        "deadline_on": None if one.deadline_on is None else end(one.deadline_on),
        "previous_deadline_on": None if one.previous_deadline_on is None else end(one.previous_deadline_on),
        "days_left": one.days_left,
        "event": {"event_id": fact.event_id, "type": fact.type} if is_own else None,
        "recorded_at": write_instant(fact.recorded_at),
    }
