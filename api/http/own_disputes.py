"""Own disputes: a party's own side of a dispute, when it is due, and how it was settled.

Never who stands on the other side, what that side said, or what a ruling gave to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.responses import Response

from api.answers import end
from api.dispute_answers import subject
from api.http.access import Access
from api.http.own import AT_ONCE, OwnView, Told, check_own, every, page, view
from api.http.problem_kinds import UNKNOWN_SUBJECT
from api.http.problems import Problem
from api.http.sending import send
from api.identity.belongings import Belongings
from api.identity.disputing import Side, own_dispute, side_of
from api.identity.naming import names, others_on
from ledger.events.disputes import DisputeAnswered, DisputeEvidenceSubmitted, DisputeRuled, DisputeWithdrawn
from ledger.recorded import Recorded
from policies.disputes import Dispute
from projections import disputes as kept
from projections.asking import Page
from projections.disputes import DisputeSheet

NO_SUCH_DISPUTE = "There is no dispute of yours with this id."


def disputes(asked: Any, access: Access) -> Response:
    """The disputes that concern the caller's party, in the order of their opening."""
    seen = view(asked, access)
    if asked.party_id is not None:
        check_own(seen, asked.party_id)
    found = sorted(_disputes(asked, seen), key=lambda one: one[0].dispute.opening.position)
    return page(asked, seen, [_dispute(sheet, side) for sheet, side in found])


def _disputes(asked: Any, seen: OwnView) -> Iterator[tuple[DisputeSheet, Side]]:
    for account_id in seen.belongings.accounts:
        if asked.account_id not in (None, account_id) or not seen.belongings.parts(account_id).has_disputes:
            continue

        def ask(after: str | None, account_id: str = account_id) -> Page[DisputeSheet]:
            return kept.disputes(
                seen.access.read,
                seen.at,
                account_id=account_id,
                state=asked.state,
                after=after,
                limit=AT_ONCE,
            )

        for sheet in every(ask):
            side = side_of(sheet, seen.belongings)
            if side is not None:
                yield sheet, side


def dispute(asked: Any, access: Access) -> Response:
    """The own side of one. Raises Problem, the same for another's and for none."""
    seen = view(asked, access)
    found = own_dispute(seen.belongings, asked.dispute_id, seen.at)
    if found is None:
        raise Problem(UNKNOWN_SUBJECT, NO_SUCH_DISPUTE, [{"parameter": "dispute_id", "detail": NO_SUCH_DISPUTE}])
    sheet, side = found
    one, own = sheet.dispute, seen.belongings
    return send(
        {
            **_dispute(sheet, side),
            "on": seen.at.on,
            "position": seen.position,
            "claim": one.opened.claim if side == "opener" else None,
            "evidence": list(_evidence(one.evidence, own)),
            "answers": list(_answers(one.answers, own)),
            "ruling": _ruling(one, seen),
            "withdrawn": _withdrawn(one, side),
        }
    )


def _dispute(sheet: DisputeSheet, side: Side) -> Told:
    one, due = sheet.dispute, sheet.due
    ended = None if one.ending is None else one.ending.event
    return {
        "dispute_id": one.dispute_id,
        "account_id": one.account_id,
        "subject": None if side == "witness" else subject(one.subject),
        "side": side,
        "state": one.state,
        "opened_on": one.opened_on,
        "answer_due_on": end(due.answer_on),
        "answer_overdue": due.answer_overdue,
        "ruling_due_on": end(due.ruling_on),
        "ruling_overdue": due.ruling_overdue,
        "closed_on": None if one.ending is None else one.ending.effective_on,
        "outcome": ended.data.outcome if isinstance(ended, DisputeRuled) else None,
    }


def _evidence(facts: Iterable[Recorded], own: Belongings) -> Iterator[Told]:
    for fact in facts:
        event = fact.event
        if isinstance(event, DisputeEvidenceSubmitted) and event.data.party_id in own.parties:
            pointed_to = [one for one in event.data.event_ids or () if own.place_of(one) is not None]
            said = _said(fact, event.data.says, own)
            yield {**said, "document_ref": event.data.document_ref, "event_ids": pointed_to}


def _answers(facts: Iterable[Recorded], own: Belongings) -> Iterator[Told]:
    for fact in facts:
        event = fact.event
        if isinstance(event, DisputeAnswered) and event.data.party_id in own.parties:
            yield _said(fact, event.data.says, own)


def _said(fact: Recorded, says: str, own: Belongings) -> Told:
    return {
        "event_id": fact.event_id,
        "position": own.place_of(fact.event_id),
        "effective_on": fact.effective_on,
        "says": says,
    }


def _ruling(one: Dispute, seen: OwnView) -> Told | None:
    if one.ending is None or not isinstance(one.ending.event, DisputeRuled):
        return None
    said = one.ending.event.data
    others = others_on(seen.belongings, one.account_id)
    return {
        "effective_on": one.ending.effective_on,
        "outcome": said.outcome,
        "rules": list(said.rules),
        "reason": None if names(said.reason, others) else said.reason,
    }


def _withdrawn(one: Dispute, side: Side) -> Told | None:
    if one.ending is None or not isinstance(one.ending.event, DisputeWithdrawn):
        return None
    return {
        "effective_on": one.ending.effective_on,
        "reason": one.ending.event.data.reason if side == "opener" else None,
    }
