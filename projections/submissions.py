"""Submissions: what clients hand in to be recorded, its form checked, and the receipt they get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson
from pydantic import ValidationError

from ledger import canonical
from ledger.events.base import Event
from ledger.events.catalogue import parse
from ledger.events.figures import PolicyFigureSet
from ledger.events.periods import PeriodClosed
from ledger.events.problems import FieldProblem, explain, is_malformed
from ledger.events.references import Introduction, Reference, introduces, references
from ledger.events.views import ListViewSaved
from ledger.recorded import Recorded
from policies.kept import Changes
from policies.leads import lead_of
from projections.knowledge import withdrawn_by
from projections.problems import MalformedEvents, NotAllowed, RuleRefused

SCHEDULER = "system:scheduler"
"""The actor that may record what only the ledger itself notices."""

MOST_EVENTS = 10_000
"""How many events one submission may hold."""

MOST_PROBLEMS = 100
"""How many problems of one submission are told."""


def lead_lock(lead_id: str) -> str:
    """The name under which a lead is locked; no account can have it, as it holds a blank."""
    return f"lead {lead_id}"


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
    by_scheduler: bool = False
    """Whether the sender was let in as the scheduler, whose actor need not be SCHEDULER then."""


@dataclass(frozen=True)
class Receipt:
    """What was recorded, in the order sent, and the position of the last event.

    `replayed`: nothing new was recorded, the answer is the one given before. `changes` (dry runs only): what the events
    would change, account by account.
    """

    position: int
    told: tuple[str | Recorded, ...]
    replayed: bool = False
    changes: Mapping[str, Changes] = field(default_factory=dict)

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The events' canonical JSON as stored; written by whoever asks for it, not by the writer's thread."""
        return tuple(one if isinstance(one, str) else canonical.encode(one).decode() for one in self.told)

    @property
    def facts(self) -> list[Recorded]:
        """The events as recorded."""
        return [canonical.decode(one) if isinstance(one, str) else one for one in self.told]


@dataclass(frozen=True, slots=True)
class Posted:
    """An event of a submission, what it names and makes known; `is_dated`: its sender gave the effective date."""

    pointer: str
    event: Event
    is_dated: bool
    references: tuple[Reference, ...] = field(init=False)
    introduced: Introduction | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "references", tuple(references(self.event)))
        object.__setattr__(self, "introduced", introduces(self.event))

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties that it names, each once."""
        return tuple(dict.fromkeys(one.id for one in self.references if one.kind == "party"))


class Member:
    """A submission on its way, its form in order, and the future in which its sender waits."""

    __slots__ = ("future", "key", "key_hash", "posted", "submission")

    def __init__(self, submission: Submission, today: date) -> None:
        """Raises MalformedEvents, RuleRefused or NotAllowed."""
        self.submission = submission
        self.posted = _posted(submission, today)
        self.key = None if submission.dry_run else submission.idempotency_key
        self.key_hash = submission.request_hash or _hash(submission)
        self.future: Future[Receipt] = Future()

    @property
    def accounts(self) -> set[str]:
        """The accounts it names, as far as its events say."""
        named = {one.event.account_id for one in self.posted if one.event.account_id is not None}
        return named | set(self.submission.expected_position or ())

    @property
    def leads(self) -> set[str]:
        """The leads that its events are about."""
        return {lead_id for one in self.posted if (lead_id := lead_of(one.event)) is not None}

    @property
    def alone_with(self) -> set[str]:
        """The names of all that nobody else may have meanwhile: its accounts and its leads."""
        return self.accounts | {lead_lock(lead_id) for lead_id in self.leads}

    @property
    def needs_alone(self) -> bool:
        """Whether it is plain to see that it concerns the whole ledger: what every account rests on, a closing, or a
        view, whose name is held against those of all others.
        """
        return any(isinstance(one.event, PolicyFigureSet | PeriodClosed | ListViewSaved) for one in self.posted)

    @property
    def withdrawn(self) -> list[str]:
        """The ids of the events that it retracts or corrects."""
        return [event_id for one in self.posted for event_id in withdrawn_by(one.event)]


def _posted(submission: Submission, today: date) -> list[Posted]:
    if not 1 <= len(submission.events) <= MOST_EVENTS:
        message = f"must have 1 to {MOST_EVENTS} events, not {len(submission.events)}"
        raise MalformedEvents([FieldProblem("/events", message)])
    posted = []
    problems: list[FieldProblem] = []
    for index, raw in enumerate(submission.events):
        pointer = f"/events/{index}"
        try:
            posted.append(Posted(pointer, parse(raw, today=today), "effective_on" in raw))
        except ValidationError as error:
            problems.extend(explain(error, pointer))
            if len(problems) >= MOST_PROBLEMS:
                break
    _refuse(problems)
    if submission.actor != SCHEDULER and not submission.by_scheduler:
        _refuse_system_events(posted, submission.actor)
    return posted


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if not problems:
        return
    if is_malformed(problems):
        raise MalformedEvents(problems[:MOST_PROBLEMS])
    first = problems[0]
    raise RuleRefused(first.rule, first.message, first.pointer, problems[:MOST_PROBLEMS])


def _refuse_system_events(posted: Iterable[Posted], actor: str) -> None:
    for one in posted:
        if one.event.system_only:
            raise NotAllowed(one.event.type, actor, f"{one.pointer}/type")


def _hash(submission: Submission) -> bytes:
    if submission.idempotency_key is None:
        return b""
    stated = {"events": list(submission.events), "expected_position": dict(submission.expected_position or {})}
    return sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).digest()
