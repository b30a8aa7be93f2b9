"""Recording: the one application service through which every event comes into the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies.kept import Changes

SCHEDULER = "system:scheduler"
"""The actor that may record what only the ledger itself notices."""

MOST_EVENTS = 10_000
"""How many events one submission may hold."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Events as a client sends them (JSON objects), to be recorded all or none, in order.

    `request_hash` is the SHA-256 of the request, kept with the idempotency key (default: that of the events and
    expected positions in canonical form).
    """

    events: Sequence[Mapping[str, Any]]
    actor: str
    idempotency_key: str | None = None
    request_hash: bytes | None = None
    expected_position: Mapping[str, int] | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded: the events' canonical JSON as stored, in the order sent, and the position of the last.

    `replayed`: nothing new was recorded, the answer is the one given before. `changes` (dry runs only): what the events
    would change, account by account.
    """

    position: int
    events: tuple[str, ...]
    replayed: bool = False
    changes: Mapping[str, Changes] = field(default_factory=dict)


class Recorder:
    """Takes submissions from any thread; one writer thread gathers what waits and commits it at once.

    Failures: the classes of `projections.problems` under RecordingError, and the StoreErrors of `ledger.store.errors`.
    """

    def __init__(self, store: Any, *, today: Callable[[], date]) -> None:
        raise NotImplementedError

    def submit(self, submission: Submission) -> Future[Receipt]:
        """Hands in a submission; the future is done once it is committed or refused."""
        raise NotImplementedError

    def record(self, submission: Submission) -> Receipt:
        """Hands in a submission and waits for it."""
        raise NotImplementedError

    def close(self) -> None:
        """Finishes what was handed in, then stops."""
        raise NotImplementedError
