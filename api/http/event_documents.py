"""What OpenAPI says of events: an example of every type, and the answers that hold them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.http.differences import DIFFERENCE, DifferenceAnswer
from api.http.documents import REFERENCE
from api.http.paging import ListAnswer
from api.http.residual_documents import ImpactAnswer
from ledger.events.base import Event
from ledger.events.catalogue import EVENT_TYPES

RECORDED: dict[str, Any] = {
    "position": 57,
    "recorded_at": "2026-01-10T09:30:00.000000Z",
    "actor": "sales_ops/sub:ada@example.com",
    "schema_version": 1,
}
"""What the ledger adds to an event, by way of example."""

RECORDED_SCHEMAS: dict[str, Any] = {
    "position": {"type": "integer", "readOnly": True, "description": "Its place in the log: 1, 2, 3, …"},
    "recorded_at": {
        "type": "string",
        "format": "date-time",
        "readOnly": True,
        "description": "When the ledger recorded it (UTC).",
    },
    "actor": {"type": "string", "readOnly": True, "description": "Who recorded it."},
    "schema_version": {"type": "integer", "readOnly": True, "description": "The version its data was written in."},
}
"""The same as JSON Schema: sent by the ledger, and not taken from clients."""

EVENT_ID = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"


def example_of(event_class: type[Event]) -> dict[str, Any]:
    """The example that a type of event carries."""
    extra = event_class.model_config["json_schema_extra"]
    examples: list[dict[str, Any]] = extra["examples"]  # type: ignore[assignment, index]
    return examples[0]


EXAMPLES: dict[str, Any] = {
    **{name: {"events": [example_of(one)]} for name, one in EVENT_TYPES.items() if not one.system_only},
    "a batch that expects": {
        "events": [example_of(EVENT_TYPES["forecast_recorded"])],
        "expected_position": {"acme": 41},
    },
}
"""A request for every type of event that clients record."""

_RECORDED_EXAMPLE = {**example_of(EVENT_TYPES["forecast_recorded"]), "event_id": EVENT_ID, **RECORDED}


POSITION_HEADER = "Ledger-Position"

ONE_EVENT: dict[str, Any] = {
    "description": "The event as it was recorded.",
    "headers": {
        POSITION_HEADER: {"description": "The position the answer was read at.", "schema": {"type": "integer"}}
    },
    "content": {
        "application/json": {
            "schema": {"$ref": REFERENCE.format(model="Event")},
            "examples": {"a forecast": {"summary": "a forecast", "value": _RECORDED_EXAMPLE}},
        }
    },
}
"""What OpenAPI says of the answer that is one event."""

_DRY_RUN_EXAMPLE: dict[str, Any] = {
    "events": [_RECORDED_EXAMPLE],
    "position": 57,
    "changes": [DIFFERENCE],
    "compared": 1,
    "unchanged": 0,
    "complete": True,
}


class RecordedAnswer(BaseModel):
    """The events as they were recorded, in the order sent, and the position of the last."""

    model_config = ConfigDict(
        title="Recorded", json_schema_extra={"examples": [{"events": [_RECORDED_EXAMPLE], "position": 57}]}
    )

    events: list[Any]
    position: int
    impact: ImpactAnswer | None = Field(
        default=None, description="What a move or a correction did to residual revenue; absent where it is nothing."
    )


class DryRunAnswer(BaseModel):
    """What would be recorded, and what would be different, account by account. Nothing was recorded."""

    model_config = ConfigDict(title="DryRun", json_schema_extra={"examples": [_DRY_RUN_EXAMPLE]})

    events: list[Any]
    position: int
    changes: list[DifferenceAnswer] = Field(description="The accounts on which something would be different, by id.")
    compared: int = Field(description="How many accounts were compared.")
    unchanged: int = Field(description="How many of them would stay as they are.")
    complete: bool = Field(description="Whether all were compared; if not, POST /v1/simulations goes on page by page.")


class LogAnswer(ListAnswer):
    """A page of the log."""

    model_config = ConfigDict(
        title="Log", json_schema_extra={"examples": [{"items": [_RECORDED_EXAMPLE], "next": None, "position": 57}]}
    )

    items: list[Any]
