"""Answers about assessments and customer selection criteria, as JSON objects. Every door answers with these."""

from __future__ import annotations

from typing import Any

from api.answers import Answer
from ledger.events.selection_criteria import CustomerScored, SelectionCriteriaConfigured
from ledger.recorded import Recorded
from policies.assessment import AssessedCategory, StageMilestones
from policies.selection_criteria import Ranked, Scorecard, SelectionCriteria
from projections.asking import Moment
from projections.assessment import AssessmentSheet


def assessment_sheet(sheet: AssessmentSheet) -> Answer:
    """The assessment of an opportunity: categories, milestones, and how its customer scores."""
    return {
        "opportunity_id": sheet.opportunity_id,
        "account_id": sheet.account_id,
        "on": sheet.moment.on,
        "position": sheet.moment.position,
        "stage": sheet.stage,
        "categories": [_category(one) for one in sheet.categories],
        "stages": [_stage(one) for one in sheet.stages],
        "selection_criteria": {
            "total": sheet.card.total,
            "out_of": sheet.card.out_of,
            "gaps": list(sheet.card.gaps),
        },
    }


def selection_criteria(found: SelectionCriteria, moment: Moment) -> Answer:
    """The set of criteria of a day; without a date and an event while it is the default."""
    event = None if found.fact is None else found.fact.event
    return {
        "on": moment.on,
        "position": moment.position,
        "criteria": [{"criterion": one.criterion, "says": one.says} for one in found.criteria],
        "out_of": found.out_of,
        "since": _day(found.fact),
        "reason": event.data.reason if isinstance(event, SelectionCriteriaConfigured) else None,
        "event_id": _event(found.fact),
    }


def account_scorecard(card: Scorecard, moment: Moment) -> Answer:
    """How an account scores on a day."""
    return {**_card(card), "on": moment.on, "position": moment.position}


def ranked(one: Ranked) -> Answer:
    """An account in its place."""
    return {"rank": one.rank, **_card(one.card)}


def _card(card: Scorecard) -> Answer:
    return {
        "account_id": card.account_id,
        "total": card.total,
        "out_of": card.out_of,
        "scores": [
            {
                "criterion": one.criterion,
                "says": one.says,
                "score": one.score,
                "scored_on": _day(one.fact),
                "scored_by": _scored_by(one.fact),
                "event_id": _event(one.fact),
            }
            for one in card.scores
        ],
        "gaps": list(card.gaps),
    }


def _category(one: AssessedCategory) -> Answer:
    return {
        "category": one.category,
        "asks": one.asks,
        "questions": [
            {
                "question": each.question,
                "asks": each.asks,
                "key": each.missed,
                "answer": each.answer,
                "answered_on": _day(each.fact),
                "event_id": _event(each.fact),
            }
            for each in one.questions
        ],
        "gaps": list(one.gaps),
    }


def _stage(one: StageMilestones) -> Answer:
    return {
        "stage": one.stage,
        "milestones": [
            {
                "milestone": each.milestone,
                "asks": each.asks,
                "met": each.met,
                "evidence": each.evidence,
                "assessed_on": _day(each.fact),
                "event_id": _event(each.fact),
            }
            for each in one.milestones
        ],
        "gaps": list(one.gaps),
    }


def _day(fact: Recorded | None) -> Any:
    return None if fact is None else fact.effective_on


def _event(fact: Recorded | None) -> str | None:
    return None if fact is None else fact.event_id


def _scored_by(fact: Recorded | None) -> str | None:
    return fact.event.data.scored_by if fact is not None and isinstance(fact.event, CustomerScored) else None
