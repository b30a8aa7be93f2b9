"""The envelope that every event shares, and the marks with which its fields say what they are.

An event is a fact as a client states it: frozen, closed to unknown fields, strictly typed. What the ledger
adds to it (position, instant, actor) stands in `ledger.recorded`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, LiteralString

from pydantic import BaseModel, ConfigDict, Strict
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from ledger.dates import BusinessDate
from ledger.identifiers import EventId, Identifier
from ledger.text import Name

Kind = Literal[
    "party", "account", "opportunity", "contract", "agreement", "dispute", "lead", "view", "event", "opportunity_name"
]
"""What an identifier can name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a field that names something the ledger must know already."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Introduces:
    """Marks the field with which an event makes something known."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Asks:
    """Marks a field that a rule asks for: an error on this very field is a refusal by that rule."""

    rule: str


PartyRef = Annotated[Identifier, Names("party")]
AccountRef = Annotated[Identifier, Names("account")]
OpportunityRef = Annotated[Identifier, Names("opportunity")]
ContractRef = Annotated[Identifier, Names("contract")]
AgreementRef = Annotated[Identifier, Names("agreement")]
DisputeRef = Annotated[Identifier, Names("dispute")]
LeadRef = Annotated[Identifier, Names("lead")]
ViewRef = Annotated[Identifier, Names("view")]
EventRef = Annotated[EventId, Names("event")]

Line = Identifier
"""A business line: what is sold, in the words of the forecast."""

FromList = Strict(strict=False)
"""On a tuple field: a JSON array is welcome. The items stay strict."""


class Record(BaseModel):
    """A frozen value with no fields but those declared, and no conversion of one type into another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EventData(Record):
    """What a type of event says beyond the envelope."""


class Event(Record):
    """The envelope: what every fact states. `effective_on` is the day it took effect in the business."""

    rules: ClassVar[tuple[str, ...]] = ()
    """Ids of the rules that read this type."""

    system_only: ClassVar[bool] = False
    """Whether only the ledger's own scheduler may record this type."""

    type: str
    account_id: Identifier | None = None
    effective_on: BusinessDate
    event_id: EventId | None = None
    corrects: EventRef | None = None
    source: Name | None = None
    data: EventData


class AccountEvent(Event):
    """A fact on one account."""

    account_id: AccountRef


class GlobalEvent(Event):
    """A fact that belongs to no account."""

    account_id: None = None


def broken(
    message: LiteralString,
    *,
    rule: str | None = None,
    invariant: bool = False,
    at: Iterable[str | int] = (),
    **facts: Any,
) -> PydanticCustomError:
    """An error for a validator to raise: `rule` refuses, `at` is the place below the value under validation.

    `invariant` tells an event that is well-formed but refused by a rule (409) from one whose form is wrong (422).
    """
    kind = "invariant" if invariant else "form"
    return PydanticCustomError("refused", message, {"rule": rule, "kind": kind, "at": tuple(at), **facts})


def example(type_: str, data: JsonDict, *, account_id: str | None = "acme", on: str = "2026-01-10") -> ConfigDict:
    """The model configuration that carries a type's example into the generated documents."""
    envelope: JsonDict = {"type": type_, "effective_on": on}
    if account_id is not None:
        envelope["account_id"] = account_id
    return ConfigDict(json_schema_extra={"examples": [{**envelope, "data": data}]})


def after(start: date, end: date | None) -> bool:
    """Whether a half-open interval `[start, end)` holds at least one day (no end: always)."""
    return end is None or end > start
