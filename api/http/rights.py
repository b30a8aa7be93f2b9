"""Rights: who holds what on an account, what a party holds, and the whole history as intervals."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.http.access import Access
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, PartyId
from api.http.reasons import REASON, ReasonAnswer
from api.http.routes import asks, routes
from policies.kept import Right
from projections import rights
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


class RightsAnswer(ListAnswer):
    """A page of rights."""

    items: list[RightAnswer]


class AccountRightsAsked(Listing):
    """Which account is asked about."""

    account_id: AccountId


class PartyRightsAsked(Listing):
    """Which party is asked about."""

    party_id: PartyId


PROBLEMS = (UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR)


@asks(router, "/v1/accounts/{account_id}/rights", AccountRightsAsked, RightsAnswer, problems=PROBLEMS)
async def account_rights(asked: AccountRightsAsked, access: Access) -> Response:
    """Who holds what on the account, on a day. Lapsed and ended claims stand in the timeline only."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Right]:
        return rights.rights_of_account(access.read, asked.account_id, at, after=after, limit=limit)

    return await listing(access, asked, ask, answers.right)


@asks(router, "/v1/accounts/{account_id}/timeline", AccountRightsAsked, RightsAnswer, problems=PROBLEMS)
async def account_timeline(asked: AccountRightsAsked, access: Access) -> Response:
    """The whole history of the account's rights, past and foreseen, one item for each interval.

    With `on`, only the intervals that hold on that day; a page may then have fewer items than `limit`.
    """

    def ask(at: Moment, after: str | None, limit: int) -> Page[Right]:
        page = rights.timeline(access.read, asked.account_id, at.position, after=after, limit=limit)
        if asked.on is None:
            return page
        return Page(tuple(one for one in page.items if one.valid_from <= at.on < one.valid_until), page.next)

    return await listing(access, asked, ask, answers.right)


@asks(router, "/v1/parties/{party_id}/rights", PartyRightsAsked, RightsAnswer, problems=PROBLEMS)
async def party_rights(asked: PartyRightsAsked, access: Access) -> Response:
    """What the party holds on a day, over all accounts."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Right]:
        return rights.rights_of_party(access.read, asked.party_id, at, after=after, limit=limit)

    return await listing(access, asked, ask, answers.right)
