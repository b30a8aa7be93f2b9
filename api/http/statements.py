"""Statements: what was earned in a range of days or in a month, page by page, with the sums of the whole."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from api import residual_answers as answers
from api.http import own_revenue
from api.http.access import Access
from api.http.exports import PARQUET, XLSX, StatementFormat, check_whole, documented, send_statement
from api.http.own_revenue_models import OwnStatementAnswer
from api.http.paging import read_cursor, write_cursor
from api.http.problem_kinds import INVALID_CURSOR, MALFORMED, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.problems import Problem
from api.http.questions import AccountId, Listing, PartyId
from api.http.residual_documents import StatementAnswer
from api.http.routes import Own, asks, routes
from api.http.sending import send
from ledger.dates import BusinessDate, Period
from policies.days import plus_months
from policies.periods import first_day, period_of
from projections.asking import Moment
from projections.statements import Statement

router = routes("statements")

PROBLEMS = (UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR)

CSV_EXAMPLE = """\
kind,account,opportunity,contract,period_from,period_until,period,booked_in,party,percent,base,amount,currency,\
agreement,event,caused_by,closed,adjusts,before,after,position,read_at\r
share,acme,opp-1,contract-9,2027-03-15,2028-03-15,2027-03,2027-03,jane,62.5,45000.00,28125.00,USD,\
share-3,018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11,,false,,,,57,2027-04-02T09:30:00Z\r
"""

FILES = documented("statement", CSV_EXAMPLE, XLSX, PARQUET)


class Narrowed(Listing):
    """Whose statement, and on which account."""

    party_id: PartyId | None = None
    account_id: AccountId | None = None
    format: StatementFormat = "json"


class StatementAsked(Narrowed):
    """Which days."""

    starts_on: Annotated[
        BusinessDate | None,
        Field(alias="from", description="The first day (default: that of the month of `on`).", examples=["2027-01-01"]),
    ] = None
    ends_on: Annotated[
        BusinessDate | None,
        Field(
            alias="until", description="The day after the last one (default: a month later).", examples=["2027-04-01"]
        ),
    ] = None

    def days(self, on: date) -> tuple[date, date]:
        """The range asked for. Raises Problem for one that holds no day."""
        since = self.starts_on or on.replace(day=1)
        until = self.ends_on or plus_months(since.replace(day=1), 1)
        if until <= since:
            detail = f"must be later than {since}, the first day"
            raise Problem(MALFORMED, f"until {detail}.", [{"parameter": "until", "detail": detail}])
        return since, until


class MonthAsked(Narrowed):
    """Which month."""

    period: Annotated[Period, Field(description="A month.", examples=["2027-03"])]


@asks(
    router,
    "/v1/statements",
    StatementAsked,
    StatementAnswer,
    may="statements",
    own=Own(own_revenue.statement, OwnStatementAnswer, files=("csv",)),
    problems=PROBLEMS,
    responses=FILES,
)
async def statement(asked: StatementAsked, access: Access) -> Response:
    """What renewals earned in a range of days: everybody's, or one party's.

    The days of closed months stand as they were known at the closing; what was learnt since stands as adjustments in
    the first open month, if that begins in the range. Lines are in the order of their days. `format` asks for all of
    it as a file.
    """

    def find() -> Response:
        at, after = _moment(asked, access)
        since, until = asked.days(at.on)
        if asked.format != "json":
            return send_statement(_found(asked, access, at, (since, until)), asked.format)
        return send({**_page(asked, access, at, (since, until), after), "period": None, "closed": None})

    return await access.run(find)


@asks(
    router,
    "/v1/statements/{period}",
    MonthAsked,
    StatementAnswer,
    may="statements",
    own=Own(own_revenue.month, OwnStatementAnswer, files=("csv",)),
    problems=PROBLEMS,
    responses=FILES,
)
async def month(asked: MonthAsked, access: Access) -> Response:
    """The statement of a month: for ever the same once the month is closed, with the adjustments booked in it."""

    def find() -> Response:
        at, after = _moment(asked, access)
        since = first_day(asked.period)
        days = (since, plus_months(since, 1))
        if asked.format != "json":
            return send_statement(_found(asked, access, at, days), asked.format)
        told = _page(asked, access, at, days, after)
        closed = told["closed_through"] is not None and period_of(since) <= told["closed_through"]
        return send({**told, "period": asked.period, "closed": closed})

    return await access.run(find)


def _moment(asked: Narrowed, access: Access) -> tuple[Moment, str | None]:
    """The moment of the question, that of the first page on every page, and after what the page begins."""
    if asked.format != "json":
        check_whole(asked)
    place = None if asked.after is None else read_cursor(asked.after, asked)
    at = access.moment(asked if place is None else place.pinned(asked))
    return at, None if place is None else place.key


def _page(asked: Narrowed, access: Access, at: Moment, days: tuple[date, date], after: str | None) -> dict[str, Any]:
    found = _found(asked, access, at, days)
    page = found.page(after, asked.limit)
    following = None if page.next is None else write_cursor(asked, at, page.next)
    return answers.statement(found, page.items, following)


def _found(asked: Narrowed, access: Access, at: Moment, days: tuple[date, date]) -> Statement:
    return Statement(access.read, *days, at.position, party_id=asked.party_id, account_id=asked.account_id)
