"""Answers: what projections and policies say, as the JSON objects of the contract. Every door answers with these.

Values are JSON values and dates; whoever writes them out turns dates into ISO text. A day that stands for "no end
known" becomes None, and so does everything that does not apply: an object of one kind always has the same fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from api.webhooks.subscriptions import Attempt, Subscription
from ledger.instants import write_instant
from ledger.money import from_minor
from policies.calling import Verdict
from policies.days import FOREVER
from policies.figures import DEFINITIONS, FigureValue
from policies.impact import AmountMove, Impact, StreamMove
from policies.kept import Kept, Obligation, OpenDispute, OwnClaim, Right, Situation
from policies.obligations import Owed
from policies.reasons import Reason, rendered
from policies.rulebook import Rule, clause_text, scenarios_of
from projections.calling import CallingAnswer
from projections.changes import ChangeAt
from projections.overview import Business, Overview
from projections.simulation.differences import AccountDifference
from projections.simulation.verdicts import VerdictChange

Answer = dict[str, Any]


def end(day: date) -> date | None:
    """The end of an interval: None where no end is known."""
    return None if day == FOREVER else day


def reasons(given: Iterable[Reason]) -> list[Answer]:
    """Reasons with their rules, clauses, sentences and events."""
    return rendered(given)


def right(held: Right) -> Answer:
    """A right over an interval."""
    return {
        "kind": held.kind,
        "holder": held.holder,
        "account_id": held.account_id,
        "opportunity_id": held.opportunity_id,
        "line": held.line,
        "contract_id": held.contract_id,
        "status": held.status,
        "from": held.valid_from,
        "until": end(held.valid_until),
        "deadline_on": None if held.deadline_on is None else end(held.deadline_on),
        "agreement_id": held.agreement_id,
        "percent": held.percent,
        "missing": list(held.missing),
        "reasons": reasons(held.reasons),
    }


def change(at: ChangeAt) -> Answer:
    """A change of rights, with its place in the feed and the event it came with."""
    said = at.change
    return {
        "id": str(at.place),
        "position": at.event.position,
        "change": said.change,
        "account_id": said.account_id,
        "right": said.right,
        "opportunity_id": said.opportunity_id,
        "line": said.line,
        "contract_id": said.contract_id,
        "holder": said.holder,
        "previous_holder": said.previous_holder,
        "status": said.status,
        "previous_status": said.previous_status,
        "from": said.valid_from,
        "until": end(said.valid_until),
        "deadline_on": None if said.deadline_on is None else end(said.deadline_on),
        "previous_deadline_on": None if said.previous_deadline_on is None else end(said.previous_deadline_on),
        "days_left": said.days_left,
        "event": {"event_id": at.event.event_id, "type": at.event.type},
        "recorded_at": write_instant(at.event.recorded_at),
    }


def held_right(held: Right, *, contested: bool) -> Answer:
    """A right as a list of rights tells it: also whether a dispute about it is open."""
    return {**right(held), "contested": contested}


def webhook(one: Subscription) -> Answer:
    """A subscription as it is told; its secret is not."""
    return {**own_webhook(one), "party_id": one.party_id, "after": one.cursor}


def own_webhook(one: Subscription) -> Answer:
    """The same as it is told to a party whose it is: where the ledger stands is not for it."""
    return {
        "webhook_id": one.webhook_id,
        "url": one.url,
        "description": one.description,
        "feed": one.feed,
        "format": one.format,
        "kinds": list(one.kinds),
        "account_id": one.account_id,
        "line": one.line,
        "status": one.status,
        "status_reason": one.status_reason,
        "created_at": write_instant(one.created_at),
        "failed_attempts": one.attempts,
        "next_attempt_at": _instant(one.next_attempt_at),
        "delivered_at": _instant(one.delivered_at),
    }


def delivery(one: Attempt) -> Answer:
    """An attempt as it is told."""
    return {
        "number": one.number,
        "message_id": one.message_id,
        "after": one.cursor,
        "type": one.type,
        "attempt": one.attempt,
        "attempted_at": write_instant(one.attempted_at),
        "outcome": one.outcome,
        "status": one.status,
        "detail": one.detail,
        "milliseconds": one.milliseconds,
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else write_instant(instant)


def owed(due: Owed) -> Answer:
    """An obligation as it stands on a day."""
    obligation = due.obligation
    return {
        "kind": obligation.kind,
        "rule": obligation.rule,
        "party_id": obligation.party_id,
        "to_party_id": obligation.to_party_id,
        "account_id": obligation.account_id,
        "opportunity_id": obligation.opportunity_id,
        "contract_id": obligation.contract_id,
        "state": due.state,
        "hard": obligation.hard,
        "since": due.since,
        "due_on": due.due_on,
        "reasons": reasons(obligation.reasons),
    }


def calling(given: CallingAnswer) -> Answer:
    """Who may call: the verdict, why, and what would change it."""
    question, verdict = given.question, given.verdict
    return {
        "account_id": question.account_id,
        "party_id": question.party_id,
        "line": question.line,
        "contract_id": question.contract_id,
        "on": question.moment.on,
        "known_at": question.moment.position,
        "verdict": verdict.verdict,
        "rule": verdict.rule,
        "opens_on": verdict.opens_on,
        "agreement_of": verdict.agreement_of,
        "contested": verdict.contested,
        "incomplete": [_incomplete(claim) for claim in verdict.incomplete],
        "reasons": reasons(verdict.reasons),
        "obligations": [owed(one) for one in given.obligations],
    }


def _incomplete(claim: OwnClaim) -> Answer:
    """A claim of the asking party that is not established yet, and what it lacks."""
    return {"opportunity_id": claim.opportunity_id, "missing": list(claim.missing)}


def rule(book: Rule, on_the_day: Mapping[str, FigureValue] | None = None) -> Answer:
    """A rule of the book; its figures by name, or as they are in effect on a day."""
    figures = list(book.figures)
    return {
        "id": book.id,
        "section": book.section,
        "title": book.title,
        "says": book.says,
        "clause": book.clause,
        "clauses": [{"clause": clause, "source": clause_text(clause)} for clause in book.clauses],
        "decided": book.decided,
        "figures": figures if on_the_day is None else [figure(on_the_day[name]) for name in figures],
        "status": book.status,
        "scenarios": scenarios_of(book.id),
    }


def figure(value: FigureValue) -> Answer:
    """A figure in effect on a day: since when and by which event, both None for the value the book begins with."""
    definition = DEFINITIONS[value.name]
    return {
        "figure": value.name,
        "value": list(value.value) if isinstance(value.value, tuple) else value.value,
        "unit": definition.unit,
        "says": definition.says,
        "clause": definition.clause,
        "since": value.since,
        "event_id": value.event_id,
    }


def difference(found: AccountDifference) -> Answer:
    """What would be different on an account: intervals; and on the day asked about who may call, and what is owed."""
    return {
        "account_id": found.account_id,
        "ended": _kept(found.changes.ended),
        "begun": _kept(found.changes.begun),
        "calling": [_verdict_change(one) for one in found.calling],
        "obligations": [
            {"before": one.before and owed(one.before), "after": one.after and owed(one.after)}
            for one in found.obligations
        ],
        "residuals": impact(found.residuals),
    }


def impact(found: Impact) -> Answer:
    """What a move or a correction does: the streams whose title changes, and what is earned otherwise by whom."""
    return {
        "streams": [_stream_move(one) for one in found.streams],
        "amounts": [_amount_move(one) for one in found.amounts],
    }


def _stream_move(move: StreamMove) -> Answer:
    return {
        "account_id": move.account_id,
        "contract_id": move.contract_id,
        "opportunity_id": move.opportunity_id,
        "before": [_held(right) for right in move.before],
        "after": [_held(right) for right in move.after],
    }


def _held(right: Right) -> Answer:
    return {"holder": right.holder, "from": right.valid_from, "until": end(right.valid_until)}


def _amount_move(move: AmountMove) -> Answer:
    key = move.key
    return {
        "account_id": key.account_id,
        "contract_id": key.contract_id,
        "opportunity_id": key.opportunity_id or None,
        "period": key.period,
        "closed": move.closed,
        "kind": key.kind,
        "party_id": key.party_id or None,
        "currency": key.currency,
        "before": from_minor(move.before, key.currency),
        "after": from_minor(move.after, key.currency),
        "difference": from_minor(move.difference, key.currency),
    }


def _verdict_change(change: VerdictChange) -> Answer:
    """How parties may call on a business, before and after; None where the question could not be put."""
    return {
        "line": change.line,
        "contract_id": change.contract_id,
        "parties": list(change.parties),
        "any_other": list(change.any_other),
        "before": change.before and _verdict(change.before),
        "after": change.after and _verdict(change.after),
    }


def overview(found: Overview) -> Answer:
    """Who holds what on an account, business by business, and what incomplete opportunities lack."""
    return {
        "account": asdict(found.account),
        "general": _business(found.general),
        "lines": [{"line": one.line, **_business(one.business)} for one in found.lines],
        "renewals": [
            {
                "contract_id": one.contract_id,
                "opportunity_id": one.opportunity_ids[0],
                "opportunity_ids": list(one.opportunity_ids),
                "lines": list(one.lines),
                "until": end(one.ends_on),
                **_business(one.business),
            }
            for one in found.renewals
        ],
        "incomplete": [
            {
                "opportunity_id": one.opportunity.opportunity_id,
                "name": one.opportunity.name,
                "manager": one.opportunity.manager,
                "lines": list(one.lines),
                "deadline_on": None if one.deadline_on is None else end(one.deadline_on),
                "missing": list(one.opportunity.missing),
            }
            for one in found.incomplete
        ],
        "disputes": [_open_dispute(one) for one in found.disputes],
    }


def _open_dispute(dispute: OpenDispute) -> Answer:
    named = {"opportunity_id": dispute.opportunity_id, "line": dispute.line, "contract_id": dispute.contract_id}
    return {"dispute_id": dispute.dispute_id, "subject": named}


def _business(business: Business) -> Answer:
    return {
        "held_by": [right(one) for one in business.held_by],
        "beside": [right(one) for one in business.beside],
        "waiting": [right(one) for one in business.waiting],
        "others": {kind: _verdict(verdict) for kind, verdict in business.others.items()},
    }


def _verdict(verdict: Verdict) -> Answer:
    return {
        "verdict": verdict.verdict,
        "rule": verdict.rule,
        "opens_on": verdict.opens_on,
        "agreement_of": verdict.agreement_of,
        "contested": verdict.contested,
        "reasons": reasons(verdict.reasons),
    }


def _kept(rows: Iterable[Kept]) -> dict[str, list[Answer]]:
    told = list(rows)
    return {
        "rights": [right(one) for one in told if isinstance(one, Right)],
        "obligations": [_obligation(one) for one in told if isinstance(one, Obligation)],
        "calling": _situations([one for one in told if isinstance(one, Situation)]),
    }


def _obligation(kept: Obligation) -> Answer:
    """An obligation over an interval, as far as it can be told without naming a day."""
    return {
        "kind": kept.kind,
        "rule": kept.rule,
        "party_id": kept.party_id,
        "to_party_id": kept.to_party_id,
        "account_id": kept.account_id,
        "opportunity_id": kept.opportunity_id,
        "contract_id": kept.contract_id,
        "state": None if kept.renewals is not None else kept.state,
        "hard": kept.hard,
        "from": kept.valid_from,
        "until": end(kept.valid_until),
    }


def _situations(kept: Iterable[Situation]) -> list[Answer]:
    """On which businesses, and when, calls are decided otherwise; days that touch run together."""
    told: list[Answer] = []
    for one in sorted(kept, key=lambda one: (one.business, one.valid_from)):
        last = told[-1] if told else None
        if last is None or last["business"] != one.business or last["until"] < one.valid_from:
            told.append({"business": one.business, "from": one.valid_from, "until": one.valid_until})
        else:
            last["until"] = max(last["until"], one.valid_until)
    return [{**one, "until": end(one["until"])} for one in told]
