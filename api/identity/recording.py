"""Recording: whether these events are this caller's to record, found before anything else is looked at.

By its role first, type by type. Then, for a caller that is bound to a party, by who acts in the event; and for one that
takes back or corrects, by what is taken back. What is malformed is left for the recorder to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from api.identity.acting import WHO_ACTS
from api.identity.belongings import Parts, same_parties
from api.identity.callers import BINDS, Caller, NotYours
from api.identity.roles import may_record
from ledger.events.catalogue import EVENT_TYPES
from ledger.identifiers import is_event_id
from ledger.recorded import Recorded
from ledger.store import Reader
from policies.views import read_views
from projections.asking import Moment
from projections.disputes import dispute_sheet
from projections.knowledge import withdrawn_by
from projections.parties import parties_known
from projections.problems import UnknownSubject
from projections.views import VIEW_TYPES, view_facts

SIDE_FACTS = frozenset({"co_sell_quote_shared", "co_sell_contract_shared", "revenue_share_proposed", "lead_converted"})
"""Facts that name an opportunity and are no part of what its manager's right rests on."""

UNRESTRICTED = frozenset({"admin"})
"""Roles that may take back events of every type."""

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Own:
    """The party that a caller is bound to, and who acts as the same one, on a day, as the ledger knows it now."""

    party_id: str
    reader: Reader
    on: date

    @cached_property
    def parties(self) -> frozenset[str]:
        """The party and all that act as the same one."""
        return same_parties(self.reader, self.party_id, self.reader.head().position, self.on)

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
        if caller.role not in BINDS:  # a partner may not even learn that there is such a dispute: partners.check_batch
            _check_withdrawn_disputes(own, events)
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
        if own is not None:
            _check_still_theirs(own, fact, pointer, events)


def _check_still_theirs(own: Own, fact: Recorded, pointer: str, events: Sequence[Raw]) -> None:
    """What an opportunity rests on stays with it when its manager changes (OM-ESTABLISHED), whoever had stated it."""
    opportunity_id = getattr(fact.data, "opportunity_id", None)
    if opportunity_id is not None and fact.type not in SIDE_FACTS and not _manages(own, fact, opportunity_id):
        raise NotYours("this stays with its opportunity, which you don't manage, so you can't take it back", pointer)
    place, _, field = pointer.removeprefix("/events/").partition("/")
    if field == "corrects" and _type(events[int(place)]) != fact.type:
        raise NotYours(f"this corrects a {fact.type}: one of the same type has to stand in its place", pointer)


def _manages(own: Own, fact: Recorded, opportunity_id: str) -> bool:
    parts = Parts(own.parties)
    history = own.reader.history(fact.account_id or "", up_to=own.reader.head().position)
    gone = {event_id for one in history for event_id in withdrawn_by(one.event)}
    for one in history:
        if one.event_id not in gone:
            _, *party, _ = one.actor.split("/") if one.actor.count("/") > 1 else ("", "")
            parts.take(one.event, one.order, is_own=not own.parties.isdisjoint(party))
    return parts.manages(opportunity_id)


def _check_withdrawn_disputes(own: Own, events: Iterable[Raw]) -> None:
    """A dispute is withdrawn by the party that opened it."""
    for place, raw in enumerate(events):
        data = raw.get("data")
        dispute_id = data.get("dispute_id") if isinstance(data, Mapping) else None
        if _type(raw) != "dispute_withdrawn" or not isinstance(dispute_id, str):
            continue
        try:
            known = dispute_sheet(own.reader, dispute_id, Moment(date.max, own.reader.head().position)).dispute
        except UnknownSubject:
            continue  # opened in this batch, by the own party then, or the recorder says that there is none
        if not own.is_same(known.opened_by):
            detail = f"you record for {own.party_id}: a dispute is withdrawn by the party that opened it"
            raise NotYours(detail, f"/events/{place}/data/dispute_id")


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
