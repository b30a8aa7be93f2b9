"""Events: the only way in, and the log as it was recorded."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from api.answers import impact
from api.http import batches, own_facts
from api.http.access import Access, access_of
from api.http.bodies import parse, read_body
from api.http.differences import page_of, taking_turns
from api.http.documents import body_of, parameters_of, responses_of
from api.http.event_documents import EXAMPLES, ONE_EVENT, POSITION_HEADER, DryRunAnswer, LogAnswer, RecordedAnswer
from api.http.own_models import OwnEventAnswer, OwnLogAnswer, OwnRecordedAnswer
from api.http.paging import not_this_cursor
from api.http.problem_kinds import (
    ALREADY_EXISTS,
    ALREADY_WITHDRAWN,
    BODY_TOO_LARGE,
    EVENT_ID_REUSED,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_CURSOR,
    LEDGER_FULL,
    LEDGER_READ_ONLY,
    MALFORMED,
    NOT_ALLOWED,
    OUTCOME_UNKNOWN,
    POSITION_CONFLICT,
    RULE_REFUSED,
    SHUTTING_DOWN,
    UNKNOWN_REFERENCE,
    UNKNOWN_SUBJECT,
    UNKNOWN_TIME,
    UNSUPPORTED_MEDIA_TYPE,
)
from api.http.problems import Problem, not_allowed
from api.http.questions import MOST_ITEMS, AccountId, Asked, Flag, Listing, Question, read, read_value
from api.http.routes import Own, asks, may, routes
from api.http.sending import send_raw, send_raw_list
from api.identity.partners import check_batch
from api.identity.recording import check_contents, check_types
from api.identity.roles import reach
from ledger.events.catalogue import EVENT_TYPES
from ledger.identifiers import EventId, Identifier
from ledger.store import Stored
from projections.asking import Moment
from projections.impact import moved_by
from projections.problems import UnknownSubject
from projections.recording import MOST_EVENTS, SCHEDULER, Submission
from projections.simulation.simulating import Simulation
from projections.simulation.supposing import Supposition

router = routes("events")

REFUSALS = (
    UNKNOWN_REFERENCE,
    IDEMPOTENCY_KEY_REUSED,
    RULE_REFUSED,
    ALREADY_EXISTS,
    EVENT_ID_REUSED,
    POSITION_CONFLICT,
    ALREADY_WITHDRAWN,
    NOT_ALLOWED,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    LEDGER_FULL,
    LEDGER_READ_ONLY,
    OUTCOME_UNKNOWN,
    SHUTTING_DOWN,
)
"""What events may be refused for."""

PAGE_BYTES = 4 * 2**20
"""A page of the log ends early when it has become as large as this."""

SUB_PAGE = 50
MOST_KEY_LENGTH = 255


def _read_type(value: str) -> str:
    if value not in EVENT_TYPES:
        raise PydanticCustomError("type", "must be the name of a type of event")
    return value


TypeName = Annotated[str, AfterValidator(_read_type), WithJsonSchema({"type": "string", "enum": list(EVENT_TYPES)})]


class RecordingAsked(Asked):
    """Whether to record, or just to tell."""

    dry_run: Annotated[
        Flag, Field(description="Record nothing, and answer what would be recorded and what it would change.")
    ] = False


class LogAsked(Listing):
    """Which part of the log."""

    account_id: AccountId | None = None
    type: Annotated[TypeName | None, Field(description="Only events of this type.", examples=["forecast_recorded"])] = (
        None
    )


class EventAsked(Question):
    """Which event."""

    event_id: Annotated[EventId, Field(description="An event.", examples=["018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"])]


class Batch(BaseModel):
    """Events to be recorded, all of them in their order, or none."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    events: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_EVENTS)]
    expected_position: Annotated[
        dict[Identifier, Annotated[int, Field(ge=0, le=2**63 - 1)]] | None,
        Field(
            default=None,
            max_length=MOST_EVENTS,
            description="By account: refuse the batch if the account has an event past this position.",
            examples=[{"acme": 41}],
        ),
    ]


@router.post(
    "/v1/events",
    status_code=201,
    response_model=RecordedAnswer | OwnRecordedAnswer,
    responses={
        200: {"description": "What would be recorded (dry_run).", "model": DryRunAnswer},
        **responses_of(REFUSALS),
    },
    openapi_extra={
        "parameters": [
            *parameters_of(RecordingAsked),
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key with the same body is recorded once, and answered alike every time.",
                "schema": {"type": "string", "minLength": 1, "maxLength": MOST_KEY_LENGTH},
                "example": "7d7e2a6c-import-17",
            },
        ],
        "requestBody": body_of("Batch", EXAMPLES),
    },
    operation_id="record_events",
)
@may("record")
async def record_events(request: Request) -> Response:
    """Record events: 1 to 10,000, of any accounts, all in their order or none.

    `effective_on` defaults to today. An event with an `event_id` that was recorded before is answered as it was then.
    With `dry_run=true` nothing is recorded, and the answer tells what would change.
    """
    access, asked = access_of(request), read(RecordingAsked, request)
    key = _idempotency_key(request)
    body = await read_body(request, access.settings.max_body_bytes)
    batch = read_value(Batch, await parse(body))
    caller = access.caller
    if check_types(caller, batch.events):
        await access.run(check_contents, caller, batch.events, access.read, access.ledger.today())
    if caller.role == "partner":
        if asked.dry_run or batch.expected_position is not None:
            raise not_allowed(caller)  # both would tell of what others record
        await access.run(check_batch, caller, batch.events, access.read, access.ledger.today())
    if asked.dry_run:
        async with taking_turns(request):
            return await access.run(_dry_run, batch, access)
    receipt = await access.record(
        Submission(
            events=batch.events,
            actor=caller.actor,
            idempotency_key=key and f"{caller.actor} {key}",  # nobody meets another's keys
            request_hash=sha256(body).digest(),
            expected_position=batch.expected_position,
            by_scheduler=caller.role == "scheduler",
        )
    )
    if caller.role == "partner":
        ids = [orjson.loads(one)["event_id"] for one in receipt.events]
        return await access.run(own_facts.recorded, receipt.position, ids, access)
    told: dict[str, Any] = {"position": receipt.position}
    if moved := await access.run(moved_by, access.read, receipt.facts):
        told["impact"] = impact(moved)
    return send_raw_list("events", receipt.events, told, 201)


def _dry_run(batch: Batch, access: Access) -> Response:
    """What would be recorded and what would be different, found beside the writer and not in its place."""
    today = access.ledger.today()
    simulation = Simulation(
        access.read,
        Supposition(batch.events),
        Moment(today, access.read.head().position),
        today=today,
        actor=SCHEDULER if access.caller.role == "scheduler" else access.caller.actor,
        expected_position=batch.expected_position,
    )
    found = page_of(simulation, "", MOST_ITEMS)
    told = {
        "position": simulation.position,
        "changes": found.items,
        "compared": found.compared,
        "unchanged": found.unchanged,
        "complete": found.next is None,
    }
    return send_raw_list("events", simulation.events, told)


@router.get(
    "/v1/events",
    response_model=LogAnswer | OwnLogAnswer,
    responses={200: batches.DOCUMENTED, **responses_of((UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR))},
    openapi_extra={"parameters": parameters_of(LogAsked)},
    operation_id="log",
)
@may("log", answers_own=True)
async def log(request: Request) -> Response:
    """The log in the order of recording: every event as it was recorded, of one account or one type if asked.

    The cursor is a position: to follow the log, ask again `after` the position of the last event seen. A page of large
    events ends early. With `on`, events that take effect later are left out, and a page may have fewer than `limit`.
    With `Accept: application/cloudevents-batch+json` the page is a batch of CloudEvents, and headers tell what follows.
    """
    access, asked = access_of(request), read(LogAsked, request)
    find = own_facts.log if reach(access.caller, "log") == "own" else _log
    bodies, following, position = await access.run(find, asked, access)
    if batches.is_wanted(request):
        return batches.send_batch(request, bodies, following, position, access.settings.event_source)
    page = send_raw_list("items", bodies, {"next": following, "position": position})
    page.headers["Vary"] = "Accept"
    return page


def _log(asked: LogAsked, access: Access) -> own_facts.LogPage:
    after = 0
    if asked.after is not None:
        if not asked.after.isdecimal() or len(asked.after) > 18:
            raise not_this_cursor()
        after = int(asked.after)
    position = access.moment(asked).position
    if asked.account_id is not None and after == 0 and not access.read.page(account_id=asked.account_id, limit=1):
        raise UnknownSubject("account", asked.account_id)
    found, more = _page(asked, after, position, access)
    following = str(found[-1].position) if more else None
    if asked.on is not None:
        found = [one for one in found if _effective_on(one) <= asked.on.isoformat()]
    return own_facts.LogPage([one.body for one in found], following, position)


def _page(asked: LogAsked, after: int, position: int, access: Access) -> tuple[list[Stored], bool]:
    """A page of the log, and whether anything follows it."""
    found: list[Stored] = []
    size = 0
    while True:
        wanted = min(asked.limit - len(found), SUB_PAGE) + 1
        part = access.read.page(after=after, limit=wanted, account_id=asked.account_id, type=asked.type, up_to=position)
        more = len(part) == wanted
        found += part[: wanted - 1]
        size += sum(len(one.body) for one in part)
        if not more or len(found) == asked.limit or size > PAGE_BYTES:
            return found, more
        after = found[-1].position


@asks(
    router,
    "/v1/events/{event_id}",
    EventAsked,
    None,
    may="log",
    own=Own(own_facts.event, OwnEventAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
    responses={200: ONE_EVENT},
)
async def event(asked: EventAsked, access: Access) -> Response:
    """One event as it was recorded. The header Ledger-Position says which position the answer was read at."""
    return await access.run(_event, asked, access)


def _event(asked: EventAsked, access: Access) -> Response:
    position = access.moment(asked).position
    found = access.read.event(asked.event_id)
    if found is None or found.position > position:
        raise UnknownSubject("event", asked.event_id)
    if asked.on is not None and _effective_on(found) > asked.on.isoformat():
        raise UnknownSubject("event", asked.event_id)
    return send_raw(found.body, {POSITION_HEADER: str(position)})


def _effective_on(stored: Stored) -> str:
    effective_on: str = orjson.loads(stored.body)["effective_on"]
    return effective_on


def _idempotency_key(request: Request) -> str | None:
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) == 1 and 0 < len(given[0]) <= MOST_KEY_LENGTH and given[0].isascii() and given[0].isprintable():
        return given[0]
    detail = f"must be given once, with 1 to {MOST_KEY_LENGTH} printable ASCII characters"
    raise Problem(MALFORMED, f"Idempotency-Key {detail}", [{"header": "Idempotency-Key", "detail": detail}])
