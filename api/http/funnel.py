"""The funnel: its shape and value on a day, and its progress in a period, on both clocks."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from api import funnel_answers as answers
from api.http.access import Access
from api.http.funnel_documents import By, FunnelAnswer, ProgressAnswer
from api.http.problem_kinds import MALFORMED, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.problems import Problem
from api.http.questions import AccountId, Limit, PartyId, Question
from api.http.routes import asks, routes
from api.http.sending import send
from ledger.dates import BusinessDate
from ledger.text import Name
from policies.days import plus_months
from projections import funnel as kept

router = routes("funnel")


class Narrowing(Question):
    """Which opportunities."""

    manager: Annotated[PartyId | None, Field(description="Only those that this party manages.")] = None
    region: Annotated[Name | None, Field(description="Only those of this region.", examples=["North"])] = None
    account_id: AccountId | None = None
    closing_from: Annotated[
        BusinessDate | None,
        Field(description="Only those expected to close from this day on.", examples=["2026-04-01"]),
    ] = None
    closing_until: Annotated[
        BusinessDate | None, Field(description="Only those expected to close before this day.", examples=["2026-07-01"])
    ] = None

    @property
    def narrowed(self) -> kept.Narrowed:
        """The same for the ledger. Raises Problem for days that hold none."""
        if self.closing_from and self.closing_until:
            check_order("closing_until", self.closing_from, self.closing_until)
        return kept.Narrowed(self.manager, self.region, self.account_id, self.closing_from, self.closing_until)


class FunnelAsked(Narrowing):
    """Which funnel, and divided by what."""

    by: Annotated[By | None, Field(description="What to divide it by, beside its stages.", examples=["manager"])] = None
    limit: Limit = 100


class ProgressAsked(Narrowing):
    """Which funnel, and which days."""

    starts_on: Annotated[
        BusinessDate | None,
        Field(alias="from", description="The first day (default: that of the month of `on`).", examples=["2026-01-01"]),
    ] = None
    ends_on: Annotated[
        BusinessDate | None,
        Field(
            alias="until", description="The day after the last one (default: a month later).", examples=["2026-04-01"]
        ),
    ] = None

    def days(self, on: date) -> tuple[date, date]:
        """The period asked for. Raises Problem for one that holds no day."""
        since = self.starts_on or on.replace(day=1)
        until = self.ends_on or plus_months(since.replace(day=1), 1)
        check_order("until", since, until)
        return since, until


def check_order(name: str, since: date, until: date) -> None:
    """Raises Problem for a range of days that holds none."""
    if until <= since:
        detail = f"must be later than {since}, the first day"
        raise Problem(MALFORMED, f"{name} {detail}.", [{"parameter": name, "detail": detail}])


@asks(router, "/v1/funnel", FunnelAsked, FunnelAnswer, may="sheet", problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME))
async def funnel(asked: FunnelAsked, access: Access) -> Response:
    """What is open on the day: how many opportunities in each stage, their value, and their weighted value.

    With `on` and `known_at`, what the funnel looked like then, as it was known then. Managers are those that stand on
    the sheets: a member of a partner organisation is not counted with it.
    """

    def find() -> Response:
        at = access.moment(asked)
        by = None if asked.by == "stage" else asked.by
        found = kept.funnel(access.read, at, asked.narrowed, by=by, limit=asked.limit)
        return send(answers.funnel(found, asked.by, at))

    return await access.run(find)


@asks(
    router,
    "/v1/funnel/progress",
    ProgressAsked,
    ProgressAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def funnel_progress(asked: ProgressAsked, access: Access) -> Response:
    """What happened to the funnel in a period: what came and left, moves, conversion and days per stage, slippage.

    Opportunities are those of a manager, a region, an account or a close by their sheets on the last day of the period.
    """

    def find() -> Response:
        at = access.moment(asked)
        since, until = asked.days(at.on)
        return send(
            answers.progress(kept.funnel_progress(access.read, at.position, since, until, asked.narrowed), at.position)
        )

    return await access.run(find)
