"""Webhooks as they are told: the models of the answers, with examples."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.http.own_models import example
from api.http.paging import ListAnswer

WEBHOOK_ID = "7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11"
OWN_SUBSCRIPTION: dict[str, Any] = {
    "webhook_id": WEBHOOK_ID,
    "url": "https://example.com/hooks/ledger",
    "description": "Tells the portal",
    "feed": "changes",
    "format": "plain",
    "kinds": ["line_opened", "right_lapsed"],
    "account_id": None,
    "line": None,
    "status": "active",
    "status_reason": None,
    "created_at": "2026-04-02T09:30:00.000000Z",
    "failed_attempts": 0,
    "next_attempt_at": None,
    "delivered_at": "2026-04-02T09:31:00.000000Z",
}
SUBSCRIPTION: dict[str, Any] = {**OWN_SUBSCRIPTION, "party_id": None, "after": "57"}
SECRET = "whsec_" + "A" * 43 + "="
DELIVERY: dict[str, Any] = {
    "number": 3,
    "message_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
    "after": "57",
    "type": "forecast_recorded",
    "attempt": 1,
    "attempted_at": "2026-04-02T09:31:00.000000Z",
    "outcome": "delivered",
    "status": 204,
    "detail": None,
    "milliseconds": 84,
}

FeedName = Literal["events", "changes"]
FormatName = Literal["plain", "cloudevents"]
WebhookId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-fA-F-]{36}$", to_lower=True),
    Field(description="A webhook.", examples=[WEBHOOK_ID]),
]
Beginning = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.:@+-]{1,256}$"),
    Field(description="A position or a cursor of the feed; `0` is the beginning, `latest` the present."),
]


class _Subscribed(BaseModel):
    """What everybody is told of a subscription."""

    webhook_id: str
    url: str
    description: str
    feed: FeedName
    format: FormatName
    kinds: list[str] = Field(description="Types of events, or kinds of changes; all if empty.")
    account_id: str | None
    line: str | None
    status: Literal["active", "disabled"]
    status_reason: str | None = Field(description="Why it is disabled; a replay makes it active again.")
    created_at: datetime
    failed_attempts: int = Field(description="Of the message that comes next.")
    next_attempt_at: datetime | None
    delivered_at: datetime | None = Field(description="When a message was last delivered.")


class WebhookAnswer(_Subscribed):
    """A subscription, and how it stands."""

    model_config = ConfigDict(title="Webhook", json_schema_extra={"examples": [SUBSCRIPTION]})

    party_id: str | None = Field(description="Whose it is, if it is told only what is its own.")
    after: str = Field(description="Everything up to here was delivered, or given up, or does not concern it.")


class OwnWebhookAnswer(_Subscribed):
    """A subscription of yours, and how it stands."""

    model_config = example("OwnWebhook", OWN_SUBSCRIPTION)


class _Secret(BaseModel):
    secret: str = Field(description="To verify signatures with. Keep it: it is not shown again.")


class SecretAnswer(_Secret, WebhookAnswer):
    """A subscription with its secret, which is shown this once."""

    model_config = ConfigDict(
        title="WebhookWithSecret", json_schema_extra={"examples": [{**SUBSCRIPTION, "secret": SECRET}]}
    )


class OwnSecretAnswer(_Secret, OwnWebhookAnswer):
    """A subscription of yours with its secret, which is shown this once."""

    model_config = example("OwnWebhookWithSecret", {**OWN_SUBSCRIPTION, "secret": SECRET})


class WebhooksAnswer(ListAnswer):
    """The webhooks, the oldest first."""

    model_config = ConfigDict(title="Webhooks")

    items: list[WebhookAnswer]


class OwnWebhooksAnswer(ListAnswer):
    """Your webhooks, the oldest first."""

    items: list[OwnWebhookAnswer]


class DeliveryAnswer(BaseModel):
    """One attempt to deliver a message."""

    model_config = ConfigDict(title="Delivery", json_schema_extra={"examples": [DELIVERY]})

    number: int
    message_id: str = Field(description="The webhook-id: the same for every attempt.")
    after: str = Field(
        description="The message's cursor in its feed; of a partner's, its own position or the id of the change."
    )
    type: str
    attempt: int
    attempted_at: datetime
    outcome: Literal["delivered", "failed", "dead"] = Field(
        description="`failed` is tried again; `dead` was given up, and can be replayed."
    )
    status: int | None = Field(description="The status of the answer, if there was one.")
    detail: str | None = Field(description="The beginning of the answer, or why there was none.")
    milliseconds: int


class DeliveriesAnswer(ListAnswer):
    """The attempts of a webhook, the latest first."""

    model_config = ConfigDict(title="Deliveries")

    items: list[DeliveryAnswer]
