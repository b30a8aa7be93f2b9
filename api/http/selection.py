"""What deserves attention: opportunities with the reasons, and the page of exceptions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import funnel_answers as answers
from api.http.access import Access
from api.http.opportunity_documents import SHEET, SHORTFALL, SheetAnswer, ShortfallAnswer
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing, PartyId
from api.http.reasons import ReasonAnswer
from api.http.routes import asks, routes
from ledger.text import Name
from policies.selection import EXCEPTION, Attention
from projections.asking import Moment, Page
from projections.selection import selected

router = routes("selection")

PROBLEMS = (UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR)

Why = Literal[
    "shortfall",
    "close_overdue",
    "stale_engagement",
    "stale_coordination",
    "no_manager",
    "at_gate",
    "important",
    "not_moving",
    "closing_soon",
    "lapsing_soon",
    "new",
]

EXAMPLE_EVENT = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"
CAUSE: dict[str, Any] = {
    "reason": "not_moving",
    "exception": False,
    "rule": "SELECT",
    "clause": "guide.22",
    "says": "In Proposing for 59 days, since 1 February 2026; not moving after 45.",
    "event_ids": [],
    "since": "2026-02-01",
    "days": 59,
    "figure": {"figure": "not_moving_days", "value": 45, "since": None},
    "shortfall": None,
}
SHORT: dict[str, Any] = {
    "reason": "shortfall",
    "exception": True,
    "rule": "OUTCOME",
    "clause": "exception.8",
    "says": "units: 20 workstations instead of 25, short by 5 workstations.",
    "event_ids": [EXAMPLE_EVENT],
    "since": None,
    "days": None,
    "figure": None,
    "shortfall": SHORTFALL,
}
ATTENTION: dict[str, Any] = {**SHEET, "days_in_stage": 59, "exception": True, "reasons": [SHORT, CAUSE]}


class CauseFigureAnswer(BaseModel):
    """The figure that a reason rests on."""

    figure: str
    value: int
    since: date | None = Field(description="The day from which on the figure holds; null: from the beginning.")


class CauseAnswer(ReasonAnswer):
    """One reason why an opportunity deserves attention."""

    model_config = ConfigDict(title="AttentionReason", json_schema_extra={"examples": [CAUSE, SHORT]})

    reason: Why
    exception: bool = Field(description="Whether something is off.")
    since: date | None = Field(description="The day that the reason counts from, or counts back from.")
    days: int | None = Field(description="How many days it is from that day, or to it.")
    figure: CauseFigureAnswer | None
    shortfall: ShortfallAnswer | None = Field(description="What is missed of the outcome, where that is the reason.")


class AttentionAnswer(SheetAnswer):
    """An opportunity that deserves attention, and why."""

    model_config = ConfigDict(title="Attention", json_schema_extra={"examples": [ATTENTION]})

    days_in_stage: int | None
    exception: bool = Field(description="Whether any of the reasons is an exception.")
    reasons: list[CauseAnswer]


class AttentionListAnswer(ListAnswer):
    """A page of opportunities: exceptions first, then those with the larger amounts in their own currencies."""

    items: list[AttentionAnswer]


class Selecting(Listing):
    """Of whom, and on which account."""

    manager: Annotated[PartyId | None, Field(description="Only those that this party manages.")] = None
    team: Annotated[PartyId | None, Field(description="Only those that this party takes part in or manages.")] = None
    region: Annotated[Name | None, Field(description="Only those of this region.", examples=["North"])] = None
    account_id: AccountId | None = None


class AttentionAsked(Selecting):
    """For which reason."""

    reason: Annotated[
        Literal[Why, "exception"] | None,
        Field(description="Only this reason, and opportunities that have it.", examples=["not_moving"]),
    ] = None


@asks(router, "/v1/attention", AttentionAsked, AttentionListAnswer, may="sheet", problems=PROBLEMS)
async def attention(asked: AttentionAsked, access: Access) -> Response:
    """The opportunities that deserve attention on the day, each with all its reasons: open ones, and won ones that
    fall short of their outcome.

    Exceptions come first, then the larger amounts. Currencies are never converted: amounts are put in order by their
    number of units, each in its own.
    """
    return await _listed(asked, access, asked.reason)


@asks(router, "/v1/exceptions", Selecting, AttentionListAnswer, may="sheet", problems=PROBLEMS)
async def exceptions(asked: Selecting, access: Access) -> Response:
    """Only what is off, and why: the page that a manager opens on Monday.

    Outcomes missed, with the shortfall in numbers, also of what is won; expected closes gone by; what nobody engaged on
    or coordinated lately; what is on hold or was decided against at a gate; what nobody manages.
    """
    return await _listed(asked, access, EXCEPTION)


async def _listed(asked: Selecting, access: Access, why: str | None) -> Response:
    def ask(at: Moment, after: str | None, limit: int) -> Page[tuple[date, Attention]]:
        page = selected(
            access.read,
            at,
            why=why,
            team_of=asked.team,
            after=after,
            limit=limit,
            manager=asked.manager,
            region=asked.region,
            account_id=asked.account_id,
        )
        return Page(tuple((at.on, one) for one in page.items), page.next)

    return await listing(access, asked, ask, lambda found: answers.attention(found[1], found[0]))
