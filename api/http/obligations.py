"""Obligations: what is owed, by whom and to whom, since when and by when."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.http import own
from api.http.access import Access
from api.http.own_models import OwnObligationsAnswer
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, PartyId
from api.http.reasons import ReasonAnswer
from api.http.routes import Own, asks, routes
from policies.obligations import Owed
from projections import obligations as kept
from projections.asking import Moment, Page

router = routes("obligations")

OBLIGATION: dict[str, Any] = {
    "kind": "settle_with_mam",
    "rule": "MAM-SETTLE",
    "party_id": "jane",
    "account_id": "acme",
    "state": "open",
    "hard": False,
    "since": "2026-02-01",
    "due_on": None,
    "to_party_id": "mary",
    "opportunity_id": "opp-1",
    "contract_id": None,
    "reasons": [
        {
            "rule": "MAM-SETTLE",
            "clause": "prism.3",
            "says": "Hand the opportunity over to the Major Account Manager, or share revenue with them.",
            "event_ids": ["018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"],
        }
    ],
}


class ObligationAnswer(BaseModel):
    """What a party owes, as it stands on a day."""

    model_config = ConfigDict(title="Obligation", json_schema_extra={"examples": [OBLIGATION]})

    kind: Literal[
        "settle_with_mam", "orchestrate_prime_renewal", "include_co_sell_partner", "copy_quotes_and_contracts"
    ]
    rule: str
    party_id: str = Field(description="Who owes it.")
    account_id: str
    state: Literal["open", "met", "overdue"]
    hard: bool = Field(description="Whether it is more than a courtesy.")
    since: date = Field(description="The day from which it is owed.")
    due_on: date | None = Field(description="The day by which it is due; null where no day is set.")
    to_party_id: str | None = Field(description="To whom it is owed, where to one party.")
    opportunity_id: str | None
    contract_id: str | None
    reasons: list[ReasonAnswer]


class ObligationsAnswer(ListAnswer):
    """A page of obligations."""

    items: list[ObligationAnswer]


class ObligationsAsked(Listing):
    """Whose obligations, and on which account."""

    party_id: PartyId | None = None
    account_id: AccountId | None = None


@asks(
    router,
    "/v1/obligations",
    ObligationsAsked,
    ObligationsAnswer,
    may="obligations",
    own=Own(own.owed, OwnObligationsAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def obligations(asked: ObligationsAsked, access: Access) -> Response:
    """What is owed on a day: by one party, on one account, or by everybody everywhere."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Owed]:
        return kept.obligations(
            access.read, at, party_id=asked.party_id, account_id=asked.account_id, after=after, limit=limit
        )

    return await listing(access, asked, ask, answers.owed)
