"""Disputes: which there are, and the dossier of one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api import dispute_answers
from api.http import own_disputes
from api.http.access import Access, access_of
from api.http.differences import taking_turns
from api.http.dispute_documents import DisputesAnswer, DossierAnswer
from api.http.documents import parameters_of, responses_of
from api.http.own_disputes_models import OwnDisputesAnswer, OwnDossierAnswer
from api.http.paging import listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, PartyId, Question, read
from api.http.routes import Own, asks, may, routes
from api.http.sending import send
from api.identity.roles import reach
from ledger.identifiers import Identifier
from policies.disputes import State
from projections import disputes as kept
from projections.asking import Moment, Page
from projections.dossier import dossier

router = routes("disputes")

DISPUTE_PATH = "/v1/disputes/{dispute_id}"


class DisputesAsked(Listing):
    """Which disputes."""

    account_id: AccountId | None = None
    party_id: Annotated[
        PartyId | None, Field(description="Only those that the party opened, spoke in, or that contest what it holds.")
    ] = None
    state: Annotated[State | None, Field(description="Only those in this state on the day.", examples=["open"])] = None


class DisputeAsked(Question):
    """Which dispute."""

    dispute_id: Annotated[Identifier, Field(description="A dispute.", examples=["dispute-2"])]


@asks(
    router,
    "/v1/disputes",
    DisputesAsked,
    DisputesAnswer,
    may="disputes",
    own=Own(own_disputes.disputes, OwnDisputesAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def disputes(asked: DisputesAsked, access: Access) -> Response:
    """The disputes opened by the day, as recorded, each as it stands: open, answered, ruled or withdrawn.

    Days by which an answer and a ruling are due follow from the figures `dispute_answer_days` and
    `dispute_ruling_days`; being overdue changes no right.
    """

    def ask(at: Moment, after: str | None, limit: int) -> Page[kept.DisputeSheet]:
        return kept.disputes(
            access.read,
            at,
            account_id=asked.account_id,
            party_id=asked.party_id,
            state=asked.state,
            after=after,
            limit=limit,
        )

    return await listing(access, asked, ask, dispute_answers.dispute)


@router.get(
    DISPUTE_PATH,
    response_model=DossierAnswer | OwnDossierAnswer,
    responses=responses_of((UNKNOWN_SUBJECT, UNKNOWN_TIME)),
    openapi_extra={"parameters": parameters_of(DisputeAsked, DISPUTE_PATH)},
    operation_id="dispute",
)
@may("disputes", answers_own=True)
async def dispute(request: Request) -> Response:
    """The dossier: both claims, the rights on both clocks, who knew what when, what each ruling would change.

    Once it is ruled on: the ruling, the events recorded with it on the account, and what they changed.
    """
    access, asked = access_of(request), read(DisputeAsked, request)
    if reach(access.caller, "disputes") == "own":
        return await access.run(own_disputes.dispute, asked, access)

    def find() -> Response:
        return send(dispute_answers.dossier(dossier(access.read, asked.dispute_id, access.moment(asked))))

    async with taking_turns(request):
        return await access.run(find)
