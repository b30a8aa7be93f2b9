"""Webhooks: subscriptions to events or to changes of rights, sent by the Standard Webhooks specification."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api.answers import Answer, delivery, own_webhook, webhook
from api.http.access import Access, access_of
from api.http.bodies import parse, read_body
from api.http.documents import body_of, parameters_of, responses_of
from api.http.own import MOST_DIGITS, NOT_YOURS, view
from api.http.paging import not_this_cursor
from api.http.problem_kinds import (
    BODY_TOO_LARGE,
    INVALID_CURSOR,
    LEDGER_FULL,
    LEDGER_READ_ONLY,
    MALFORMED,
    NOT_ALLOWED,
    TOO_MANY_WEBHOOKS,
    UNKNOWN_SUBJECT,
    UNSUPPORTED_MEDIA_TYPE,
)
from api.http.problems import Problem, not_allowed
from api.http.questions import Asked, Cursor, Limit, Question, read, read_value
from api.http.routes import Own, asks, may, routes
from api.http.sending import send
from api.http.webhook_documents import (
    SUBSCRIPTION,
    Beginning,
    DeliveriesAnswer,
    FeedName,
    FormatName,
    OwnSecretAnswer,
    OwnWebhookAnswer,
    OwnWebhooksAnswer,
    SecretAnswer,
    WebhookAnswer,
    WebhookId,
    WebhooksAnswer,
)
from api.identity.roles import reach
from api.identity.sealing import Seal
from api.webhooks.subscribing import NotTaken, TooMany, beginning, subscribe
from api.webhooks.subscriptions import EVENTS, Subscription, Subscriptions, Wish
from ledger.events.catalogue import EVENT_TYPES
from ledger.identifiers import Identifier
from policies.changes import CHANGES
from projections.changes import Place

router = routes("webhooks")

WRITING = (BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, LEDGER_FULL, LEDGER_READ_ONLY)


class NewWebhook(BaseModel):
    """Where to send what."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    url: Annotated[str, Field(max_length=2_048, description="Where to send it.", examples=[SUBSCRIPTION["url"]])]
    feed: Annotated[FeedName, Field(description="Events as recorded, or changes of rights.")] = "events"
    format: Annotated[
        FormatName,
        Field(description="The body: as Standard Webhooks has it, or a CloudEvent 1.0. Both are signed alike."),
    ] = "plain"
    kinds: Annotated[
        list[Annotated[str, Field(json_schema_extra={"enum": [*EVENT_TYPES, *CHANGES]})]],
        Field(max_length=100, description="Only these types of events or kinds of changes; all if empty."),
    ] = []
    account_id: Annotated[Identifier | None, Field(description="Only what is on this account.")] = None
    line: Annotated[
        Identifier | None,
        Field(
            description="Only changes on this line. A partner's that names an account too is told when the line opens, "
            "whatever it has to do with it."
        ),
    ] = None
    party_id: Annotated[
        Identifier | None,
        Field(description="Whom it is for, if it is to be told only what is its own; a partner's always is its own."),
    ] = None
    description: Annotated[str, Field(max_length=500)] = ""
    after: Beginning = "latest"


class Replay(BaseModel):
    """From where to send again."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    after: Beginning


class WebhookAsked(Asked):
    """Which webhook."""

    webhook_id: WebhookId


class DeliveriesAsked(WebhookAsked):
    """Which of its deliveries."""

    outcome: Annotated[
        Literal["delivered", "failed", "dead"] | None,
        Field(description="Only attempts that came to this.", examples=["dead"]),
    ] = None
    limit: Limit = 100
    after: Cursor | None = None


def whose(access: Access) -> str | None:
    """The party of a caller who sees only what is its own; None for one who sees every webhook."""
    return None if reach(access.caller, "webhooks") == "all" else access.caller.party_id


def writing(request: Request) -> Access:
    """The ledger, for a caller whose token or key may change something. Raises Problem."""
    access = access_of(request)
    if not access.caller.may_write:
        raise not_allowed(access.caller)
    return access


def found_of(asked: WebhookAsked, access: Access) -> Subscription:
    """The webhook asked for. Raises UnknownSubject, the same for another's and for none."""
    return Subscriptions(access.ledger.store).one(asked.webhook_id, whose(access))


def told(one: Subscription, access: Access) -> Answer:
    """A subscription as the caller is told it."""
    return webhook(one) if whose(access) is None else own_webhook(one)


@router.post(
    "/v1/webhooks",
    status_code=201,
    response_model=SecretAnswer | OwnSecretAnswer,
    responses=responses_of((*WRITING, TOO_MANY_WEBHOOKS)),
    openapi_extra={"requestBody": body_of("NewWebhook", {"changes": {"url": SUBSCRIPTION["url"], "feed": "changes"}})},
    operation_id="add_webhook",
)
@may("webhooks", answers_own=True)
async def add_webhook(request: Request) -> Response:
    """Subscribe a URL to events, or to changes of rights. The answer shows the secret, this once.

    Messages are signed by the Standard Webhooks specification and come at least once, in order. A failed one is tried
    again, later and later, and given up in the end; after several of these the webhook is disabled. The URL must be
    http or https and lead to a public address. A partner subscribes for itself, and is told what is its own.
    """
    access = writing(request)
    asked = read_value(NewWebhook, await parse(await read_body(request, access.settings.max_body_bytes)))
    return await access.run(_add, asked, access)


def _add(asked: NewWebhook, access: Access) -> Response:
    party_id = whose(access)
    if party_id is not None and asked.party_id not in (None, party_id):
        raise Problem(NOT_ALLOWED, NOT_YOURS)
    wish = Wish(
        asked.url,
        asked.feed,
        tuple(asked.kinds),
        account_id=asked.account_id,
        line=asked.line,
        party_id=party_id or asked.party_id,
        description=asked.description,
        after=asked.after,
        format=asked.format,
    )
    try:
        made = subscribe(access.ledger, wish, owner=access.caller.actor, by=party_id)
    except NotTaken as error:
        raise _not_taken(error) from None
    return send({**told(made, access), "secret": made.secret}, 201)


def _not_taken(error: NotTaken) -> Problem:
    if isinstance(error, TooMany):
        return Problem(TOO_MANY_WEBHOOKS, f"{error.detail.capitalize()}.")
    return Problem(MALFORMED, f"{error.pointer} {error.detail}", [{"pointer": error.pointer, "detail": error.detail}])


def _own_webhooks(_asked: Asked, access: Access) -> Response:
    return _webhooks(access, view(Question(), access).position)


def _webhooks(access: Access, position: int) -> Response:
    found = [told(one, access) for one in Subscriptions(access.ledger.store).all(whose(access))]
    return send({"items": found, "next": None, "position": position})


@asks(router, "/v1/webhooks", Asked, WebhooksAnswer, may="webhooks", own=Own(_own_webhooks, OwnWebhooksAnswer))
async def webhooks(_asked: Asked, access: Access) -> Response:
    """All webhooks, and how they stand. A partner is told its own."""
    return await access.run(lambda: _webhooks(access, access.read.head().position))


def _webhook(asked: WebhookAsked, access: Access) -> Response:
    return send(told(found_of(asked, access), access))


@asks(
    router,
    "/v1/webhooks/{webhook_id}",
    WebhookAsked,
    WebhookAnswer,
    may="webhooks",
    own=Own(_webhook, OwnWebhookAnswer),
    problems=(UNKNOWN_SUBJECT,),
)
async def one_webhook(asked: WebhookAsked, access: Access) -> Response:
    """A webhook, and how it stands."""
    return await access.run(_webhook, asked, access)


@router.delete(
    "/v1/webhooks/{webhook_id}",
    response_model=WebhookAnswer | OwnWebhookAnswer,
    responses=responses_of((UNKNOWN_SUBJECT, LEDGER_FULL, LEDGER_READ_ONLY)),
    openapi_extra={"parameters": parameters_of(WebhookAsked, "/v1/webhooks/{webhook_id}")},
    operation_id="remove_webhook",
)
@may("webhooks", answers_own=True)
async def remove_webhook(request: Request) -> Response:
    """Unsubscribe: nothing more is sent, and the log of its deliveries goes too. The answer is what it was."""
    access, asked = writing(request), read(WebhookAsked, request)

    def remove() -> Response:
        gone = found_of(asked, access)
        Subscriptions(access.ledger.store).remove(gone.webhook_id)
        return send(told(gone, access))

    return await access.run(remove)


def _deliveries(asked: DeliveriesAsked, access: Access) -> Response:
    """The deliveries, with places as the caller may be told them."""
    place: Callable[[str], str] = str
    position = access.read.head().position
    subscription = found_of(asked, access)
    if (party_id := whose(access)) is not None:
        belongings = view(Question(), access).belongings
        position = belongings.own_position
        if subscription.feed == EVENTS:
            place = lambda cursor: str(belongings.own(int(cursor)))  # noqa: E731
        else:
            seal = Seal(access.ledger.store, party_id)
            place = lambda cursor: seal.close(Place.of(cursor))  # noqa: E731
    before = None if asked.after is None else _number(asked.after)
    found = Subscriptions(access.ledger.store).deliveries(
        asked.webhook_id, outcome=asked.outcome, before=before, limit=asked.limit + 1
    )
    following = str(found[asked.limit - 1].number) if len(found) > asked.limit else None
    items = [{**delivery(one), "after": place(one.cursor)} for one in found[: asked.limit]]
    return send({"items": items, "next": following, "position": position})


def _number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > MOST_DIGITS:
        raise not_this_cursor()
    return int(cursor)


@asks(
    router,
    "/v1/webhooks/{webhook_id}/deliveries",
    DeliveriesAsked,
    DeliveriesAnswer,
    may="webhooks",
    own=Own(_deliveries, DeliveriesAnswer),
    problems=(UNKNOWN_SUBJECT, INVALID_CURSOR),
)
async def webhook_deliveries(asked: DeliveriesAsked, access: Access) -> Response:
    """Every attempt of the last thousand, the latest first, and the messages that were given up."""
    return await access.run(_deliveries, asked, access)


@router.post(
    "/v1/webhooks/{webhook_id}/replay",
    response_model=WebhookAnswer | OwnWebhookAnswer,
    responses=responses_of((*WRITING, UNKNOWN_SUBJECT)),
    openapi_extra={
        "parameters": parameters_of(WebhookAsked, "/v1/webhooks/{webhook_id}"),
        "requestBody": body_of("Replay", {"from a position": {"after": "41"}}),
    },
    operation_id="replay_webhook",
)
@may("webhooks", answers_own=True)
async def replay_webhook(request: Request) -> Response:
    """Send everything after a place again; one that was disabled works again. Messages keep their webhook-id."""
    access, asked = writing(request), read(WebhookAsked, request)
    body = read_value(Replay, await parse(await read_body(request, access.settings.max_body_bytes)))

    def replay() -> Response:
        subscription = found_of(asked, access)
        try:
            cursor = beginning(access.ledger, subscription, body.after, whose(access))
        except NotTaken as error:
            raise _not_taken(error) from None
        return send(told(Subscriptions(access.ledger.store).replay(subscription.webhook_id, cursor), access))

    return await access.run(replay)


@router.post(
    "/v1/webhooks/{webhook_id}/secret/rotate",
    response_model=SecretAnswer | OwnSecretAnswer,
    responses=responses_of((UNKNOWN_SUBJECT, LEDGER_FULL, LEDGER_READ_ONLY)),
    openapi_extra={"parameters": parameters_of(WebhookAsked, "/v1/webhooks/{webhook_id}")},
    operation_id="rotate_webhook_secret",
)
@may("webhooks", answers_own=True)
async def rotate_webhook_secret(request: Request) -> Response:
    """A new secret. For a day messages carry the signatures of both, so that receivers can change over in peace."""
    access, asked = writing(request), read(WebhookAsked, request)

    def rotate() -> Response:
        made = Subscriptions(access.ledger.store).rotate(found_of(asked, access).webhook_id)
        return send({**told(made, access), "secret": made.secret})

    return await access.run(rotate)
