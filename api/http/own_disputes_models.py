"""Own models of disputes: a party's own side of one, and how it was settled. Nobody else has a place in them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.own_models import POSITION, example
from api.http.paging import ListAnswer
from policies.disputes import State

_SUBJECT: dict[str, Any] = {"opportunity_id": "opp-1", "line": "gtx-pro", "contract_id": None}
_DISPUTE: dict[str, Any] = {
    "dispute_id": "dispute-2",
    "account_id": "acme",
    "subject": _SUBJECT,
    "side": "opener",
    "state": "ruled",
    "opened_on": "2026-02-03",
    "answer_due_on": "2026-02-17",
    "answer_overdue": False,
    "ruling_due_on": "2026-03-05",
    "ruling_overdue": False,
    "closed_on": "2026-02-20",
    "outcome": "upheld",
}
_STATEMENT: dict[str, Any] = {
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
    "position": 7,
    "effective_on": "2026-02-05",
    "says": "The minutes show that the line was discussed.",
}
_DOSSIER: dict[str, Any] = {
    **_DISPUTE,
    "on": "2026-03-01",
    "position": 9,
    "claim": "We were working on this line a month earlier.",
    "evidence": [{**_STATEMENT, "document_ref": "minutes/2025-12-01.pdf", "event_ids": []}],
    "answers": [],
    "ruling": {
        "effective_on": "2026-02-20",
        "outcome": "upheld",
        "rules": ["OM-ESTABLISHED", "OM-QUEUE"],
        "reason": "The claim was established first.",
    },
    "withdrawn": None,
}

Side = Literal["opener", "holder", "concerned", "witness"]
Outcome = Literal["upheld", "transferred", "shared", "extended", "voided"]


class OwnSubjectAnswer(BaseModel):
    """What is disputed; nothing named: the whole account."""

    model_config = ConfigDict(title="OwnSubject", extra="forbid")

    opportunity_id: str | None
    line: str | None
    contract_id: str | None


class OwnDisputeAnswer(BaseModel):
    """A dispute that concerns you, as it stands on a day."""

    model_config = example("OwnDispute", _DISPUTE)

    dispute_id: str
    account_id: str
    subject: OwnSubjectAnswer | None = Field(description="null for a witness: what is disputed is another's.")
    side: Side = Field(
        description="`opener`: you opened it; `holder`: what you hold is disputed; `concerned`: it is about an "
        "opportunity or a contract that you take part in; `witness`: you said something in it."
    )
    state: State
    opened_on: date
    answer_due_on: date | None
    answer_overdue: bool
    ruling_due_on: date | None
    ruling_overdue: bool
    closed_on: date | None
    outcome: Outcome | None


class OwnDisputesAnswer(ListAnswer):
    """The disputes that concern you."""

    items: list[OwnDisputeAnswer]


class OwnAnsweredAnswer(BaseModel):
    """What you answered."""

    model_config = ConfigDict(title="OwnAnswered", extra="forbid")

    event_id: str
    position: int = Field(description="Its number among your own facts.")
    effective_on: date
    says: str


class OwnEvidenceAnswer(OwnAnsweredAnswer):
    """What you submitted."""

    model_config = ConfigDict(title="OwnEvidence")

    document_ref: str | None
    event_ids: list[str] = Field(description="Events of your own that it points to.")


class OwnRulingAnswer(BaseModel):
    """How it was ruled."""

    model_config = ConfigDict(title="OwnRuling", extra="forbid")

    effective_on: date
    outcome: Outcome
    rules: list[str]
    reason: str | None = Field(description="As written; null where it names another party: ask sales operations.")


class OwnWithdrawnAnswer(BaseModel):
    """How it was withdrawn."""

    model_config = ConfigDict(title="OwnWithdrawn", extra="forbid")

    effective_on: date
    reason: str | None = Field(description="null where another party withdrew it.")


class OwnDossierAnswer(OwnDisputeAnswer):
    """Your own side of a dispute, and how it was settled."""

    model_config = example("OwnDossier", _DOSSIER)

    on: date
    position: int = Field(description=POSITION)
    claim: str | None = Field(description="What you claim, if you opened it.")
    evidence: list[OwnEvidenceAnswer]
    answers: list[OwnAnsweredAnswer]
    ruling: OwnRulingAnswer | None
    withdrawn: OwnWithdrawnAnswer | None
