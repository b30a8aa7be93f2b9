"""Closing plans: what an opportunity goes by to be won."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import closing_plan_answers
from api.http.access import Access
from api.http.opportunities import OpportunityAsked
from api.http.problem_kinds import UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.reviews import EVENT_ID
from api.http.routes import asks, routes
from api.http.sending import send
from policies.closing_plan import PlanState
from projections import closing_plans as read_live

router = routes("opportunities")

VERSION: dict[str, Any] = {
    "closing_plan_id": "plan-2",
    "version": 1,
    "state": "adopted",
    "drafted_on": "2026-01-09",
    "drafted_by": "jane",
    "adopted_on": "2026-01-10",
    "gaps": ["decision_process", "relationships", "risks", "internal_actions"],
    "event_id": EVENT_ID,
}
CLOSING_PLAN: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "on": "2026-02-01",
    "position": 57,
    "current": {
        **VERSION,
        "parts": [
            {
                "part": "knowledge",
                "asks": "What more do we need to know?",
                "entries": [
                    {
                        "what": "Who sets the budget?",
                        "who": None,
                        "due_on": "2026-01-24",
                        "criteria": None,
                        "action": None,
                    }
                ],
            }
        ],
    },
    "draft": None,
    "versions": [VERSION],
    "opportunity_plan": {
        "adopted_on": "2026-01-10",
        "closing_plan_id": "plan-2",
        "plan_ref": None,
        "plan": None,
        "event_id": EVENT_ID,
    },
}


class PlanEntryAnswer(BaseModel):
    """One thing that a plan says."""

    model_config = ConfigDict(title="ClosingPlanEntry")

    what: str
    who: str | None
    due_on: date | None
    criteria: str | None
    action: str | None


class PlanPartAnswer(BaseModel):
    """A part of a plan."""

    model_config = ConfigDict(title="ClosingPlanPart")

    part: str
    asks: str
    entries: list[PlanEntryAnswer]


class PlanInShortAnswer(BaseModel):
    """A version of a closing plan by its day."""

    model_config = ConfigDict(title="ClosingPlanVersion")

    closing_plan_id: str
    version: int = Field(description="Counted from 1 for each plan.")
    state: PlanState
    drafted_on: date
    drafted_by: str | None
    adopted_on: date | None = Field(description="When it was adopted last.")
    gaps: list[str] = Field(description="The parts that say nothing.")
    event_id: str


class PlanAnswer(PlanInShortAnswer):
    """A version of a closing plan in full."""

    model_config = ConfigDict(title="ClosingPlan")

    parts: list[PlanPartAnswer]


class AdoptedAnswer(BaseModel):
    """The opportunity plan adopted last, of whatever kind: what OM-ESTABLISHED asks for."""

    model_config = ConfigDict(title="AdoptedPlan")

    adopted_on: date
    closing_plan_id: str | None
    plan_ref: str | None
    plan: str | dict[str, str | int | bool] | None
    event_id: str


class ClosingPlanAnswer(BaseModel):
    """The closing plans of an opportunity on a day."""

    model_config = ConfigDict(title="ClosingPlanSheet", json_schema_extra={"examples": [CLOSING_PLAN]})

    opportunity_id: str
    account_id: str
    on: date
    position: int = Field(description="The position the answer was read at.")
    current: PlanAnswer | None = Field(
        description="What the opportunity goes by: the version adopted last, or the latest draft while none is adopted."
    )
    draft: PlanAnswer | None = Field(description="A version that was drafted later and is not adopted.")
    versions: list[PlanInShortAnswer] = Field(description="All versions of all closing plans, the latest first.")
    opportunity_plan: AdoptedAnswer | None


@asks(
    router,
    "/v1/opportunities/{opportunity_id}/closing-plan",
    OpportunityAsked,
    ClosingPlanAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def opportunity_closing_plan(asked: OpportunityAsked, access: Access) -> Response:
    """The closing plan of an opportunity on the day, in five parts with their gaps, and its versions.

    `opportunity_plan_adopted` with a `closing_plan_id` adopts the version of that day.
    """

    def find() -> Response:
        sheet = read_live.closing_plan_sheet(access.read, asked.opportunity_id, access.moment(asked))
        return send(closing_plan_answers.closing_plan_sheet(sheet))

    return await access.run(find)
