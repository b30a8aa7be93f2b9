"""The documents of disputes: what OpenAPI says of the list's items and of the dossier."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.calling import CallingAnswer
from api.http.differences import DIFFERENCE, DifferenceAnswer
from api.http.paging import ListAnswer
from api.http.rights import RIGHT, RightAnswer
from ledger.events.disputes import DisputeOutcome
from policies.disputes import State

EVENT: dict[str, Any] = {
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
    "type": "dispute_opened",
    "effective_on": "2026-02-10",
    "recorded_at": "2026-02-10T09:30:00.000000Z",
    "position": 41,
}
SUBJECT: dict[str, Any] = {"opportunity_id": "opp-1", "line": "gtx-pro", "contract_id": None}
DISPUTE: dict[str, Any] = {
    "dispute_id": "dispute-2",
    "account_id": "acme",
    "subject": SUBJECT,
    "state": "open",
    "opened_by": "north",
    "opened_on": "2026-02-10",
    "against": ["jane"],
    "claim": "We were working on this line a month earlier.",
    "answer_due_on": "2026-02-24",
    "answer_overdue": False,
    "ruling_due_on": "2026-03-12",
    "ruling_overdue": False,
    "answered_on": None,
    "closed_on": None,
    "outcome": None,
}


class SubjectAnswer(BaseModel):
    """What is disputed; nothing named: the whole account."""

    model_config = ConfigDict(title="DisputeSubject")

    opportunity_id: str | None
    line: str | None
    contract_id: str | None


class OpenDisputeAnswer(BaseModel):
    """A dispute that is open on the day."""

    model_config = ConfigDict(title="OpenDispute")

    dispute_id: str
    subject: SubjectAnswer


class DisputeAnswer(BaseModel):
    """A dispute as it stands on a day."""

    model_config = ConfigDict(title="Dispute", json_schema_extra={"examples": [DISPUTE]})

    dispute_id: str
    account_id: str
    subject: SubjectAnswer
    state: State
    opened_by: str = Field(description="The party whose claim it is, whoever recorded it.")
    opened_on: date
    against: list[str] = Field(description="Who held what is disputed on the day it was opened, as known at known_at.")
    claim: str
    answer_due_on: date | None = Field(description="By the figure dispute_answer_days; changes no right.")
    answer_overdue: bool
    ruling_due_on: date | None = Field(description="By the figure dispute_ruling_days; changes no right.")
    ruling_overdue: bool
    answered_on: date | None
    closed_on: date | None = Field(description="When it was ruled on or withdrawn.")
    outcome: DisputeOutcome | None


class DisputesAnswer(ListAnswer):
    """A page of disputes, in the order in which their opening was recorded."""

    items: list[DisputeAnswer]


class EventPlaceAnswer(BaseModel):
    """An event: its type, its day, and when it was recorded."""

    model_config = ConfigDict(title="EventPlace", json_schema_extra={"examples": [EVENT]})

    event_id: str
    type: str
    effective_on: date
    recorded_at: datetime
    position: int


class ClaimAnswer(BaseModel):
    """A party to the dispute: its claim in its own words, what it holds, and what the rules say of it on the day."""

    model_config = ConfigDict(title="DisputeClaim")

    party_id: str
    role: Literal["opener", "holder", "other"]
    says: str | None = Field(description="Its claim or its latest answer; null while it has said nothing.")
    says_in: EventPlaceAnswer | None
    holds: list[RightAnswer] = Field(description="What it holds of what is disputed, on the day asked about.")
    verdicts: list[CallingAnswer] = Field(description="Whether it may call, for each line and contract disputed.")


class EvidenceAnswer(EventPlaceAnswer):
    """What a party points to."""

    model_config = ConfigDict(title="DisputeEvidence")

    party_id: str
    says: str
    document_ref: str | None
    event_ids: list[str]


class DisputeAnswerAnswer(EventPlaceAnswer):
    """What a party answers."""

    model_config = ConfigDict(title="DisputeReply")

    party_id: str
    says: str


class RightsThenAnswer(BaseModel):
    """The rights on what is disputed, on a day, as known at a position; those over are among them."""

    model_config = ConfigDict(title="DisputedRights")

    on: date
    known_at: int
    items: list[RightAnswer]


class BothClocksAnswer(BaseModel):
    """The rights on what is disputed, on both clocks."""

    model_config = ConfigDict(title="DisputedRightsOnBothClocks")

    known_then: RightsThenAnswer = Field(description="On the day it was opened, as known when it was opened.")
    known_now: RightsThenAnswer = Field(description="On that same day, as known at known_at.")
    on_the_day: RightsThenAnswer = Field(description="On the day asked about.")


class DecidingEventAnswer(EventPlaceAnswer):
    """An event that decides: a right or a verdict rests on it, or it is evidence."""

    model_config = ConfigDict(title="DecidingEvent")

    rules: list[str] = Field(description="The rules that cite it.")
    evidence: bool
    cited_then: bool = Field(description="A right on the day it was opened rests on it, as known then.")
    cited_now: bool = Field(description="A right on that day rests on it, as known now.")
    withdrawn: bool = Field(description="It was retracted or corrected since.")


class KnowledgeAnswer(EventPlaceAnswer):
    """A moment that matters to a side, and which of the deciding events were recorded by then."""

    model_config = ConfigDict(title="Knowledge")

    party_id: str | None = Field(description="Whose moment it is; null for a ruling or a withdrawal.")
    what: str = Field(description="`claim_established`, or the type of the dispute's event.")
    known: list[str] = Field(description="Ids of the deciding events recorded by then.")
    not_yet_known: list[str] = Field(description="Ids of those recorded only later.")


class RefusalAnswer(BaseModel):
    """Why it would not be recorded, or does not fit what is disputed."""

    model_config = ConfigDict(title="RulingRefusal")

    rule: str | None
    detail: str


class PossibleRulingAnswer(BaseModel):
    """An outcome, the events that would carry it out, and what they would change. Nothing was recorded."""

    model_config = ConfigDict(title="PossibleRuling")

    outcome: DisputeOutcome
    says: str
    events: list[dict[str, Any]] = Field(description="To be recorded in one batch with the ruling.")
    refused: RefusalAnswer | None
    difference: DifferenceAnswer | None


class RulingAnswer(EventPlaceAnswer):
    """The ruling, and what was recorded with it."""

    model_config = ConfigDict(title="Ruling")

    actor: str
    outcome: DisputeOutcome
    rules: list[str]
    reason: str
    carried_out_by: list[EventPlaceAnswer] = Field(
        description="The account's other events recorded at the same instant by the same actor."
    )
    difference: DifferenceAnswer = Field(description="What all of them changed.")


class WithdrawalAnswer(EventPlaceAnswer):
    """The withdrawal."""

    model_config = ConfigDict(title="Withdrawal")

    reason: str


_KNOWN_THEN: dict[str, Any] = {"on": "2026-02-10", "known_at": 41, "items": [RIGHT]}
DOSSIER: dict[str, Any] = {
    **DISPUTE,
    "on": "2026-02-20",
    "position": 57,
    "claims": [
        {
            "party_id": "north",
            "role": "opener",
            "says": DISPUTE["claim"],
            "says_in": EVENT,
            "holds": [],
            "verdicts": [],
        },
        {"party_id": "jane", "role": "holder", "says": None, "says_in": None, "holds": [RIGHT], "verdicts": []},
    ],
    "evidence": [
        {
            **EVENT,
            "type": "dispute_evidence_submitted",
            "party_id": "north",
            "says": "The minutes show that the line was discussed.",
            "document_ref": "minutes/2025-12-01.pdf",
            "event_ids": [],
        }
    ],
    "answers": [],
    "rights": {
        "known_then": _KNOWN_THEN,
        "known_now": {**_KNOWN_THEN, "known_at": 57},
        "on_the_day": {"on": "2026-02-20", "known_at": 57, "items": [RIGHT]},
    },
    "deciding_events": [
        {
            **EVENT,
            "type": "forecast_recorded",
            "effective_on": "2026-01-10",
            "position": 9,
            "rules": ["OM-GRACE"],
            "evidence": False,
            "cited_then": True,
            "cited_now": True,
            "withdrawn": False,
        }
    ],
    "knowledge": [
        {**EVENT, "party_id": "north", "what": "dispute_opened", "known": [EVENT["event_id"]], "not_yet_known": []}
    ],
    "possible_rulings": [
        {
            "outcome": "upheld",
            "says": "What is held stays as it is; the dispute is closed.",
            "events": [],
            "refused": None,
            "difference": DIFFERENCE,
        }
    ],
    "ruling": None,
    "withdrawn": None,
}


class DossierAnswer(DisputeAnswer):
    """All that is known of a dispute on a day."""

    model_config = ConfigDict(title="Dossier", json_schema_extra={"examples": [DOSSIER]})

    on: date
    position: int = Field(description="The position the answer was read at.")
    claims: list[ClaimAnswer] = Field(description="Who claims what, the opener first.")
    evidence: list[EvidenceAnswer]
    answers: list[DisputeAnswerAnswer]
    rights: BothClocksAnswer
    deciding_events: list[DecidingEventAnswer] = Field(description="In the order of their dates.")
    knowledge: list[KnowledgeAnswer] = Field(description="What each side knew when, in the order of recording.")
    possible_rulings: list[PossibleRulingAnswer] = Field(description="None once it has ended.")
    ruling: RulingAnswer | None
    withdrawn: WithdrawalAnswer | None
