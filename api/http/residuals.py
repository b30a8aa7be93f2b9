"""Residuals: the streams, what they are expected to bring, and what events did to them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from api import residual_answers as answers
from api.answers import impact as tell_impact
from api.exporting.residuals import stream_csv_rows, streams
from api.http import own_revenue
from api.http.access import Access
from api.http.events import EventAsked
from api.http.exports import StreamFormat, check_whole, documented, file_name, send_csv
from api.http.own_revenue_models import OwnExpectedAnswer, OwnStreamsAnswer
from api.http.paging import listing
from api.http.problem_kinds import INVALID_CURSOR, MALFORMED, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.problems import Problem
from api.http.questions import AccountId, Flag, Listing, PartyId
from api.http.residual_documents import ExpectedResidualsAnswer, ImpactAnswer, ResidualsAnswer
from api.http.routes import Own, asks, routes
from api.http.sending import send
from ledger import canonical
from ledger.dates import BusinessDate
from policies.residuals import Expected
from projections import residuals as kept
from projections.asking import Moment, Page
from projections.impact import accounts_of, impact_of
from projections.problems import UnknownSubject

router = routes("residuals")

PROBLEMS = (UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR)

CSV_EXAMPLE = """\
account,opportunity,contract,holder,state,since,from,until,split,overlays,currency,agreement,every_months,\
next_renewal_on,overdue_since,on,position,read_at\r
acme,opp-1,contract-9,jane,running,2026-03-15,2026-03-15,,jane 100,,USD,,12,2027-03-15,,2026-04-02,57,\
2026-04-02T09:30:00Z\r
"""


class ResidualsAsked(Listing):
    """Whose streams, or those of which account."""

    party_id: PartyId | None = None
    account_id: AccountId | None = None
    include_ended: Annotated[Flag, Field(description="Also the streams of contracts that have ended.")] = False
    format: StreamFormat = "json"


class ExpectedAsked(Listing):
    """Up to which day, and for whom."""

    until: Annotated[BusinessDate, Field(description="The day after the last one.", examples=["2027-07-01"])]
    party_id: PartyId | None = None
    account_id: AccountId | None = None

    def check_from(self, on: date) -> None:
        """Raises Problem where no day lies between."""
        if self.until <= on:
            detail = f"must be later than {on}, the day from which on the renewals are asked for"
            raise Problem(MALFORMED, f"until {detail}.", [{"parameter": "until", "detail": detail}])


@asks(
    router,
    "/v1/residuals",
    ResidualsAsked,
    ResidualsAnswer,
    may="residuals",
    own=Own(own_revenue.streams, OwnStreamsAnswer),
    problems=PROBLEMS,
    responses=documented("residuals", CSV_EXAMPLE),
)
async def residuals(asked: ResidualsAsked, access: Access) -> Response:
    """The residual streams on a day: those of a party, those of an account, or all.

    Those of a party are the ones that it holds, that it shares in, or on which it is credited beside the split.
    `format=csv` asks for all of them as a file.
    """
    if asked.format == "csv":
        check_whole(asked)
        return await access.run(_streams_as_csv, asked, access)

    def ask(at: Moment, after: str | None, limit: int) -> Page[kept.StreamAnswer]:
        return kept.residuals(
            access.read,
            at,
            party_id=asked.party_id,
            account_id=asked.account_id,
            include_ended=asked.include_ended,
            after=after,
            limit=limit,
        )

    return await listing(access, asked, ask, answers.stream)


def _streams_as_csv(asked: ResidualsAsked, access: Access) -> Response:
    at = access.moment(asked)
    found = streams(
        access.read,
        at,
        party_id=asked.party_id,
        account_id=asked.account_id,
        include_ended=asked.include_ended,
    )
    whose = [name for name in (asked.party_id, asked.account_id) if name is not None]
    return send_csv(stream_csv_rows(found, at), file_name("residuals", str(at.on), *whose, ending="csv"), at.position)


@asks(
    router,
    "/v1/residuals/expected",
    ExpectedAsked,
    ExpectedResidualsAnswer,
    may="residuals",
    own=Own(own_revenue.expected, OwnExpectedAnswer),
    problems=PROBLEMS,
)
async def expected_residuals(asked: ExpectedAsked, access: Access) -> Response:
    """What renewals are expected to earn whom, from the day `on` until (not including) another.

    Reckoned from renewal terms, the amounts last renewed or awarded, and the holders and shares known for each date.
    Nothing is owed before the renewal is recorded.
    """

    def ask(at: Moment, after: str | None, limit: int) -> Page[Expected]:
        asked.check_from(at.on)
        return kept.expected(
            access.read,
            at,
            asked.until,
            party_id=asked.party_id,
            account_id=asked.account_id,
            after=after,
            limit=limit,
        )

    return await listing(access, asked, ask, answers.expectation)


@asks(
    router,
    "/v1/events/{event_id}/impact",
    EventAsked,
    ImpactAnswer,
    may="residuals",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def event_impact(asked: EventAsked, access: Access) -> Response:
    """What one event did to residual revenue: which streams moved, and who earns otherwise in which months."""

    def find() -> Response:
        position = access.moment(asked).position
        found = access.read.event(asked.event_id)
        if found is None or found.position > position:
            raise UnknownSubject("event", asked.event_id)
        fact = canonical.decode(found.body)
        impact = impact_of(access.read, {fact.position}, accounts_of(access.read, [fact]))
        return send(tell_impact(impact))

    return await access.run(find)
