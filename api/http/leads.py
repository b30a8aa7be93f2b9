"""Leads: which there are, everything about one, and response and conversion figures."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from api import lead_answers
from api.http import own_leads
from api.http.access import Access
from api.http.lead_documents import LeadReportAnswer, LeadsAnswer, LeadSheetAnswer
from api.http.own_leads_models import OwnLeadsAnswer, OwnWholeLeadAnswer
from api.http.paging import listing
from api.http.problem_kinds import INVALID_CURSOR, MALFORMED, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.problems import Problem
from api.http.questions import AccountId, Listing, PartyId, Question
from api.http.routes import Own, asks, routes
from api.http.sending import send
from ledger.dates import BusinessDate
from ledger.identifiers import Identifier
from ledger.text import Name
from policies.leads import Lead, State
from projections import leads as kept
from projections.asking import Moment, Page

router = routes("leads")


class LeadsAsked(Listing):
    """Which leads."""

    state: Annotated[State | None, Field(description="Those in this state on the day.", examples=["worked"])] = None
    responsible: Annotated[
        PartyId | None, Field(description="Only those for which this party is responsible on the day.")
    ] = None
    source: Annotated[
        Name | None,
        Field(description="Only those from this source; a blank is written %20.", examples=["Trade fair"]),
    ] = None
    campaign: Annotated[
        Name | None,
        Field(description="Only those of this campaign; a blank is written %20.", examples=["Spring mailing"]),
    ] = None
    account_id: Annotated[
        AccountId | None, Field(description="Only those on this account, or on one merged into it by the day.")
    ] = None


class FiguresAsked(Question):
    """The figures of which leads."""

    starts_on: Annotated[
        BusinessDate | None,
        Field(alias="from", description="Only leads that began on this day or later.", examples=["2026-01-01"]),
    ] = None
    ends_on: Annotated[
        BusinessDate | None,
        Field(alias="until", description="Only leads that began before this day.", examples=["2026-04-01"]),
    ] = None

    def check(self) -> None:
        """Raises Problem where no day is asked about."""
        if self.starts_on is not None and self.ends_on is not None and self.ends_on <= self.starts_on:
            detail = f"must be later than {self.starts_on}, the first day"
            raise Problem(MALFORMED, f"until {detail}.", [{"parameter": "until", "detail": detail}])


class LeadAsked(Question):
    """Which lead."""

    lead_id: Annotated[Identifier, Field(description="A lead.", examples=["lead-7"])]


@asks(
    router,
    "/v1/leads",
    LeadsAsked,
    LeadsAnswer,
    may="leads",
    own=Own(own_leads.leads, OwnLeadsAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def leads(asked: LeadsAsked, access: Access) -> Response:
    """The leads there are by the day, as recorded, each as it stands: captured, responded, worked, …

    A lead owns nothing. Whoever is responsible for it is nobody's manager: converting it opens an opportunity.
    """
    wanted = kept.Wanted(asked.state, asked.responsible, asked.source, asked.campaign, asked.account_id)

    def ask(at: Moment, after: str | None, limit: int) -> Page[Lead]:
        return kept.leads(access.read, at, wanted, after=after, limit=limit)

    return await listing(access, asked, ask, lead_answers.lead)


@asks(router, "/v1/lead-figures", FiguresAsked, LeadReportAnswer, may="leads", problems=(UNKNOWN_TIME,))
async def lead_figures(asked: FiguresAsked, access: Access) -> Response:
    """How many leads that began in a time responded, were qualified, disqualified and converted by the day.

    Of all, and by source, by campaign and by who is responsible or was last; with rates, and how long each step took.
    """
    asked.check()

    def find() -> Response:
        at = access.moment(asked)
        return send(lead_answers.figures(kept.lead_report(access.read, at, asked.starts_on, asked.ends_on), at))

    return await access.run(find)


@asks(
    router,
    "/v1/leads/{lead_id}",
    LeadAsked,
    LeadSheetAnswer,
    may="leads",
    own=Own(own_leads.lead, OwnWholeLeadAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def lead(asked: LeadAsked, access: Access) -> Response:
    """Everything about a lead: its steps with who was responsible at each, and what goes over to its opportunity."""

    def find() -> Response:
        at = access.moment(asked)
        return send(lead_answers.sheet(kept.lead_sheet(access.read, asked.lead_id, at), at))

    return await access.run(find)
