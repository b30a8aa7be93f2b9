"""Rights: who holds what on an account, what a party holds, and the whole history as intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.http import own
from api.http.access import Access
from api.http.own_models import OwnRightsAnswer
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, PartyId
from api.http.reasons import REASON, ReasonAnswer
from api.http.routes import Own, asks, routes
from policies.kept import Right
from projections import disputes, rights
from projections.asking import Moment, Page

router = routes("rights")

RIGHT: dict[str, Any] = {
    "kind": "opportunity_manager",
    "holder": "jane",
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "line": "gtx-pro",
    "status": "in_grace",
    "from": "2026-04-01",
    "until": "2026-06-30",
    "contract_id": None,
    "deadline_on": "2026-06-29",
    "agreement_id": None,
    "percent": None,
    "missing": [],
    "reasons": [REASON],
}


class RightAnswer(BaseModel):
    """A right of a holder over `[from, until)`."""

    model_config = ConfigDict(title="Right", json_schema_extra={"examples": [RIGHT]})

    kind: Literal[
        "opportunity_manager",
        "major_account_manager",
        "growth",
        "co_sell_partner",
        "prime_partner",
        "teaming",
        "residual",
    ]
    holder: str = Field(description="The party that holds the right.")
    account_id: str
    opportunity_id: str | None
    line: str | None = Field(description="The business line, for a right that has one.")
    status: str = Field(
        description="Of an opportunity manager's right: incomplete, active, in_grace, queued, won, lapsed or ended."
    )
    starts_on: date = Field(alias="from", description="The first day of the interval.")
    ends_on: date | None = Field(alias="until", description="The day after its last one; null where no end is known.")
    contract_id: str | None = Field(description="The contract, for a right that was won.")
    deadline_on: date | None = Field(description="The last day of grace of a claim not yet won.")
    agreement_id: str | None = Field(description="The revenue share, for a teaming right.")
    percent: str | None = Field(description="The part in the revenue share.")
    missing: list[str] = Field(description="What an incomplete claim still lacks.")
    reasons: list[ReasonAnswer]


class HeldRightAnswer(RightAnswer):
    """A right of a holder over `[from, until)`, and whether it is disputed."""

    model_config = ConfigDict(title="HeldRight", json_schema_extra={"examples": [{**RIGHT, "contested": False}]})

    contested: bool = Field(
        description="Whether a dispute about it is open: on the day; in a timeline, on any day of the interval."
    )


class RightsAnswer(ListAnswer):
    """A page of rights."""

    items: list[HeldRightAnswer]


class AccountRightsAsked(Listing):
    """Which account is asked about."""

    account_id: AccountId


class PartyRightsAsked(Listing):
    """Which party is asked about."""

    party_id: PartyId


def _told(access: Access, at: Moment, page: Page[Right]) -> Page[dict[str, Any]]:
    """The page as it is answered, each right with whether it is contested on the day."""
    return _marked(page, disputes.contested(access.read, page.items, at))


def _marked(page: Page[Right], contested: Sequence[bool]) -> Page[dict[str, Any]]:
    told = (answers.held_right(one, contested=each) for one, each in zip(page.items, contested, strict=True))
    return Page(tuple(told), page.next)


PROBLEMS = (UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR)


@asks(
    router,
    "/v1/accounts/{account_id}/rights",
    AccountRightsAsked,
    RightsAnswer,
    may="rights",
    own=Own(own.account_rights, OwnRightsAnswer),
    problems=PROBLEMS,
)
async def account_rights(asked: AccountRightsAsked, access: Access) -> Response:
    """Who holds what on the account, on a day. Lapsed and ended claims stand in the timeline only."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[dict[str, Any]]:
        return _told(access, at, rights.rights_of_account(access.read, asked.account_id, at, after=after, limit=limit))

    return await listing(access, asked, ask, dict)


@asks(
    router,
    "/v1/accounts/{account_id}/timeline",
    AccountRightsAsked,
    RightsAnswer,
    may="rights",
    own=Own(own.account_timeline, OwnRightsAnswer),
    problems=PROBLEMS,
)
async def account_timeline(asked: AccountRightsAsked, access: Access) -> Response:
    """The whole history of the account's rights, past and foreseen, one item for each interval.

    With `on`, only the intervals that hold on that day; a page may then have fewer items than `limit`.
    """

    def ask(at: Moment, after: str | None, limit: int) -> Page[dict[str, Any]]:
        page = rights.timeline(access.read, asked.account_id, at.position, after=after, limit=limit)
        if asked.on is not None:
            page = Page(tuple(one for one in page.items if one.valid_from <= at.on < one.valid_until), page.next)
        ever = disputes.contested_ever(access.read, asked.account_id, page.items, at.position)
        return _marked(page, ever)

    return await listing(access, asked, ask, dict)


@asks(
    router,
    "/v1/parties/{party_id}/rights",
    PartyRightsAsked,
    RightsAnswer,
    may="rights",
    own=Own(own.party_rights, OwnRightsAnswer),
    problems=PROBLEMS,
)
async def party_rights(asked: PartyRightsAsked, access: Access) -> Response:
    """What the party holds on a day, over all accounts."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[dict[str, Any]]:
        return _told(access, at, rights.rights_of_party(access.read, asked.party_id, at, after=after, limit=limit))

    return await listing(access, asked, ask, dict)
