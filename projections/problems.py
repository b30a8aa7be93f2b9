# ruff: noqa: N818 - the names say what happened, as the store's do
"""Why something is not recorded or not answered: one small class per failure, with the facts a door needs to tell it.

No class knows a protocol: which of them means which status is for the doors to say. Pointers are JSON pointers
(RFC 6901) into the request, such as `/events/499/data/lines/0/amount`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.events.problems import FieldProblem


class RecordingError(Exception):
    """A submission was refused as a whole: nothing of it is in the ledger."""


@dataclass(frozen=True, slots=True)
class UnknownReference:
    """Something that an event names and that the ledger does not know: its kind, its id, and where it is named."""

    kind: str
    id: str
    pointer: str


class MalformedEvents(RecordingError):
    """The form of one or more events is wrong."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{first.pointer}: {first.message}{more}")


class UnknownReferences(RecordingError):
    """Events name something that the ledger does not know, or that belongs to another account."""

    def __init__(self, references: Sequence[UnknownReference]) -> None:
        self.references = tuple(references)
        first = self.references[0]
        more = f" (and {len(self.references) - 1} more)" if len(self.references) > 1 else ""
        super().__init__(f"{first.pointer}: there is no {first.kind} {first.id!r} here{more}")


class RuleRefused(RecordingError):
    """A well-formed event contradicts a rule. `rule` is its id; `problems` tell each place."""

    def __init__(self, rule: str | None, detail: str, pointer: str, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail
        self.pointer = pointer
        self.problems = tuple(problems) or (FieldProblem(pointer, detail, rule, "invariant"),)


class AlreadyExists(RecordingError):
    """An event introduces an identifier that is in use."""

    def __init__(self, kind: str, id: str, pointer: str) -> None:  # noqa: A002 - the contract's word
        super().__init__(f"there is already {'an' if kind[0] in 'aeo' else 'a'} {kind} {id!r}")
        self.kind = kind
        self.id = id
        self.pointer = pointer


class EventIdReused(RecordingError):
    """An event carries the id of an event that was recorded with other content."""

    def __init__(self, event_id: str, pointer: str) -> None:
        super().__init__(f"event {event_id} is recorded with other content")
        self.event_id = event_id
        self.pointer = pointer


class IdempotencyKeyReused(RecordingError):
    """The idempotency key was used for another request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used for a request with another body")
        self.key = key


class PositionConflict(RecordingError):
    """An account has an event past the position that the sender expected."""

    def __init__(self, account_id: str, expected: int, actual: int) -> None:
        super().__init__(f"account {account_id!r} has an event at position {actual}, past the expected {expected}")
        self.account_id = account_id
        self.expected = expected
        self.actual = actual


class AlreadyWithdrawn(RecordingError):
    """The event to be retracted or corrected was retracted or corrected before, or is itself a retraction."""

    def __init__(self, event_id: str, pointer: str, *, is_retraction: bool = False) -> None:
        why = "is a retraction, which can't be taken back" if is_retraction else "was retracted or corrected before"
        super().__init__(f"event {event_id} {why}")
        self.event_id = event_id
        self.pointer = pointer
        self.is_retraction = is_retraction


class NotAllowed(RecordingError):
    """The one who records may not record events of this type."""

    def __init__(self, event_type: str, actor: str, pointer: str) -> None:
        super().__init__(f"{event_type} is recorded by the ledger's own scheduler only")
        self.event_type = event_type
        self.actor = actor
        self.pointer = pointer


class RecorderClosed(RecordingError):
    """The recorder is shutting down and takes nothing more."""

    def __init__(self) -> None:
        super().__init__("the ledger is shutting down: nothing was recorded, try again")


class AskingError(Exception):
    """A question can't be answered as it is put."""


class UnknownSubject(AskingError):
    """The question is about an account, a party or a contract that the ledger did not know at that position."""

    def __init__(self, kind: str, id: str) -> None:  # noqa: A002 - the contract's word
        super().__init__(f"there is no {kind} {id!r}")
        self.kind = kind
        self.id = id


class InvalidCursor(AskingError):
    """A page was asked for with a cursor that no page of this question gave."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"{cursor[:40]!r} is not a cursor that this question gave")
        self.cursor = cursor
