"""Deadlines: what runs out soon."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from api import answers
from api.http.access import Access
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_TIME
from api.http.questions import Listing
from api.http.rights import RIGHT, RightAnswer
from api.http.routes import asks, routes
from policies.kept import Right
from projections import rights
from projections.asking import Moment, Page

router = routes("rights")

MOST_DAYS = 3_660

Deadline = tuple[date, Right]
"""The day asked about, and a claim."""


def _read_days(value: Any) -> int:
    number = int(value) if type(value) is str and value.isascii() and value.isdecimal() and len(value) < 6 else value
    if type(number) is not int or not 0 <= number <= MOST_DAYS:
        raise PydanticCustomError("days", "must be a whole number of days from 0 to 3660")
    return number


class DeadlinesAsked(Listing):
    """How far ahead to look."""

    within_days: Annotated[
        int,
        BeforeValidator(_read_days),
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_DAYS}),
        Field(description="How many days ahead to look, from `on`.", examples=[30]),
    ] = 30


class DeadlineAnswer(RightAnswer):
    """A claim not yet won, and how long it still lasts."""

    model_config = ConfigDict(title="Deadline", json_schema_extra={"examples": [{**RIGHT, "days_left": 88}]})

    days_left: int | None = Field(description="Days from the day asked about to the last day of grace.")


class DeadlinesAnswer(ListAnswer):
    """A page of claims, by the day on which they run out."""

    items: list[DeadlineAnswer]


@asks(
    router, "/v1/deadlines", DeadlinesAsked, DeadlinesAnswer, may="deadlines", problems=(UNKNOWN_TIME, INVALID_CURSOR)
)
async def deadlines(asked: DeadlinesAsked, access: Access) -> Response:
    """The claims not yet won whose last day of grace is near, over all accounts, the nearest first."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Deadline]:
        page = rights.deadlines(access.read, at, within_days=asked.within_days, after=after, limit=limit)
        return Page(tuple((at.on, claim) for claim in page.items), page.next)

    return await listing(access, asked, ask, _deadline)


def _deadline(found: Deadline) -> dict[str, Any]:
    on, claim = found
    return {**answers.right(claim), "days_left": None if claim.deadline_on is None else (claim.deadline_on - on).days}
