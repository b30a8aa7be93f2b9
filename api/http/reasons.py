"""Reasons, as every answer carries them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

REASON: dict[str, Any] = {
    "rule": "OM-GRACE",
    "clause": "prism.4",
    "says": "Reserved for the opportunity manager until 29 June 2026: forecast of 10 January 2026 expected the award "
    "on 31 March 2026, plus 90 days.",
    "event_ids": ["018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"],
}


class ReasonAnswer(BaseModel):
    """One rule that decided."""

    model_config = ConfigDict(title="Reason", json_schema_extra={"examples": [REASON]})

    rule: str = Field(description="Id of the rule; see /v1/rules/{rule_id}.")
    clause: str = Field(description="The clause of the source document that the rule carries out.")
    says: str = Field(description="The reason in a sentence.")
    event_ids: list[str] = Field(description="The events that decided; see /v1/events/{event_id}.")
