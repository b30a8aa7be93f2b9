"""Streams: the log and the changes of rights, as Server-Sent Events."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any, Literal, cast

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from api.feeds.cloudevents import CHANGE_PREFIX, EVENT_PREFIX, cloud_event
from api.feeds.feeds import ChangeFeed, EventFeed, Feed, Message, Stretch
from api.feeds.own import OwnEventFeed
from api.feeds.sse import MEDIA_TYPE, EventStream, Streams, TooManyStreams, told
from api.feeds.tail import Tail
from api.http.access import Access, access_of
from api.http.changes import FOLLOWING, KindName, LineOfChange, concerns, own_change_feed
from api.http.documents import parameters_of, responses_of
from api.http.events import TypeName
from api.http.paging import not_this_cursor
from api.http.problem_kinds import INVALID_CURSOR, SHUTTING_DOWN, TOO_MANY_STREAMS, UNKNOWN_TIME
from api.http.problems import Problem
from api.http.questions import AccountId, Asked, read
from api.http.routes import may, routes
from api.identity.roles import reach
from ledger.store.errors import PositionAhead
from projections.problems import InvalidCursor, UnknownSubject

router = routes("feeds")

LATEST = "latest"
BEGINNING = "0"
LAST_EVENT_ID = "last-event-id"
PROBLEMS = (*FOLLOWING, SHUTTING_DOWN, TOO_MANY_STREAMS)

From = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.:@+-]{1,256}$"),
    Field(
        description="Begin after this position or cursor: `0` is the beginning, `latest` the present. "
        "The header Last-Event-ID goes before it.",
        examples=["57"],
    ),
]
Format = Annotated[
    Literal["plain", "cloudevents"],
    Field(description="What each message holds: the thing itself, or a CloudEvent around it.", examples=["plain"]),
]


class EventStreamAsked(Asked):
    """What of the log to follow, and from where."""

    after: From = BEGINNING
    account_id: AccountId | None = None
    type: Annotated[TypeName | None, Field(description="Only events of this type.", examples=["forecast_recorded"])] = (
        None
    )
    format: Format = "plain"


class ChangeStreamAsked(Asked):
    """Which changes to follow, and from where."""

    after: From = BEGINNING
    account_id: AccountId | None = None
    line: LineOfChange = None
    kind: Annotated[KindName | None, Field(description="Only changes of this kind.", examples=["line_opened"])] = None
    format: Format = "plain"


def _documented(model: type[Asked], path: str, example: str) -> dict[str, Any]:
    """What OpenAPI says of a stream."""
    header = {
        "name": "Last-Event-ID",
        "in": "header",
        "required": False,
        "description": "The `id` of the last message seen: the stream goes on after it.",
        "schema": {"type": "string", "maxLength": 256},
        "example": "57",
    }
    content = {"schema": {"type": "string"}, "examples": {"a message": {"summary": "a message", "value": example}}}
    return {
        "path": path,
        "methods": ["GET"],
        "response_model": None,
        "response_class": Response,
        "responses": {
            200: {"description": "Messages, for as long as the reader stays.", "content": {MEDIA_TYPE: content}},
            **responses_of(PROBLEMS),
        },
        "openapi_extra": {"parameters": [*parameters_of(model), header]},
    }


@may("feeds", answers_own=True)
async def stream_events(request: Request) -> Response:
    """Follow the log: one message for each event, in the order of recording, its `id` the position.

    Nothing is missed and nothing comes twice: come back with the last `id` in Last-Event-ID, as browsers do by
    themselves. Without news a comment comes every 15 seconds, whose `id` says how far the log was read. The stream
    ends when the server stops. A partner follows its own facts, in its own positions.
    """
    access, asked = access_of(request), read(EventStreamAsked, request)
    types = () if asked.type is None else (asked.type,)
    feed: Feed
    if _is_own(access):
        feed = OwnEventFeed(concerns(access), account_id=asked.account_id, types=types)
    else:
        feed = EventFeed(access.read, account_id=asked.account_id, types=types)
    return await _stream(request, access, feed, asked, EVENT_PREFIX)


@may("feeds", answers_own=True)
async def stream_changes(request: Request) -> Response:
    """Follow the changes of rights: one message for each, as `GET /v1/changes` has them, its `id` the cursor.

    A partner follows those that concern itself, and a line of an account that it asks for.
    """
    access, asked = access_of(request), read(ChangeStreamAsked, request)
    kinds = () if asked.kind is None else (asked.kind,)
    feed: Feed
    if _is_own(access):
        feed = await access.run(own_change_feed, access, asked.account_id, asked.line, kinds)
    else:
        feed = ChangeFeed(access.read, access.settings.zone, account_id=asked.account_id, line=asked.line, kinds=kinds)
    return await _stream(request, access, feed, asked, CHANGE_PREFIX)


router.add_api_route(
    endpoint=stream_events,
    operation_id="stream_events",
    **_documented(EventStreamAsked, "/v1/events/stream", 'id: 57\ndata: {"type":"account_opened", …}\n\n'),
)
router.add_api_route(
    endpoint=stream_changes,
    operation_id="stream_changes",
    **_documented(ChangeStreamAsked, "/v1/changes/stream", 'id: 57:1:acme\ndata: {"change":"line_opened", …}\n\n'),
)


async def _stream(
    request: Request, access: Access, feed: Feed, asked: EventStreamAsked | ChangeStreamAsked, prefix: str
) -> Response:
    tail, streams = cast(Tail, request.app.state.tail), cast(Streams, request.app.state.streams)
    if tail.stopped:
        raise Problem(SHUTTING_DOWN, SHUTTING_DOWN.says)
    try:
        streams.check()
    except TooManyStreams:
        raise Problem(TOO_MANY_STREAMS, f"This server follows for {streams.most} readers already.") from None
    after, position = await access.run(_beginning, request, access, feed, asked)

    def reading(one: Feed, cursor: str, limit: int) -> asyncio.Future[Stretch]:
        return asyncio.ensure_future(access.run(one.read, cursor, limit))

    write = partial(_plain if asked.format == "plain" else _as_cloud_event, access.settings.event_source, prefix)
    return EventStream(told(feed, after, position, tail, streams, reading, write))


def _is_own(access: Access) -> bool:
    return reach(access.caller, "feeds") == "own"


def _beginning(
    request: Request, access: Access, feed: Feed, asked: EventStreamAsked | ChangeStreamAsked
) -> tuple[str, int]:
    """The cursor to begin after, and its position; raises Problem for one that this ledger never gave.

    Who sees only what is its own is not told which accounts there are.
    """
    if asked.account_id is not None and not _is_own(access) and access.read.known("account", asked.account_id) is None:
        raise UnknownSubject("account", asked.account_id)
    header = request.headers.get(LAST_EVENT_ID, "")
    given = header or asked.after
    if given == LATEST and not header:
        given = feed.latest()
    where = {"header": "Last-Event-ID"} if header else {"parameter": "after"}
    try:
        return given, feed.position(given)
    except InvalidCursor:
        if header:
            detail = "is no id that this stream gave"
            raise Problem(INVALID_CURSOR, f"Last-Event-ID {detail}.", [{**where, "detail": detail}]) from None
        raise not_this_cursor() from None
    except PositionAhead as error:
        raise Problem(
            UNKNOWN_TIME, f"The place to begin is ahead: {error}", [{**where, "detail": str(error)}]
        ) from None


def _plain(_source: str, _prefix: str, message: Message) -> str:
    return message.body


def _as_cloud_event(source: str, prefix: str, message: Message) -> str:
    return cloud_event(message, source, prefix)
