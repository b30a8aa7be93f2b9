"""Answers about reviews and actions, as JSON objects. Every door answers with these."""

from __future__ import annotations

from datetime import date

from api.answers import Answer, end
from ledger.recorded import Recorded
from policies.actions import Action
from policies.reviews import Review
from policies.staleness import LastActivity
from projections.reviews import ReviewSheet


def action(one: Action, day: date) -> Answer:
    """An action as it stands on a day."""
    return {
        "action_id": one.action_id,
        "account_id": one.account_id,
        "opportunity_id": one.opportunity_id,
        "what": one.what,
        "who": one.who,
        "agreed_on": one.agreed_on,
        "due_on": one.due_on,
        "state": one.state(day),
        "ended_on": one.ended_on,
        "outcome": one.says,
        "review_id": one.review_id,
        "event_id": one.agreed.event_id,
        "ended_by_event": None if one.ending is None else one.ending.event_id,
    }


def review_sheet(sheet: ReviewSheet) -> Answer:
    """The reviews of an opportunity: the latest in full, the others by their dates, and what is to be done."""
    found, day = sheet.reviewing, sheet.moment.on
    return {
        "opportunity_id": sheet.opportunity_id,
        "account_id": sheet.account_id,
        "on": day,
        "position": sheet.moment.position,
        "latest": None if found.latest is None else _review(found.latest, day),
        "actions": [action(one, day) for one in found.actions],
        "next_review_on": found.next_review_on,
        "next_review_overdue": found.next_review_overdue,
        "activity": [_last(one, day) for one in sheet.activities],
        "reviews": [_in_short(one) for one in found.reviews],
    }


def _review(one: Review, day: date) -> Answer:
    return {
        **_in_short(one),
        "participants": list(one.said.participants or ()),
        "questions": [{"question": each.question, "asks": each.asks, "answer": each.answer} for each in one.answers],
        "carried_over": [action(each, one.held_on) for each in one.carried_over],
        "agreed": [action(each, day) for each in one.agreed],
        "activities": [_activity(fact) for fact in one.activities],
    }


def _in_short(one: Review) -> Answer:
    return {
        "review_id": one.said.review_id,
        "held_on": one.held_on,
        "reviewed_by": one.said.reviewed_by,
        "gaps": list(one.gaps),
        "next_review_on": one.said.next_review_on,
        "event_id": one.fact.event_id,
    }


def _activity(fact: Recorded) -> Answer:
    return {
        "event_id": fact.event_id,
        "type": fact.type,
        "effective_on": fact.effective_on,
        "says": getattr(fact.data, "activity", ""),
    }


def _last(one: LastActivity, day: date) -> Answer:
    return {
        "activity": one.activity,
        "last_on": one.fact.effective_on,
        "stale": one.is_stale(day),
        "stale_from": end(one.stale_from),
        "window_days": one.window_days,
        "event_id": one.fact.event_id,
    }
