"""Partners: what a partner's own batch may name, and how much it may claim. Found before anything is recorded.

What is another's is told as what is not there: the answer to both is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from pydantic import ValidationError

from api.identity.belongings import Belongings, Parts
from api.identity.callers import Caller, NotYours
from api.identity.disputing import own_dispute
from api.identity.precedence import check_precedence
from ledger.events.assessments import MilestoneAssessed, OpportunityAssessed
from ledger.events.awards import BusinessLost
from ledger.events.base import Event
from ledger.events.catalogue import parse
from ledger.events.closing_plans import ClosingPlanDrafted
from ledger.events.disputes import DisputeWithdrawn
from ledger.events.engagement import OpportunityPlanAdopted
from ledger.events.forecasts import ForecastRecorded
from ledger.events.key_players import KeyPlayerMapped, KeyPlayerRemoved
from ledger.events.opportunities import OpportunityAbandoned, OpportunityManagerAppointed
from ledger.events.outcomes import OutcomeMeasured, OutcomeStated
from ledger.events.references import Reference, introduces, references
from ledger.events.reviews import ActionAgreed, ActionDone, ActionDropped, OpportunityReviewed
from ledger.events.sheets import OpportunityRevised
from ledger.store import Reader
from policies.quotas import Claimed, check_quota
from projections.asking import Moment
from projections.figures import figures_on
from projections.problems import UnknownReference, UnknownReferences, UnknownSubject
from projections.rights import rights_of_party

MANAGERS_OWN = (
    ForecastRecorded,
    OpportunityPlanAdopted,
    BusinessLost,
    OpportunityAbandoned,
    OpportunityManagerAppointed,
    OpportunityReviewed,
    ActionAgreed,
    ActionDone,
    ActionDropped,
    OpportunityAssessed,
    MilestoneAssessed,
    KeyPlayerMapped,
    KeyPlayerRemoved,
    ClosingPlanDrafted,
    OpportunityRevised,
    OutcomeStated,
    OutcomeMeasured,
)
"""What a partner records on opportunities that it manages only."""

LIVE = frozenset({"incomplete", "active", "in_grace", "queued"})

Raw = Mapping[str, Any]


def check_batch(caller: Caller, events: Sequence[Raw], reader: Reader, today: date) -> None:
    """Holds a partner's batch to what it is part of, and to its quotas. May wait for the database.

    Raises UnknownReferences, NotYours, StoreError. What is malformed is left for the recorder to tell.
    """
    assert caller.party_id is not None  # noqa: S101 - a partner is bound
    belongings = Belongings(reader, caller.party_id, reader.head().position, today)
    unknown: list[UnknownReference] = []
    here: set[str] = set()
    claimed: list[tuple[str, str]] = []
    stated: dict[int, Event] = {}
    for place, raw in enumerate(events):
        try:
            event = parse(raw, today=today)
        except ValidationError:
            continue
        parts = belongings.parts(event.account_id or "")
        unknown += [
            UnknownReference(one.kind, one.id, f"/events/{place}{one.pointer}")
            for one in references(event)
            if not (_is_own(one, event, parts, belongings, here) or _is_concerned(one, event, belongings, today))
        ]
        if isinstance(event, ForecastRecorded):
            claimed += [(event.data.opportunity_id, line.line) for line in event.data.lines]
        stated[place] = event
        parts.take(event, (event.effective_on, 2**63 + place), is_own=True)
        if event.event_id is not None:
            here.add(event.event_id)
        made = introduces(event)
        if made is not None and made.kind == "agreement":
            parts.agreements.add(made.id)
    if unknown:
        raise UnknownReferences(unknown)
    if claimed:
        _check_claims(claimed, belongings, reader, today)
    check_precedence(stated, belongings.parties, reader, today)


def _is_own(one: Reference, event: Event, parts: Parts, belongings: Belongings, here: set[str]) -> bool:
    if one.kind == "account":
        return True
    if one.kind == "party":
        return one.id in belongings.parties
    if one.kind == "opportunity":
        return parts.manages(one.id) if isinstance(event, MANAGERS_OWN) else one.id in parts.opportunities
    if one.kind == "contract":
        return parts.has_contract(one.id)
    if one.kind == "agreement":
        return one.id in parts.agreements
    if one.kind == "dispute":
        return one.id in (parts.opened_disputes if isinstance(event, DisputeWithdrawn) else parts.disputes)
    return one.kind == "event" and (one.id in here or belongings.place_of(one.id) is not None)


def _is_concerned(one: Reference, event: Event, belongings: Belongings, today: date) -> bool:
    """Whether a dispute that names no opportunity of the party's is directed against it all the same: it may answer."""
    if one.kind != "dispute" or isinstance(event, DisputeWithdrawn):
        return False
    return own_dispute(belongings, one.id, Moment(today, belongings.position)) is not None


def _check_claims(claimed: list[tuple[str, str]], belongings: Belongings, reader: Reader, today: date) -> None:
    """Holds the lines that the batch claims anew to the figures of the day. Raises NotYours."""
    live = _live(belongings, reader, today)
    recorded_on = datetime.now(UTC).date()
    before: set[tuple[str, str]] = set()
    that_day: set[tuple[str, str]] = set()
    for fact in belongings.facts:
        if isinstance(fact.event, ForecastRecorded):
            lines = {(fact.event.data.opportunity_id, line.line) for line in fact.event.data.lines}
            that_day |= lines - before if fact.recorded_at.date() == recorded_on else set()
            before |= lines
    anew = set(claimed) - before
    figures = {
        one.name: one.days for one in figures_on(reader, Moment(today, belongings.position)) if one.name in QUOTAS
    }
    refused = check_quota(Claimed(live=len(live | anew), that_day=len(that_day | anew), anew=len(anew)), figures)
    if refused is not None:
        raise NotYours(refused, "/events")


QUOTAS = frozenset({"partner_live_claims", "partner_claims_per_day"})


def _live(belongings: Belongings, reader: Reader, today: date) -> set[tuple[str, str]]:
    at = Moment(today, belongings.position)
    found: set[tuple[str, str]] = set()
    for party_id in belongings.parties:
        after: str | None = None
        while True:
            try:
                page = rights_of_party(reader, party_id, at, after=after, limit=1_000)
            except UnknownSubject:
                break
            found |= {
                (one.opportunity_id or "", one.line or "")
                for one in page.items
                if one.kind == "opportunity_manager" and one.status in LIVE
            }
            after = page.next
            if after is None:
                break
    return found
