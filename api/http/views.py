"""List views: which there are, what each says, and the lines that it shows."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import list_answers
from api.http.access import Access
from api.http.paging import ListAnswer, listing, page_of
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import Listing, Question
from api.http.routes import asks, routes
from api.http.sending import send
from ledger.events.views import ListName
from ledger.identifiers import Identifier
from policies.list_columns import ListRow
from policies.views import ListView
from projections import views as kept
from projections.asking import Moment, Page
from projections.showing import key_of, shown_by

router = routes("lists")

ViewId = Annotated[Identifier, Field(description="A view.", examples=["closing-soon"])]

VIEW: dict[str, Any] = {
    "view_id": "closing-soon",
    "of": "opportunities",
    "name": "Closing soon",
    "owner": "jane",
    "shared": True,
    "columns": ["name", "amount", "currency", "expected_close_on"],
    "filters": [{"field": "expected_close_on", "op": "le", "value": "today+30"}],
    "sort": [{"field": "expected_close_on", "descending": False}],
    "saved_on": "2026-01-10",
    "saved_at": "2026-01-10T09:30:00.000000Z",
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
}
LINE: dict[str, Any] = {
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "name": "Acme: graphics workstations",
    "amount": "48210.00",
    "currency": "USD",
    "expected_close_on": "2026-03-31",
}


class FilterAnswer(BaseModel):
    """What a line must say to be shown."""

    model_config = ConfigDict(title="ViewFilter")

    field: str
    op: str
    value: str | int | bool | list[str]


class SortAnswer(BaseModel):
    """A column by which lines are put in order; lines without a value in it stand last."""

    model_config = ConfigDict(title="ViewSort")

    field: str
    descending: bool


class ViewAnswer(BaseModel):
    """A view as it was last saved."""

    model_config = ConfigDict(title="View", json_schema_extra={"examples": [VIEW]})

    view_id: str
    of: ListName
    name: str
    owner: str = Field(description="The party it was saved for, or else whoever saved it.")
    shared: bool
    columns: list[str]
    filters: list[FilterAnswer]
    sort: list[SortAnswer]
    saved_on: date
    saved_at: str
    event_id: str


class OneViewAnswer(ViewAnswer):
    """A view, and the position it was read at."""

    model_config = ConfigDict(title="OneView", json_schema_extra={"examples": [{**VIEW, "position": 57}]})

    position: int = Field(description="The position the answer was read at.")


class ViewsAnswer(ListAnswer):
    """A page of views, by id."""

    items: list[ViewAnswer]


class LinesAnswer(ListAnswer):
    """A page of the lines that a view shows: the ids of what each is about, and the view's columns."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [LINE], "next": None, "position": 57}]})

    items: list[dict[str, str | int | bool | None]]


class ViewsAsked(Listing):
    """Of which list."""

    of: Annotated[ListName | None, Field(description="Views of this list only.", examples=["opportunities"])] = None


class ViewAsked(Question):
    """Which view is asked for."""

    view_id: ViewId


class LinesAsked(Listing):
    """Which view is run."""

    view_id: ViewId


def seen_by(access: Access) -> str | None:
    """Whose private views a caller sees beside the shared ones: their own; None: everybody's."""
    return None if access.caller.role == "admin" else access.caller.actor


@asks(router, "/v1/views", ViewsAsked, ViewsAnswer, may="sheet", problems=(UNKNOWN_TIME, INVALID_CURSOR))
async def views(asked: ViewsAsked, access: Access) -> Response:
    """The views of lists: those shared, and the caller's own."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[ListView]:
        return kept.views(access.read, at, actor=seen_by(access), of=asked.of, after=after, limit=limit)

    return await listing(access, asked, ask, list_answers.view)


@asks(router, "/v1/views/{view_id}", ViewAsked, OneViewAnswer, may="sheet", problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME))
async def view(asked: ViewAsked, access: Access) -> Response:
    """What one view says: its columns, filters and order."""

    def find() -> Response:
        at = access.moment(asked)
        found = kept.view(access.read, asked.view_id, at, actor=seen_by(access))
        return send({**list_answers.view(found), "position": at.position})

    return await access.run(find)


@asks(
    router,
    "/v1/views/{view_id}/items",
    LinesAsked,
    LinesAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def view_items(asked: LinesAsked, access: Access) -> Response:
    """The lines that a view shows on the day, in its order."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[tuple[ListView, ListRow]]:
        found = kept.view(access.read, asked.view_id, at, actor=seen_by(access))
        rows = shown_by(access.read, found, at)
        return page_of([(key_of(found, row), (found, row)) for row in rows], after, limit)

    return await listing(access, asked, ask, lambda one: list_answers.line(*one))
