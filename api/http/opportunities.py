"""Opportunities: which there are, the sheet of one, its history field by field, and the stages they go through."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from api import sheet_answers
from api.http import own_sheets
from api.http.access import Access
from api.http.opportunity_documents import OpportunitySheetAnswer, RevisionsAnswer, SheetsAnswer, StagesAnswer, State
from api.http.own_sheets_models import OwnOpportunityAnswer, OwnRevisionsAnswer, OwnSheetsAnswer
from api.http.paging import listing, page_of
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, PartyId, Question
from api.http.routes import Own, asks, routes
from api.http.sending import send
from ledger.identifiers import Identifier
from ledger.text import Name
from policies.kept import Sheet
from policies.sheets import Revision
from projections import sheets as kept
from projections.asking import Moment, Page
from projections.stages import stages_on

router = routes("opportunities")

OpportunityId = Annotated[Identifier, Field(description="An opportunity.", examples=["opp-1"])]


class OpportunitiesAsked(Listing):
    """Which opportunities."""

    account_id: AccountId | None = None
    manager: Annotated[PartyId | None, Field(description="Only those that this party manages on the day.")] = None
    state: Annotated[State | None, Field(description="Only those in this state on the day.", examples=["open"])] = None
    stage: Annotated[Name | None, Field(description="Only those in this stage.", examples=["Proposing"])] = None
    region: Annotated[Name | None, Field(description="Only those of this region.", examples=["North"])] = None


class OpportunityAsked(Question):
    """Which opportunity."""

    opportunity_id: OpportunityId


class HistoryAsked(Listing):
    """The history of which opportunity."""

    opportunity_id: OpportunityId
    field: Annotated[Name | None, Field(description="Only the changes of this field.", examples=["stage"])] = None


@asks(
    router,
    "/v1/opportunities",
    OpportunitiesAsked,
    SheetsAnswer,
    may="sheet",
    own=Own(own_sheets.opportunities, OwnSheetsAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def opportunities(asked: OpportunitiesAsked, access: Access) -> Response:
    """The opportunities opened by the day, by their ids, as their sheets stand on it."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Sheet]:
        return kept.sheets(
            access.read,
            at,
            stage=asked.stage,
            after=after,
            limit=limit,
            account_id=asked.account_id,
            manager=asked.manager,
            state=asked.state,
            region=asked.region,
        )

    return await listing(access, asked, ask, sheet_answers.sheet)


@asks(
    router,
    "/v1/opportunities/{opportunity_id}",
    OpportunityAsked,
    OpportunitySheetAnswer,
    may="sheet",
    own=Own(own_sheets.opportunity, OwnOpportunityAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def opportunity(asked: OpportunityAsked, access: Access) -> Response:
    """The whole sheet of one opportunity: fields, stage and gate, outcome with its shortfalls, and the team."""

    def find() -> Response:
        at = access.moment(asked)
        return send(
            sheet_answers.opportunity(kept.opportunity(access.read, asked.opportunity_id, at), at.on, at.position)
        )

    return await access.run(find)


@asks(
    router,
    "/v1/opportunities/{opportunity_id}/history",
    HistoryAsked,
    RevisionsAnswer,
    may="sheet",
    own=Own(own_sheets.history, OwnRevisionsAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def history(asked: HistoryAsked, access: Access) -> Response:
    """Every change of every field of a sheet up to the day: by whom, on which date, recorded when, before and after."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Revision]:
        told = kept.opportunity(access.read, asked.opportunity_id, at).revisions
        chosen = [one for one in told if asked.field in (None, one.field)]
        return page_of([(f"{one.fact.position}/{one.field}", one) for one in chosen], after, limit)

    return await listing(access, asked, ask, sheet_answers.revision)


@asks(router, "/v1/stages", Question, StagesAnswer, may="sheet", problems=(UNKNOWN_TIME,))
async def stages(asked: Question, access: Access) -> Response:
    """The stages of selling in effect on the day, in their order, and what each supports, promises and asks."""

    def find() -> Response:
        at = access.moment(asked)
        return send(sheet_answers.stages(stages_on(access.read, at), at.position))

    return await access.run(find)
