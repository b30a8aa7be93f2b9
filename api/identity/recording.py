"""Recording: whether these events are this caller's to record, found before anything else is looked at.

By its role first, type by type. Then, for a caller that is bound to a party, by who acts in the event; and for one that
takes back or corrects, by what is taken back. What is malformed is left for the recorder to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from api.identity.callers import Caller, NotYours
from api.identity.roles import may_record
from ledger.events.catalogue import EVENT_TYPES
from ledger.identifiers import is_event_id
from ledger.recorded import Recorded
from ledger.store import Reader
from policies.views import read_views
from projections.parties import parties_known
from projections.views import VIEW_TYPES, view_facts

WHO_ACTS: Mapping[str, str] = MappingProxyType(
    {
        "account_plan_developed": "party_id",
        "account_plan_executed": "party_id",
        "lead_captured": "captured_by",
        "lead_assigned": "assigned_by",
        "lead_worked": "party_id",
        "list_view_saved": "owner",
        "lead_qualified": "qualified_by",
        "lead_disqualified": "disqualified_by",
        "opportunity_manager_appointed": "party_id",
        "engagement_recorded": "party_id",
        "customer_scored": "scored_by",
        "revenue_share_proposed": "proposed_by",
        "revenue_share_accepted": "party_id",
        "revenue_share_declined": "party_id",
        "revenue_share_ended": "party_id",
        "co_sell_quote_shared": "partner_id",
        "co_sell_contract_shared": "partner_id",
        "dispute_opened": "opened_by",
        "dispute_evidence_submitted": "party_id",
        "dispute_answered": "party_id",
    }
)
"""Event type → the field of its data that says who acts. For a bound caller that has to be the own party."""

UNRESTRICTED = frozenset({"admin"})
"""Roles that may take back events of every type."""

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """The party that a caller is bound to, and who acts as the same one, on a day, as the ledger knows it now."""

    party_id: str
    reader: Reader
    on: date

    def is_same(self, party_id: str) -> bool:
        """Whether a party acts as the caller's does. False for one that the ledger does not know."""
        if party_id == self.party_id:
            return True
        parties = parties_known(self.reader, [party_id, self.party_id], self.reader.head().position)
        if parties.version(party_id, self.on) is None:
            return False
        return parties.acting_as(party_id, self.on) == parties.acting_as(self.party_id, self.on)


def check_types(caller: Caller, events: Sequence[Raw]) -> bool:
    """Whether the caller's role may record these types; looks at nothing but them. Raises NotYours.

    The answer tells whether `check_contents` has anything to look at.
    """
    for place, raw in enumerate(events):
        event_type = raw.get("type")
        if not isinstance(event_type, str) or event_type not in EVENT_TYPES:
            continue  # malformed: the recorder says how
        if not may_record(caller.role, event_type):
            raise NotYours(_not_this_type(caller, event_type), f"/events/{place}/type")
    if caller.role in UNRESTRICTED:
        return caller.party_id is not None
    touches_others = any(True for _ in _taken_back(events)) or any(_type(raw) in VIEW_TYPES for raw in events)
    return caller.party_id is not None or touches_others


def check_contents(caller: Caller, events: Sequence[Raw], reader: Reader, today: date) -> None:
    """Who acts in the events, and what they take back. May wait for the database. Raises NotYours, StoreError."""
    own = None if caller.party_id is None else Own(caller.party_id, reader, today)
    if own is not None:
        _check_who_acts(own, events)
    if caller.role not in UNRESTRICTED:
        _check_taken_back(caller, own, events, reader)
        _check_views(caller, events, reader)


def _not_this_type(caller: Caller, event_type: str) -> str:
    if EVENT_TYPES[event_type].system_only:
        return f"{event_type} is recorded by the ledger's own scheduler only"
    return f"{event_type} is not for {caller.role} to record: docs/reference/roles.md says whose it is"


def _check_who_acts(own: Own, events: Iterable[Raw]) -> None:
    for place, raw in enumerate(events):
        field, data = WHO_ACTS.get(_type(raw)), raw.get("data")
        if field is None or not isinstance(data, Mapping):
            continue
        acting = data.get(field)
        if isinstance(acting, str) and not own.is_same(acting):
            raise NotYours(
                f"you record for {own.party_id}: {field} has to name that party", f"/events/{place}/data/{field}"
            )


def _check_taken_back(caller: Caller, own: Own | None, events: Sequence[Raw], reader: Reader) -> None:
    """What the caller could not have recorded, it can't take back. Of the own batch, that was seen to already."""
    here = {str(raw["event_id"]).lower() for raw in events if "event_id" in raw}
    wanted = [(pointer, event_id.lower()) for pointer, event_id in _taken_back(events)]
    found = reader.events_by_id([event_id for _, event_id in wanted if event_id not in here])
    for pointer, event_id in wanted:
        if event_id in here:
            continue
        if (fact := found.get(event_id)) is None or not _is_takeable(caller, own, fact):
            raise NotYours("this is no event that you could have recorded, so you can't take it back", pointer)


def _check_views(caller: Caller, events: Iterable[Raw], reader: Reader) -> None:
    """A view is saved again, and deleted, by whoever saved it."""
    named = [
        (place, raw["data"].get("view_id"))
        for place, raw in enumerate(events)
        if _type(raw) in VIEW_TYPES and isinstance(raw.get("data"), Mapping)
    ]
    known = read_views(view_facts(reader.rows), date.max) if named else {}
    for place, view_id in named:
        found = known.get(view_id) if isinstance(view_id, str) else None
        if found is not None and found.fact.actor != caller.actor:
            detail = "this view was saved by somebody else: save one of your own under another id"
            raise NotYours(detail, f"/events/{place}/data/view_id")


def _is_takeable(caller: Caller, own: Own | None, fact: Recorded) -> bool:
    if not may_record(caller.role, fact.event.type):
        return False
    if fact.type in VIEW_TYPES:
        return fact.actor == caller.actor
    if own is None:
        return True
    field = WHO_ACTS.get(fact.event.type)
    if field is None:
        return fact.actor == caller.actor
    acting = getattr(fact.event.data, field)
    return isinstance(acting, str) and own.is_same(acting)


def _taken_back(events: Iterable[Raw]) -> Iterator[tuple[str, str]]:
    """Where events name others that they retract or correct, and the ids of those."""
    for place, raw in enumerate(events):
        data = raw.get("data")
        if _type(raw) == "event_retracted" and isinstance(data, Mapping):
            yield from _id(f"/events/{place}/data/event_id", data.get("event_id"))
        yield from _id(f"/events/{place}/corrects", raw.get("corrects"))


def _id(pointer: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and is_event_id(value):
        yield pointer, value


def _type(raw: Raw) -> str:
    event_type = raw.get("type")
    return event_type if isinstance(event_type, str) else ""
