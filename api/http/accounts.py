"""Accounts: which there are, and one with its opportunities and what their claims still lack."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.http.access import Access
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, Question
from api.http.routes import asks, routes
from api.http.sending import send
from projections import accounts as sheets
from projections.accounts import AccountSheet
from projections.asking import Moment, Page

router = routes("accounts")

ACCOUNT: dict[str, Any] = {
    "account_id": "acme",
    "name": "Acme Corporation",
    "parent_account_id": None,
    "merged_into": None,
    "opened_on": "2026-01-02",
    "major_since": None,
    "attributes": {"sector": "retail", "employees": 1200},
}
OPPORTUNITY: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "name": "Acme: graphics workstations",
    "opened_on": "2026-01-05",
    "manager": "jane",
    "established_on": None,
    "missing": ["an engagement", "a coordination"],
}


class AccountAnswer(BaseModel):
    """An account, as it is called on the day."""

    model_config = ConfigDict(title="Account", json_schema_extra={"examples": [ACCOUNT]})

    account_id: str
    name: str
    parent_account_id: str | None
    merged_into: str | None = Field(description="The account that took this one up; its rights stay where they are.")
    opened_on: date
    major_since: date | None = Field(description="Since when it is a major account.")
    attributes: dict[str, str | int | bool]


class OpportunityAnswer(BaseModel):
    """An opportunity, and what its claim still lacks."""

    model_config = ConfigDict(title="Opportunity", json_schema_extra={"examples": [OPPORTUNITY]})

    opportunity_id: str
    name: str
    opened_on: date
    manager: str | None = Field(description="The opportunity manager on the day.")
    established_on: date | None = Field(description="Since when its claim is established (rule OM-ESTABLISHED).")
    missing: list[str] = Field(description="What the claim lacks; while it lacks anything, it reserves nothing.")


class AccountOverviewAnswer(AccountAnswer):
    """An account with the opportunities opened by the day."""

    model_config = ConfigDict(
        title="AccountOverview",
        json_schema_extra={"examples": [{**ACCOUNT, "opportunities": [OPPORTUNITY], "position": 57}]},
    )

    opportunities: list[OpportunityAnswer]
    position: int = Field(description="The position the answer was read at.")


class AccountsAnswer(ListAnswer):
    """A page of accounts, by id."""

    items: list[AccountAnswer]


class AccountAsked(Question):
    """Which account is asked about."""

    account_id: AccountId


@asks(router, "/v1/accounts", Listing, AccountsAnswer, may="accounts", problems=(UNKNOWN_TIME, INVALID_CURSOR))
async def accounts(asked: Listing, access: Access) -> Response:
    """All accounts, by id, under the names they have on the day."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[AccountSheet]:
        return sheets.accounts(access.read, at, after=after, limit=limit)

    return await listing(access, asked, ask, asdict)


@asks(
    router,
    "/v1/accounts/{account_id}",
    AccountAsked,
    AccountOverviewAnswer,
    may="accounts",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def account(asked: AccountAsked, access: Access) -> Response:
    """One account with its opportunities: their managers, and what claims that are not established still lack."""

    def find() -> Response:
        at = access.moment(asked)
        found = sheets.account_overview(access.read, asked.account_id, at)
        opportunities = [asdict(one) for one in found.opportunities]
        return send({**asdict(found.account), "opportunities": opportunities, "position": at.position})

    return await access.run(find)
