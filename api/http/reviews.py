"""Reviews and actions: how an opportunity stands in its reviews, and what is to be done."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import review_answers
from api.http.access import Access
from api.http.opportunities import OpportunityAsked
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, PartyId
from api.http.routes import asks, routes
from api.http.sending import send
from policies.actions import Action, ActionState
from policies.staleness import Activity
from projections import reviews as read_live
from projections.asking import Moment, Page

router = routes("opportunities")

EVENT_ID = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"
ACTION: dict[str, Any] = {
    "action_id": "action-7",
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "what": "Find out who signs.",
    "who": "jane",
    "agreed_on": "2026-01-10",
    "due_on": "2026-01-24",
    "state": "overdue",
    "ended_on": None,
    "outcome": None,
    "review_id": "review-3",
    "event_id": EVENT_ID,
    "ended_by_event": None,
}
REVIEW: dict[str, Any] = {
    "review_id": "review-3",
    "held_on": "2026-01-10",
    "reviewed_by": "mary",
    "gaps": ["previous_actions", "threats", "actions_to_win"],
    "next_review_on": "2026-02-10",
    "event_id": EVENT_ID,
}
REVIEW_SHEET: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "on": "2026-02-01",
    "position": 57,
    "latest": {
        **REVIEW,
        "participants": ["jane"],
        "questions": [
            {
                "question": "next_step",
                "asks": "What is agreed with the customer as the next step?",
                "answer": "Acme shows us the test hall on 20 January.",
            }
        ],
        "carried_over": [],
        "agreed": [ACTION],
        "activities": [
            {
                "event_id": EVENT_ID,
                "type": "engagement_recorded",
                "effective_on": "2026-01-07",
                "says": "First meeting with the head of design.",
            }
        ],
    },
    "actions": [ACTION],
    "next_review_on": "2026-02-10",
    "next_review_overdue": False,
    "activity": [
        {
            "activity": "engagement",
            "last_on": "2026-01-07",
            "stale": False,
            "stale_from": "2026-02-07",
            "window_days": 30,
            "event_id": EVENT_ID,
        }
    ],
    "reviews": [REVIEW],
}


class ActionAnswer(BaseModel):
    """An action as it stands on a day."""

    model_config = ConfigDict(title="AgreedAction", json_schema_extra={"examples": [ACTION]})

    action_id: str
    account_id: str
    opportunity_id: str
    what: str
    who: str = Field(description="The party that is to do it.")
    agreed_on: date
    due_on: date
    state: ActionState
    ended_on: date | None = Field(description="When it was done or dropped.")
    outcome: str | None = Field(description="What came of it, or why it was dropped.")
    review_id: str | None = Field(description="The review in which it was agreed.")
    event_id: str
    ended_by_event: str | None


class ActionsAnswer(ListAnswer):
    """A page of actions, by the day on which they are due."""

    items: list[ActionAnswer]


class ReviewInShortAnswer(BaseModel):
    """A review by its day."""

    model_config = ConfigDict(title="ReviewInShort")

    review_id: str
    held_on: date
    reviewed_by: str
    gaps: list[str] = Field(description="Which of the six questions it left without an answer.")
    next_review_on: date | None
    event_id: str


class ReviewQuestionAnswer(BaseModel):
    """A question of the review and its answer."""

    model_config = ConfigDict(title="ReviewQuestion")

    question: str
    asks: str
    answer: str | None


class ActivityAnswer(BaseModel):
    """Something that was done on the opportunity."""

    model_config = ConfigDict(title="OpportunityActivity")

    event_id: str
    type: str
    effective_on: date
    says: str


class ReviewAnswer(ReviewInShortAnswer):
    """A review in full."""

    model_config = ConfigDict(title="OpportunityReview")

    participants: list[str]
    questions: list[ReviewQuestionAnswer]
    carried_over: list[ActionAnswer] = Field(
        description="The actions it looked back on, as they stood on the day of the review."
    )
    agreed: list[ActionAnswer] = Field(description="The actions agreed in it, as they stand on the day asked about.")
    activities: list[ActivityAnswer] = Field(description="What had been done since the review before it.")


class LastActivityAnswer(BaseModel):
    """The latest engagement or coordination, and when it is stale: an exception, never a loss of a right."""

    model_config = ConfigDict(title="LastActivity")

    activity: Activity
    last_on: date
    stale: bool
    stale_from: date | None
    window_days: int = Field(description="The figure engagement_window_days on the day of the activity.")
    event_id: str


class ReviewSheetAnswer(BaseModel):
    """How an opportunity stands in its reviews."""

    model_config = ConfigDict(title="ReviewSheet", json_schema_extra={"examples": [REVIEW_SHEET]})

    opportunity_id: str
    account_id: str
    on: date
    position: int = Field(description="The position the answer was read at.")
    latest: ReviewAnswer | None = Field(description="The latest review.")
    actions: list[ActionAnswer] = Field(
        description="What the next review will look back on: actions to be done, or ended since the latest review."
    )
    next_review_on: date | None
    next_review_overdue: bool
    activity: list[LastActivityAnswer]
    reviews: list[ReviewInShortAnswer] = Field(description="All reviews, the latest first.")


class ActionsAsked(Listing):
    """Whose actions, where, and in which state."""

    party_id: Annotated[
        PartyId | None, Field(description="Only those that this party is to do, or a party that acts as it.")
    ] = None
    account_id: AccountId | None = None
    state: Annotated[
        Literal["open", "overdue", "done", "dropped", "unfinished"] | None,
        Field(description="Only those in this state on the day; unfinished is open or overdue.", examples=["overdue"]),
    ] = None


@asks(
    router,
    "/v1/opportunities/{opportunity_id}/review",
    OpportunityAsked,
    ReviewSheetAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def opportunity_review(asked: OpportunityAsked, access: Access) -> Response:
    """The reviews of an opportunity by the day, the actions carried from one to the next, and the latest activity.

    What has no answer is a gap. Nothing here changes a right.
    """

    def find() -> Response:
        sheet = read_live.review_sheet(access.read, asked.opportunity_id, access.moment(asked))
        return send(review_answers.review_sheet(sheet))

    return await access.run(find)


@asks(
    router,
    "/v1/actions",
    ActionsAsked,
    ActionsAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def actions(asked: ActionsAsked, access: Access) -> Response:
    """The actions agreed on opportunities by the day, as they stand on it, those due first at the head."""
    wanted = read_live.ActionsAsked(asked.party_id, asked.account_id, asked.state)
    found: list[Moment] = []

    def ask(at: Moment, after: str | None, limit: int) -> Page[Action]:
        found.append(at)
        return read_live.actions(access.read, at, wanted, after=after, limit=limit)

    return await listing(access, asked, ask, lambda one: review_answers.action(one, found[0].on))
