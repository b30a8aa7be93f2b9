"""Simulations: what events, retractions and figures would change. Nothing is recorded, and no writer waits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from zlib import crc32

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.access import Access, access_of
from api.http.bodies import parse, read_body
from api.http.differences import DIFFERENCE, DifferenceAnswer, page_of, taking_turns
from api.http.documents import body_of, parameters_of, responses_of
from api.http.event_documents import example_of
from api.http.paging import ListAnswer, not_this_cursor, read_cursor, write_cursor
from api.http.problem_kinds import (
    ALREADY_EXISTS,
    ALREADY_WITHDRAWN,
    BODY_TOO_LARGE,
    EVENT_ID_REUSED,
    INVALID_CURSOR,
    MALFORMED,
    NOT_ALLOWED,
    RULE_REFUSED,
    UNKNOWN_REFERENCE,
    UNKNOWN_SUBJECT,
    UNKNOWN_TIME,
    UNSUPPORTED_MEDIA_TYPE,
)
from api.http.problems import Problem
from api.http.questions import MOST_ITEMS, KnownAt, Listing, On, read, read_value
from api.http.routes import may, routes
from api.http.sending import send
from ledger.events.catalogue import EVENT_TYPES
from ledger.events.figures import FigureName, FigureValue
from ledger.identifiers import EventId, Identifier
from ledger.store.errors import KnownAtAhead
from projections.problems import UnknownSubject
from projections.simulation.simulating import Simulation
from projections.simulation.supposing import Supposition
from projections.submissions import MOST_EVENTS

router = routes("what if")

REFUSALS = (
    UNKNOWN_REFERENCE,
    RULE_REFUSED,
    ALREADY_EXISTS,
    EVENT_ID_REUSED,
    ALREADY_WITHDRAWN,
    NOT_ALLOWED,
    UNKNOWN_SUBJECT,
    UNKNOWN_TIME,
    INVALID_CURSOR,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
)
"""What a simulation may be refused for: what a recording would be, and what a question would be."""

EXAMPLES: dict[str, Any] = {
    "a shorter grace for all accounts": {
        "figures": [{"figure": "grace_days", "value": 60, "effective_on": "2026-05-01"}],
        "on": "2026-07-01",
    },
    "a reassignment": {"events": [example_of(EVENT_TYPES["opportunity_reassigned"])], "on": "2026-05-01"},
    "without an event": {"without": ["018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"], "accounts": ["acme"]},
}


class FigureInBody(BaseModel):
    """A figure as it is supposed to be from a day on."""

    model_config = ConfigDict(title="FigureSupposed", frozen=True, extra="forbid")

    figure: FigureName
    value: FigureValue
    effective_on: On | None = Field(default=None, description="From which day on (default: today).")


class SimulationInBody(BaseModel):
    """What is supposed: events left out, then figures changed, then events added. At least one, at most 10,000."""

    model_config = ConfigDict(title="Supposition", frozen=True, extra="forbid")

    events: Annotated[
        list[dict[str, Any]],
        Field(max_length=MOST_EVENTS, description="Events to add, in order, as they would be sent to be recorded."),
    ] = []
    without: Annotated[
        list[EventId],
        Field(max_length=MOST_EVENTS, description="Ids of recorded events to leave out, as if they were retracted."),
    ] = []
    figures: Annotated[list[FigureInBody], Field(max_length=MOST_EVENTS, description="Figures to change.")] = []
    accounts: Annotated[
        list[Identifier] | None,
        Field(
            min_length=1,
            max_length=MOST_ITEMS,
            description="Compare only these accounts (default: all that are concerned).",
        ),
    ] = None
    on: On | None = None
    known_at: KnownAt | None = None

    def supposition(self) -> Supposition:
        """What is supposed, as it is tried out."""
        figures = [one.model_dump(mode="json", exclude_none=True) for one in self.figures]
        return Supposition(self.events, self.without, figures)


class SimulationAnswer(ListAnswer):
    """A page of the accounts on which something would be different, by account id. Nothing was recorded."""

    model_config = ConfigDict(
        title="Simulation",
        json_schema_extra={
            "examples": [
                {
                    "items": [DIFFERENCE],
                    "on": "2026-07-01",
                    "compared": 85,
                    "unchanged": 84,
                    "next": None,
                    "position": 57,
                }
            ]
        },
    )

    items: list[DifferenceAnswer]
    on: date = Field(description="The day on which verdicts and obligations are compared.")
    compared: int = Field(description="How many accounts were compared for this page.")
    unchanged: int = Field(description="How many of them would stay as they are.")


class _Walk(Listing):
    """A page of a simulation; the body belongs to the question that a cursor goes on with."""

    body: int


@router.post(
    "/v1/simulations",
    response_model=SimulationAnswer,
    responses=responses_of(REFUSALS),
    openapi_extra={
        "parameters": parameters_of(Listing),
        "requestBody": body_of("SimulationInBody", EXAMPLES),
    },
    operation_id="simulate",
)
@may("simulate")
async def simulate(request: Request) -> Response:
    """What if? The difference that events, retractions and figures would make to rights, verdicts and obligations.

    Account by account, before and after. Events are checked and refused as if they were recorded now (or at
    `known_at`), with pointers into this body. A page may have fewer items than `limit`, even none; while `next` is
    not null, send the same body again `after` it.
    """
    access, asked = access_of(request), read(Listing, request)
    body = await parse(await read_body(request, access.settings.max_body_bytes))
    given = read_value(SimulationInBody, body)
    if not (given.events or given.without or given.figures):
        raise _nothing_supposed()
    walk = _Walk.model_construct(
        on=given.on or asked.on,
        known_at=asked.known_at if given.known_at is None else given.known_at,
        limit=asked.limit,
        after=asked.after,
        body=crc32(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)),
    )
    async with taking_turns(request):
        return await access.run(_page, walk, given, access)


def _page(walk: _Walk, given: SimulationInBody, access: Access) -> Response:
    place = None if walk.after is None else read_cursor(walk.after, walk)
    try:
        at = access.moment(walk if place is None else place.pinned(walk))
    except KnownAtAhead as error:
        if given.known_at is None:
            raise
        raise Problem(UNKNOWN_TIME, str(error), [{"pointer": "/known_at", "detail": str(error)}]) from error
    if place is not None and at.position != place.position:
        raise not_this_cursor()
    today, after = access.ledger.today(), ""
    if place is not None:
        day, _, after = place.key.partition(" ")
        today = date.fromisoformat(day)  # what is not dated means the same day on every page
    try:
        simulation = Simulation(
            access.read, given.supposition(), at, today=today, actor=access.caller.actor, accounts=given.accounts
        )
    except UnknownSubject as error:
        raise _at_its_place(error, given.accounts or []) from error
    found = page_of(simulation, after, walk.limit)
    following = None if found.next is None else write_cursor(walk, at, f"{today} {found.next}")
    return send(
        {
            "items": found.items,
            "on": at.on,
            "compared": found.compared,
            "unchanged": found.unchanged,
            "next": following,
            "position": at.position,
        }
    )


def _nothing_supposed() -> Problem:
    detail = "must have an event to add, one to leave out, or a figure to change"
    return Problem(MALFORMED, f"The body {detail}.", [{"pointer": "", "detail": detail}])


def _at_its_place(error: UnknownSubject, accounts: list[str]) -> Problem:
    pointer = f"/accounts/{accounts.index(error.id)}"
    detail = f"names the {error.kind} {error.id!r}, which the ledger does not know"
    return Problem(UNKNOWN_SUBJECT, f"{pointer} {detail}.", [{"pointer": pointer, "detail": detail}])
