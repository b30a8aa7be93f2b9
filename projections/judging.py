"""Judging an event before it is taken in: what it names, what it withdraws, and whether a rule refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger import canonical
from ledger.events.problems import FieldProblem
from ledger.events.references import NAME, Introduction, introductions
from ledger.events.retractions import EventRetracted
from ledger.identifiers import new_event_id
from ledger.recorded import Recorded
from ledger.store import Head
from ledger.store.unit import TICK
from ledger.upcasting import SCHEMA_VERSIONS
from policies.account import AccountReading
from policies.checks import DEFAULT_STAGES, NONE_YET, check
from policies.periods import Closings
from policies.refusals import Refused
from policies.stages import Stages
from projections.knowledge import Knowledge, Seen, withdrawn_by
from projections.problems import (
    AlreadyExists,
    AlreadyWithdrawn,
    MalformedEvents,
    RuleRefused,
    UnknownReference,
    UnknownReferences,
)
from projections.submissions import Posted


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event as it would be recorded, the events it withdraws, and the accounts whose history it belongs to."""

    posted: Posted
    fact: Recorded
    parties: tuple[str, ...]
    targets: tuple[Seen, ...]
    accounts: tuple[str, ...]

    @classmethod
    def of(cls, posted: Posted, actor: str, position: int, head: Head, known: Knowledge) -> Candidate:
        """Everything it names is known; raises UnknownReferences, AlreadyExists, AlreadyWithdrawn, MalformedEvents."""
        event = posted.event
        _check_references(posted, known)
        targets = _targets(posted, known)
        if isinstance(event, EventRetracted):
            event = _with_account(posted, event, targets[-1])
        if posted.introduced is not None:
            _check_introduction(posted, posted.introduced, targets, known)
        fact = Recorded(
            position=position,
            recorded_at=head.recorded_at + TICK,
            actor=actor,
            event_id=event.event_id or new_event_id(),
            event=event,
            schema_version=SCHEMA_VERSIONS[event.type],
        )
        concerned = dict.fromkeys((event.account_id, *(target.account_id for target in targets)))
        accounts = tuple(one for one in concerned if one is not None)
        return cls(posted, fact, posted.parties, targets, accounts)


def judge(
    candidate: Candidate,
    reading: AccountReading | None,
    closings: Closings = NONE_YET,
    stages: Stages = DEFAULT_STAGES,
    criteria: Sequence[Recorded] = (),
) -> None:
    """Raises RuleRefused or MalformedEvents if a rule refuses the event.

    `reading` is its account as known before, `closings` the months closed before (asked for by a closing only),
    `stages` those configured (asked for where a stage is named), `criteria` the sets of selection criteria known before
    (by a score only).
    """
    withdrawn = [target.type for target in candidate.targets]
    try:
        check(candidate.fact, reading, closings, withdrawn, stages, criteria)
    except Refused as refused:
        raise refusal(candidate, refused) from refused


def refusal(candidate: Candidate, refused: Refused) -> MalformedEvents | RuleRefused:
    """Why the event is not recorded, at its place in what was sent."""
    pointer = candidate.posted.pointer + refused.pointer
    if refused.malformed or refused.unknown:
        return MalformedEvents([FieldProblem(pointer, refused.detail, refused.rule)])
    return RuleRefused(refused.rule, refused.detail, pointer)


def check_name(candidate: Candidate, reading: AccountReading | None, known: Knowledge) -> None:
    """Raises RuleRefused if the event gives an opportunity a name that another one has, or had (SHEET)."""
    for made in introductions(candidate.fact.event):
        if made.kind != NAME or reading is None:
            continue
        own = reading.facts.of_sheet(getattr(candidate.fact.data, "opportunity_id", ""))
        free = {fact.position for fact in own} | {target.position for target in candidate.targets}
        if known.introduced_at(made) - free:
            detail = "is the name of another opportunity; every opportunity has a name of its own"
            raise RuleRefused("SHEET", detail, f"{candidate.posted.pointer}/data/name")


def says_the_same(posted: Posted, recorded: Recorded) -> bool:
    """Whether an event that is sent again says what was recorded; what the ledger filled in then may be missing."""
    sent, kept = canonical.stated(posted.event), canonical.stated(recorded.event)
    if not posted.is_dated:
        sent["effective_on"] = kept["effective_on"]
    if isinstance(posted.event, EventRetracted) and posted.event.account_id is None and "account_id" in kept:
        sent["account_id"] = kept["account_id"]
    return sent == kept


def _check_references(posted: Posted, known: Knowledge) -> None:
    unknown = [
        UnknownReference(one.kind, one.id, posted.pointer + one.pointer)
        for one in posted.references
        if not known.names(one, posted.event.account_id)
    ]
    if unknown:
        raise UnknownReferences(unknown)


def _targets(posted: Posted, known: Knowledge) -> tuple[Seen, ...]:
    """The events to be withdrawn: the corrected one first, then the retracted one."""
    targets = []
    for event_id, pointer in withdrawn_by(posted.event).items():
        target = known.event(event_id)
        if target is None:
            raise UnknownReferences([UnknownReference("event", event_id, posted.pointer + pointer)])
        if target.type == "event_retracted":
            raise AlreadyWithdrawn(event_id, posted.pointer + pointer, is_retraction=True)
        if known.is_withdrawn(event_id):
            raise AlreadyWithdrawn(event_id, posted.pointer + pointer)
        targets.append(target)
    return tuple(targets)


def _with_account(posted: Posted, event: EventRetracted, target: Seen) -> EventRetracted:
    """The retraction on the account of what it retracts."""
    if event.account_id is None and target.account_id is not None:
        return event.model_copy(update={"account_id": target.account_id})
    if event.account_id != target.account_id:
        message = "must be the account of the event it retracts"
        raise MalformedEvents([FieldProblem(f"{posted.pointer}/account_id", message)])
    return event


def _check_introduction(posted: Posted, introduced: Introduction, targets: tuple[Seen, ...], known: Knowledge) -> None:
    event = posted.event
    replaced = next((target.position for target in targets if target.event_id == event.corrects), None)
    if known.is_taken(introduced, event.account_id, replaced):
        place = "/account_id" if introduced.kind == "account" else f"/data/{introduced.kind}_id"
        raise AlreadyExists(introduced.kind, introduced.id, posted.pointer + place)
