"""The overview of an account: general new business, each reserved line, each renewal, and what lacks something."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.http.access import Access
from api.http.accounts import ACCOUNT, AccountAnswer, AccountAsked
from api.http.differences import VerdictAnswer
from api.http.dispute_documents import OpenDisputeAnswer
from api.http.problem_kinds import UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.rights import RIGHT, RightAnswer
from api.http.routes import asks, routes
from api.http.sending import send
from projections import overview

router = routes("accounts")

_DENIED: dict[str, Any] = {
    "verdict": "denied",
    "rule": "CALL-RESERVED",
    "opens_on": "2026-06-30",
    "agreement_of": None,
    "contested": False,
    "reasons": [],
}
_OPEN: dict[str, Any] = {**_DENIED, "verdict": "allowed", "rule": "CALL-BEYOND-FORECAST", "opens_on": None}
OVERVIEW: dict[str, Any] = {
    "account": ACCOUNT,
    "general": {"held_by": [], "beside": [], "waiting": [], "others": {"employee": _OPEN, "partner": _OPEN}},
    "lines": [
        {
            "line": "gtx-pro",
            "held_by": [RIGHT],
            "beside": [],
            "waiting": [],
            "others": {"employee": _DENIED, "partner": _DENIED},
        }
    ],
    "renewals": [],
    "incomplete": [
        {
            "opportunity_id": "opp-2",
            "name": "Acme: spare parts",
            "manager": "mary",
            "lines": ["spares"],
            "deadline_on": "2026-09-28",
            "missing": ["an engagement", "a coordination"],
        }
    ],
    "disputes": [
        {"dispute_id": "dispute-2", "subject": {"opportunity_id": "opp-1", "line": "gtx-pro", "contract_id": None}}
    ],
    "on": "2026-04-02",
    "position": 57,
}


class OthersAnswer(BaseModel):
    """Whether any other employee and any other partner may call, and if not, when it opens."""

    model_config = ConfigDict(title="Others")

    employee: VerdictAnswer
    partner: VerdictAnswer


class BusinessAnswer(BaseModel):
    """One business of the account on the day, and who holds it."""

    model_config = ConfigDict(title="Business")

    held_by: list[RightAnswer] = Field(description="The rights that reserve it; none where it is open.")
    beside: list[RightAnswer] = Field(description="Those of partners and sharers in it.")
    waiting: list[RightAnswer] = Field(description="The claims that are queued for it.")
    others: OthersAnswer


class LineAnswer(BusinessAnswer):
    """A line with a live claim."""

    model_config = ConfigDict(title="ReservedLine")

    line: str


class RenewalAnswer(BusinessAnswer):
    """A live contract."""

    model_config = ConfigDict(title="Renewal")

    contract_id: str
    opportunity_id: str = Field(description="The opportunity in which the contract was awarded first.")
    opportunity_ids: list[str] = Field(description="All in which it was awarded, in the order of their awards.")
    lines: list[str]
    until: date | None = Field(description="The day on which the contract ends; null where none is known.")


class IncompleteOpportunityAnswer(BaseModel):
    """An opportunity that reserves nothing yet, and what it lacks."""

    model_config = ConfigDict(title="IncompleteOpportunity")

    opportunity_id: str
    name: str
    manager: str | None
    lines: list[str]
    deadline_on: date | None = Field(description="The last day on which it can still be completed, if one is set.")
    missing: list[str]


class OverviewAnswer(BaseModel):
    """All that may be asked for on an account, and who holds it."""

    model_config = ConfigDict(title="Overview", json_schema_extra={"examples": [OVERVIEW]})

    account: AccountAnswer
    general: BusinessAnswer = Field(description="New business on no line in particular.")
    lines: list[LineAnswer]
    renewals: list[RenewalAnswer]
    incomplete: list[IncompleteOpportunityAnswer]
    disputes: list[OpenDisputeAnswer] = Field(description="The disputes that are open on the day.")
    on: date
    position: int = Field(description="The position the answer was read at.")


@asks(
    router,
    "/v1/accounts/{account_id}/overview",
    AccountAsked,
    OverviewAnswer,
    may="accounts",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def account_overview(asked: AccountAsked, access: Access) -> Response:
    """Who holds what on the account: general business, each reserved line, each renewal; and who lacks what."""

    def find() -> Response:
        at = access.moment(asked)
        found = overview.overview(access.read, asked.account_id, at)
        return send({**answers.overview(found), "on": at.on, "position": at.position})

    return await access.run(find)
