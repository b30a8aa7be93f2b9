"""Batches: a page of the log as CloudEvents 1.0, for readers that accept their JSON batch format.

The batch is the events alone: where the page ends and at which position it was read stand in headers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.feeds.cloudevents import EVENT_PREFIX, cloud_event
from api.feeds.feeds import message_of_event
from api.http.event_documents import POSITION_HEADER

BATCH = "application/cloudevents-batch+json"

_EXAMPLE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
    "source": "urn:rights-ledger",
    "type": "rights-ledger.event.account_elevated",
    "time": "2026-04-02T09:30:00.000000Z",
    "datacontenttype": "application/json",
    "sequence": "0000000000000000057",
    "subject": "acme",
    "data": {"type": "account_elevated", "account_id": "acme", "position": 57},
}
_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            **{name: {"type": "string"} for name in ("id", "source", "type", "subject", "datacontenttype", "sequence")},
            "time": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "description": "The event, as in the page of JSON."},
        },
    },
}
DOCUMENTED: dict[str, Any] = {
    "headers": {
        POSITION_HEADER: {
            "description": "Of a batch: the position the answer was read at.",
            "schema": {"type": "integer"},
        },
        "Link": {"description": 'Of a batch: the next page (`rel="next"`).', "schema": {"type": "string"}},
    },
    "content": {BATCH: {"schema": _SCHEMA, "examples": {"a batch": {"summary": "a batch", "value": [_EXAMPLE]}}}},
}
"""What OpenAPI says of an answer that is also had as a batch."""


def is_wanted(request: Request) -> bool:
    """Whether the request accepts a batch by name, and does not rate plain JSON higher."""
    rated = dict(_rated(one) for given in request.headers.getlist("accept") for one in given.split(","))
    return rated.get(BATCH, 0.0) > 0.0 and rated[BATCH] >= rated.get("application/json", 0.0)


def send_batch(request: Request, bodies: Iterable[str], following: str | None, position: int, source: str) -> Response:
    """The events as one batch, with a link to the page that follows."""
    events = (cloud_event(message_of_event(orjson.loads(one), one), source, EVENT_PREFIX) for one in bodies)
    headers = {POSITION_HEADER: str(position), "Vary": "Accept"}
    if following is not None:
        there = request.url.include_query_params(after=following)
        headers["Link"] = f'<{there.path}?{there.query}>; rel="next"'
    return Response(f"[{','.join(events)}]".encode(), media_type=BATCH, headers=headers)


def _rated(accepted: str) -> tuple[str, float]:
    """A media type of an Accept header, and how much it is wanted (RFC 9110, 12.5.1)."""
    name, *parameters = (part.strip().lower() for part in accepted.split(";"))
    quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    try:
        return name, float(quality)
    except ValueError:
        return name, 0.0
