"""Disputes: a claim, the evidence, the answer, and how it was settled."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ledger.events.base import (
    AccountEvent,
    ContractRef,
    DisputeRef,
    EventData,
    EventRef,
    FromList,
    Introduces,
    Line,
    OpportunityRef,
    PartyRef,
    Record,
    example,
)
from ledger.identifiers import Identifier
from ledger.text import Reference, Text

DisputeOutcome = Literal["upheld", "transferred", "shared", "extended", "voided"]

RULE_ID_PATTERN = r"^[A-Z][A-Z-]{0,63}$"

RuleId = Annotated[str, StringConstraints(pattern=RULE_ID_PATTERN)]
"""The id of a rule of the rule book, such as OM-GRACE."""


class Subject(Record):
    """What is disputed; empty means the whole account."""

    opportunity_id: OpportunityRef | None = None
    line: Line | None = None
    contract_id: ContractRef | None = None


class DisputeOpened(AccountEvent):
    """A party contests who holds what."""

    model_config = example(
        "dispute_opened",
        {
            "dispute_id": "dispute-2",
            "opened_by": "north",
            "subject": {"opportunity_id": "opp-1", "line": "gtx-pro"},
            "claim": "We were working on this line a month earlier.",
        },
    )

    class Data(EventData):
        dispute_id: Annotated[Identifier, Introduces("dispute")]
        opened_by: PartyRef
        subject: Subject
        claim: Text

    type: Literal["dispute_opened"] = "dispute_opened"
    data: Data


class DisputeEvidenceSubmitted(AccountEvent):
    """A party points to events or documents, and says what they show."""

    model_config = example(
        "dispute_evidence_submitted",
        {
            "dispute_id": "dispute-2",
            "party_id": "north",
            "document_ref": "minutes/2025-12-01.pdf",
            "says": "The minutes show that the line was discussed.",
        },
    )

    class Data(EventData):
        dispute_id: DisputeRef
        party_id: PartyRef
        event_ids: Annotated[tuple[EventRef, ...], FromList, Field(max_length=1_000)] | None = None
        document_ref: Reference | None = None
        says: Text

    type: Literal["dispute_evidence_submitted"] = "dispute_evidence_submitted"
    data: Data


class DisputeAnswered(AccountEvent):
    """A party answers the claim."""

    model_config = example(
        "dispute_answered",
        {"dispute_id": "dispute-2", "party_id": "jane", "says": "The forecast was the first to name the line."},
    )

    class Data(EventData):
        dispute_id: DisputeRef
        party_id: PartyRef
        says: Text

    type: Literal["dispute_answered"] = "dispute_answered"
    data: Data


class DisputeRuled(AccountEvent):
    """The dispute is decided, with the rules the ruling rests on; other events of the batch carry it out."""

    model_config = example(
        "dispute_ruled",
        {
            "dispute_id": "dispute-2",
            "outcome": "upheld",
            "rules": ["OM-ESTABLISHED", "OM-QUEUE"],
            "reason": "The claim was established first.",
        },
    )

    class Data(EventData):
        dispute_id: DisputeRef
        outcome: DisputeOutcome
        rules: Annotated[tuple[RuleId, ...], FromList, Field(min_length=1, max_length=100)]
        reason: Text

    type: Literal["dispute_ruled"] = "dispute_ruled"
    data: Data


class DisputeWithdrawn(AccountEvent):
    """The dispute is dropped by the one who opened it."""

    model_config = example("dispute_withdrawn", {"dispute_id": "dispute-2", "reason": "Settled between us."})

    class Data(EventData):
        dispute_id: DisputeRef
        reason: Text

    type: Literal["dispute_withdrawn"] = "dispute_withdrawn"
    data: Data
