"""The plain values that go in and out of the store."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from ledger.events.base import Event
from ledger.identifiers import new_event_id

World = Literal["shared", "exclusive"]
"""Whether a unit of work leaves alone what derivations of other accounts depend on, or changes it."""

Name = tuple[str, str]
"""(kind, id): what a reference names, such as ("opportunity", "opp-1")."""

NO_LIMIT = 2**63 - 1
"""A position that no ledger reaches."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the ledger stands: its last position (0 when empty), the instant after which the next event will be
    recorded, and the number of changes to the world so far.
    """

    position: int
    recorded_at: datetime
    world: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An event on its way into the ledger. The position and the instant are the store's to give."""

    event: Event
    actor: str
    event_id: str

    @classmethod
    def of(cls, event: Event, actor: str) -> "Draft":
        """The draft of an event under its own id, or a fresh one if its sender gave none."""
        return cls(event, actor, event.event_id or new_event_id())


class Stored(NamedTuple):
    """An event as it is kept: its canonical text, ready to be sent on without being read."""

    position: int
    body: str


class Entry(NamedTuple):
    """A row of the log with all its columns."""

    position: int
    event_id: str
    type: str
    schema_version: int
    account_id: str | None
    effective_on: date
    recorded_at: datetime
    actor: str
    body: str
    leaf_hash: bytes


class Known(NamedTuple):
    """An identifier that references may name, with the account it belongs to and the event that introduced it."""

    kind: str
    id: str
    account_id: str | None
    position: int


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered to the request with this Idempotency-Key; `request_hash` is the SHA-256 of its body."""

    key: str
    request_hash: bytes
    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the store waits before it gives up, in seconds."""

    lock: float = 10.0
    """For another writer's lock."""
    statement: float = 60.0
    """For one statement to end (PostgreSQL)."""
    idle: float = 60.0
    """For a unit of work to send its next statement (PostgreSQL): a stuck one must not stop the others for ever."""
