"""Customer selection criteria: the set, how an account scores, and the accounts in their order."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import assessment_answers
from api.http.access import Access
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, Question
from api.http.reviews import EVENT_ID
from api.http.routes import asks, routes
from api.http.sending import send
from policies.selection_criteria import Ranked
from projections import selection_criteria as read_live
from projections.asking import Moment, Page

router = routes("opportunities")

CRITERION: dict[str, Any] = {"criterion": "access", "says": "We reach their key people at a reasonable cost."}
CRITERIA: dict[str, Any] = {
    "on": "2026-02-01",
    "position": 57,
    "criteria": [CRITERION],
    "out_of": 2,
    "since": "2026-01-10",
    "reason": "The strategy for the year.",
    "event_id": EVENT_ID,
}
SCORECARD: dict[str, Any] = {
    "account_id": "acme",
    "total": 2,
    "out_of": 2,
    "scores": [{**CRITERION, "score": 2, "scored_on": "2026-01-10", "scored_by": "jane", "event_id": EVENT_ID}],
    "gaps": [],
}


class SelectionCriterionAnswer(BaseModel):
    """A criterion."""

    model_config = ConfigDict(title="SelectionCriterionOfTheDay")

    criterion: str
    says: str


class CriteriaAnswer(BaseModel):
    """The set of criteria of a day."""

    model_config = ConfigDict(title="SelectionCriteria", json_schema_extra={"examples": [CRITERIA]})

    on: date
    position: int = Field(description="The position the answer was read at.")
    criteria: list[SelectionCriterionAnswer]
    out_of: int = Field(description="The highest total that an account can have.")
    since: date | None = Field(description="The day from which this set holds; null for the default set.")
    reason: str | None
    event_id: str | None


class ScoreAnswer(SelectionCriterionAnswer):
    """A criterion with the account's score."""

    model_config = ConfigDict(title="CustomerScore")

    score: int | None = Field(description="0, 1 or 2; null without a score, which is a gap.")
    scored_on: date | None
    scored_by: str | None
    event_id: str | None


class CardAnswer(BaseModel):
    """How an account scores."""

    model_config = ConfigDict(title="Scorecard")

    account_id: str
    total: int
    out_of: int
    scores: list[ScoreAnswer]
    gaps: list[str] = Field(description="The criteria without a score.")


class ScorecardAnswer(CardAnswer):
    """How an account scores on a day."""

    model_config = ConfigDict(
        title="AccountScorecard",
        json_schema_extra={"examples": [{**SCORECARD, "on": "2026-02-01", "position": 57}]},
    )

    on: date
    position: int = Field(description="The position the answer was read at.")


class RankedAnswer(CardAnswer):
    """An account in its place; accounts with the same total share it."""

    model_config = ConfigDict(title="RankedAccount", json_schema_extra={"examples": [{"rank": 1, **SCORECARD}]})

    rank: int


class RankingAnswer(ListAnswer):
    """A page of scored accounts, the best first."""

    items: list[RankedAnswer]


class AccountAsked(Question):
    """Which account."""

    account_id: AccountId


@asks(router, "/v1/selection-criteria", Question, CriteriaAnswer, may="sheet", problems=(UNKNOWN_TIME,))
async def selection_criteria(asked: Question, access: Access) -> Response:
    """The criteria by which customers are selected on the day: the set configured last, or the seven of the guide."""

    def find() -> Response:
        at = access.moment(asked)
        return send(assessment_answers.selection_criteria(read_live.selection_criteria(access.read, at), at))

    return await access.run(find)


@asks(
    router,
    "/v1/selection-criteria/ranking",
    Listing,
    RankingAnswer,
    may="sheet",
    problems=(UNKNOWN_TIME, INVALID_CURSOR),
)
async def selection_ranking(asked: Listing, access: Access) -> Response:
    """The accounts that were scored by the day, by their total of the criteria of the day."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Ranked]:
        return read_live.accounts_ranked(access.read, at, after=after, limit=limit)

    return await listing(access, asked, ask, assessment_answers.ranked)


@asks(
    router,
    "/v1/accounts/{account_id}/selection-criteria",
    AccountAsked,
    ScorecardAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def account_selection_criteria(asked: AccountAsked, access: Access) -> Response:
    """How an account scores on the day, criterion by criterion."""

    def find() -> Response:
        at = access.moment(asked)
        card, _ = read_live.account_scorecard(access.read, asked.account_id, at)
        return send(assessment_answers.account_scorecard(card, at))

    return await access.run(find)
