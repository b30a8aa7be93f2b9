"""Lists as files: parties, accounts, contacts, leads, opportunities as CSV, whole or as many lines as a view shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field
from starlette.responses import Response

from api.exporting.lists import list_records
from api.http.access import Access
from api.http.exports import documented, file_name, send_csv
from api.http.problem_kinds import MALFORMED, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.problems import Problem
from api.http.questions import Question
from api.http.routes import asks, routes
from api.http.views import ViewId, seen_by
from api.list_files import FILES, FileName
from projections.showing import shown_by
from projections.views import view

router = routes("lists")

EXAMPLE = (
    "account_id,name,parent_account_id,merged_into,opened_on,major_since,attributes,on,position,read_at\r\n"
    "acme,Acme Corporation,,,2026-01-02,,,2026-04-02,57,2026-04-02T09:30:00Z\r\n"
)


class ListFileAsked(Question):
    """Which list, and whether as a view shows it."""

    file: Annotated[
        Literal["parties.csv", "accounts.csv", "contacts.csv", "leads.csv", "opportunities.csv"],
        Field(description="The list.", examples=["accounts.csv"]),
    ]
    view_id: Annotated[ViewId | None, Field(description="Only the lines that this view shows, in its order.")] = None


@asks(
    router,
    "/v1/exports/{file}",
    ListFileAsked,
    None,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
    responses=documented("ListFile", EXAMPLE),
)
async def list_file(asked: ListFileAsked, access: Access) -> Response:
    """A list as CSV with all its fields, its cells safe for spreadsheets; `ledger import csv` reads it back."""

    def find() -> Response:
        at = access.moment(asked)
        of = _list_of(asked.file)
        rows = None
        if asked.view_id is not None:
            chosen = view(access.read, asked.view_id, at, actor=seen_by(access))
            if chosen.data.of != of:
                detail = f"is a view of {chosen.data.of}, not of {of}"
                raise Problem(MALFORMED, f"view_id {detail}.", [{"parameter": "view_id", "detail": detail}])
            rows = shown_by(access.read, chosen, at)
        name = file_name(of, str(at.on), str(at.position), ending="csv")
        return send_csv(list_records(access.read, of, at, rows=rows, instant=datetime.now(UTC)), name, at.position)

    return await access.run(find)


def _list_of(file: str) -> FileName:
    return next(one for one in FILES if file == f"{one}.csv")
