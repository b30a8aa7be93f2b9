"""Changes of the world: a figure set, a party registered anew, either taken back, a fact moved to another account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from ledger.events.figures import PolicyFigureSet
from ledger.events.parties import PartyRegistered
from ledger.store import OneOf, Prepared, Unit
from ledger.store.schema import accounts
from projections.figures import FIGURE_SET
from projections.judging import Candidate
from projections.knowledge import Journal
from projections.parties import MEMBERS, LoadedRegister, registration
from projections.pending import PendingRows
from projections.schema import kept_mentions

PARTY_REGISTERED = "party_registered"

ALL_ACCOUNTS = Prepared(select(accounts.c.account_id))
MENTIONING = Prepared(select(kept_mentions.c.account_id).where(OneOf(kept_mentions.c.party_id, "ids")).distinct())


@dataclass(frozen=True, slots=True)
class WorldChange:
    """What changes that derivations of several accounts rest on: figures, and parties registered differently."""

    figures: bool
    parties: frozenset[str]


def world_change(candidate: Candidate, register: LoadedRegister) -> WorldChange | None:
    """The change that an event makes to the world, None for one that concerns its own account only.

    A party registered for the first time changes nothing: no event can have named it before.
    """
    event = candidate.fact.event
    figures = isinstance(event, PolicyFigureSet)
    parties = set()
    if isinstance(event, PartyRegistered) and register.was_registered(event.data.party_id):
        parties.add(event.data.party_id)
    elsewhere = False
    for target in candidate.targets:
        elsewhere = elsewhere or target.account_id is None or target.account_id != event.account_id
        figures = figures or target.type == FIGURE_SET
        if target.type == PARTY_REGISTERED and isinstance(target.recorded.event, PartyRegistered):
            parties.add(target.recorded.event.data.party_id)
    return WorldChange(figures, frozenset(parties)) if figures or parties or elsewhere else None


def accounts_concerned(
    change: WorldChange, candidate: Candidate, unit: Unit, register: LoadedRegister, known_here: Iterable[str]
) -> list[str]:
    """The accounts to derive again, in order; `known_here` are those of which this unit has taken in events."""
    concerned = set(candidate.accounts)
    if change.figures:
        concerned.update(row[0] for row in unit.rows(ALL_ACCOUNTS))
    if change.figures or change.parties:
        concerned.update(known_here)
    if change.parties:
        parties = set(change.parties)
        for party_id in change.parties:
            parties.update(row[0] for row in unit.rows(MEMBERS, {"organisation": party_id}))
        parties.update(register.members_of(change.parties))
        concerned.update(row[0] for row in unit.rows(MENTIONING, {"ids": sorted(parties)}))
    return sorted(concerned)


def note_registrations(candidate: Candidate, register: LoadedRegister, pending: PendingRows, journal: Journal) -> None:
    """Notes the registration that an event makes, and those that it takes back."""
    fact = candidate.fact
    if isinstance(fact.event, PartyRegistered):
        one = registration(fact, fact.event)
        register.add(one)
        journal.note(lambda: register.remove(one))
        pending.parties.append(list(one))
        journal.note(pending.parties.pop)
    for target in candidate.targets:
        if isinstance(target.recorded.event, PartyRegistered):
            party_id = target.recorded.event.data.party_id
            register.close(party_id, target.position, fact.position)
            pending.close_party(party_id, target.position, fact.position)
