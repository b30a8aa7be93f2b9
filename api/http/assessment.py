"""The assessment of an opportunity: what is known of it by category, and the milestones of its stages."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import assessment_answers
from api.http.access import Access
from api.http.opportunities import OpportunityAsked
from api.http.problem_kinds import UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.reviews import EVENT_ID
from api.http.routes import asks, routes
from api.http.sending import send
from projections import assessment as read_live

router = routes("opportunities")

ASSESSMENT: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "on": "2026-02-01",
    "position": 57,
    "stage": "Qualified",
    "categories": [
        {
            "category": "need_and_urgency",
            "asks": "Is the customer buying anything, from anyone?",
            "questions": [
                {
                    "question": "timeline",
                    "asks": "Is there a date for the decision?",
                    "key": True,
                    "answer": "The board decides on 15 March.",
                    "answered_on": "2026-01-10",
                    "event_id": EVENT_ID,
                }
            ],
            "gaps": ["how_compelling"],
        }
    ],
    "stages": [
        {
            "stage": "Qualified",
            "milestones": [
                {
                    "milestone": "reason_to_act",
                    "asks": "Is the customer convinced that there is reason enough to act?",
                    "met": True,
                    "evidence": "The head of design says so in her letter of 7 January.",
                    "assessed_on": "2026-01-10",
                    "event_id": EVENT_ID,
                }
            ],
            "gaps": ["shared_plan"],
        }
    ],
    "selection_criteria": {"total": 9, "out_of": 14, "gaps": ["growing_demand"]},
}


class AssessmentQuestionAnswer(BaseModel):
    """A question with the latest answer that was given to it."""

    model_config = ConfigDict(title="AssessmentQuestion")

    question: str
    asks: str
    key: bool = Field(description="Whether it is a gap without an answer.")
    answer: str | None
    answered_on: date | None
    event_id: str | None


class AssessmentCategoryAnswer(BaseModel):
    """A category of the assessment."""

    model_config = ConfigDict(title="AssessmentCategory")

    category: str
    asks: str
    questions: list[AssessmentQuestionAnswer]
    gaps: list[str] = Field(description="The key questions without an answer.")


class MilestoneAnswer(BaseModel):
    """A milestone at a stage."""

    model_config = ConfigDict(title="StageMilestone")

    milestone: str
    asks: str
    met: bool | None = Field(description="Null while nobody has assessed it.")
    evidence: str | None
    assessed_on: date | None
    event_id: str | None


class StageMilestonesAnswer(BaseModel):
    """The milestones of a stage."""

    model_config = ConfigDict(title="StageMilestones")

    stage: str
    milestones: list[MilestoneAnswer]
    gaps: list[str] = Field(description="The milestones that nobody has assessed.")


class FitAnswer(BaseModel):
    """How the customer scores by the selection criteria."""

    model_config = ConfigDict(title="CustomerFit")

    total: int
    out_of: int
    gaps: list[str] = Field(description="The criteria without a score.")


class AssessmentAnswer(BaseModel):
    """The assessment of an opportunity on a day."""

    model_config = ConfigDict(title="Assessment", json_schema_extra={"examples": [ASSESSMENT]})

    opportunity_id: str
    account_id: str
    on: date
    position: int = Field(description="The position the answer was read at.")
    stage: str | None = Field(description="The stage that the opportunity is at.")
    categories: list[AssessmentCategoryAnswer]
    stages: list[StageMilestonesAnswer] = Field(
        description="The stages of the day in their order, then others that were assessed."
    )
    selection_criteria: FitAnswer


@asks(
    router,
    "/v1/opportunities/{opportunity_id}/assessment",
    OpportunityAsked,
    AssessmentAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def opportunity_assessment(asked: OpportunityAsked, access: Access) -> Response:
    """The six categories with the answers that stand on the day, and the six milestones of each stage; gaps listed."""

    def find() -> Response:
        sheet = read_live.assessment_sheet(access.read, asked.opportunity_id, access.moment(asked))
        return send(assessment_answers.assessment_sheet(sheet))

    return await access.run(find)
