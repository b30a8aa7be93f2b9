"""The home list: what of a manager's opportunities is upcoming and pending."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import list_answers
from api.http.access import Access
from api.http.paging import ListAnswer, listing, page_of
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import Listing, PartyId
from api.http.routes import asks, routes
from policies.home import Pending
from projections import home as kept
from projections.asking import Moment, Page

router = routes("lists")

PENDING: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "name": "Acme: graphics workstations",
    "amount": "48210.00",
    "currency": "USD",
    "expected_close_on": "2026-03-31",
    "stage": "Negotiating",
    "next_milestone": "Terms agreed.",
    "overdue": True,
    "why": [
        {"kind": "overdue", "rule": "VIEWS", "says": "It was expected to close on 2026-03-31, 2 days ago."},
    ],
}


class WhyAnswer(BaseModel):
    """A reason for which an opportunity stands on the list."""

    model_config = ConfigDict(title="PendingReason")

    kind: Literal["overdue", "closing_soon", "important"]
    rule: str
    says: str


class PendingAnswer(BaseModel):
    """An open opportunity that waits for its manager."""

    model_config = ConfigDict(title="Pending", json_schema_extra={"examples": [PENDING]})

    opportunity_id: str
    account_id: str
    name: str
    amount: str | None
    currency: str | None
    expected_close_on: date | None
    stage: str | None
    next_milestone: str | None
    overdue: bool = Field(description="Whether the expected close has passed.")
    why: list[WhyAnswer]


class HomeAnswer(ListAnswer):
    """A page of what waits: overdue first, then by day, larger amounts first."""

    items: list[PendingAnswer]


class HomeAsked(Listing):
    """Whose home list."""

    party_id: PartyId


@asks(
    router,
    "/v1/home",
    HomeAsked,
    HomeAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def home(asked: HomeAsked, access: Access) -> Response:
    """What waits for an opportunity manager: open opportunities that are overdue, close soon or are worth much."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Pending]:
        found = kept.home(access.read, asked.party_id, at)
        return page_of([(one.sheet.opportunity_id, one) for one in found], after, limit)

    return await listing(access, asked, ask, list_answers.pending)
