"""Own models: what a caller who sees only its own is answered. No member of them could hold what is another's."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.paging import ListAnswer

POSITION = "How many facts of your own there were when the answer was read."

OWN_CALLING: dict[str, Any] = {
    "account_id": "acme",
    "party_id": "north",
    "line": "gtx-pro",
    "contract_id": None,
    "on": "2026-04-02",
    "known_at": 3,
    "verdict": "denied",
    "rule": "CALL-RESERVED",
    "opens_on": "2026-06-30",
    "agreement_of": None,
    "ask": "sales operations",
    "incomplete": [],
    "reasons": [
        {
            "rule": "CALL-RESERVED",
            "clause": "ceo.1",
            "says": "gtx-pro is reserved for another party; it opens on 30 June 2026.",
        }
    ],
    "obligations": [],
}
OWN_RIGHT: dict[str, Any] = {
    "kind": "co_sell_partner",
    "holder": "north",
    "account_id": "acme",
    "opportunity_id": "opp-1",
    "line": "installation",
    "status": "active",
    "from": "2026-02-01",
    "until": None,
    "contract_id": None,
    "deadline_on": None,
    "agreement_id": None,
    "percent": None,
    "missing": [],
}
OWN_OBLIGATION: dict[str, Any] = {
    "kind": "copy_quotes_and_contracts",
    "rule": "CO-SELL-COPIES",
    "party_id": "north",
    "account_id": "acme",
    "state": "open",
    "hard": False,
    "since": "2026-02-01",
    "due_on": None,
    "opportunity_id": "opp-1",
    "contract_id": None,
}
OWN_EVENT: dict[str, Any] = {
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
    "position": 3,
    "type": "co_sell_quote_shared",
    "account_id": "acme",
    "effective_on": "2026-02-03",
    "recorded_at": "2026-02-03T09:30:00.000000Z",
    "corrects": None,
    "source": None,
    "data": {"opportunity_id": "opp-1", "partner_id": "north", "document_ref": "quotes/N-40.pdf"},
}


def example(title: str, one: dict[str, Any]) -> ConfigDict:
    """The configuration of an own model: its title, an example, and nothing that it does not name."""
    return ConfigDict(title=title, extra="forbid", json_schema_extra={"examples": [one]})


class OwnReasonAnswer(BaseModel):
    """Why, without whom and without which events."""

    model_config = ConfigDict(title="OwnReason", extra="forbid")

    rule: str
    clause: str
    says: str


class OwnIncompleteAnswer(BaseModel):
    """A claim of your own that reserves nothing yet, and what it lacks."""

    model_config = ConfigDict(title="OwnIncomplete", extra="forbid")

    opportunity_id: str
    missing: list[str]


class OwnObligationAnswer(BaseModel):
    """What you owe."""

    model_config = example("OwnObligation", OWN_OBLIGATION)

    kind: str
    rule: str
    party_id: str
    account_id: str
    state: Literal["open", "met", "overdue"]
    hard: bool
    since: date
    due_on: date | None
    opportunity_id: str | None
    contract_id: str | None


class OwnCallingAnswer(BaseModel):
    """Whether you may call, by which rule, when it opens, and whom to ask. Never who stands in the way."""

    model_config = example("OwnCallingRight", OWN_CALLING)

    account_id: str
    party_id: str
    line: str | None
    contract_id: str | None
    on: date
    known_at: int = Field(description=POSITION)
    verdict: Literal["allowed", "conditional", "denied"]
    rule: str
    opens_on: date | None
    agreement_of: str | None = Field(
        description="Whose agreement it needs, where that is your own opportunity manager."
    )
    ask: str | None = Field(description="Whom to ask, unless it is allowed.")
    incomplete: list[OwnIncompleteAnswer]
    reasons: list[OwnReasonAnswer]
    obligations: list[OwnObligationAnswer]


class OwnRightAnswer(BaseModel):
    """A right of your own."""

    model_config = example("OwnRight", OWN_RIGHT)

    kind: str
    holder: str
    account_id: str
    opportunity_id: str | None
    line: str | None
    status: str
    starts_on: date = Field(alias="from")
    ends_on: date | None = Field(alias="until")
    contract_id: str | None
    deadline_on: date | None
    agreement_id: str | None
    percent: str | None
    missing: list[str]


class OwnEventAnswer(BaseModel):
    """A fact that you stated, or that tells of you alone."""

    model_config = example("OwnEvent", OWN_EVENT)

    event_id: str
    position: int = Field(description="Its number among your own facts.")
    type: str
    account_id: str | None
    effective_on: date
    recorded_at: str
    corrects: str | None
    source: str | None
    data: dict[str, Any]


class OwnCallingListAnswer(ListAnswer):
    """The accounts that you may call on."""

    items: list[OwnCallingAnswer]


class OwnRightsAnswer(ListAnswer):
    """Rights of your own."""

    items: list[OwnRightAnswer]


class OwnObligationsAnswer(ListAnswer):
    """What you owe."""

    items: list[OwnObligationAnswer]


class OwnLogAnswer(ListAnswer):
    """Your own facts."""

    items: list[OwnEventAnswer]


class OwnRecordedAnswer(BaseModel):
    """What you recorded."""

    model_config = example("OwnRecorded", {"events": [OWN_EVENT], "position": 3})

    events: list[OwnEventAnswer]
    position: int = Field(description=POSITION)
