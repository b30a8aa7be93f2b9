"""The team of an opportunity: who takes part in which role from when to when, beside its one manager."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.events.sheets import TeamMemberJoined, TeamMemberLeft
from ledger.recorded import Recorded
from policies.days import FOREVER
from policies.refusals import Refused
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Member:
    """A party in a role over `[since, until)`; `event_id` is that of the fact which gave it the role."""

    party_id: str
    role: str
    since: date
    until: date
    event_id: str


@rule("TEAM")
def team(history: Iterable[Recorded]) -> tuple[Member, ...]:
    """Every membership that the facts of an opportunity tell of, in the order in which they began."""
    current: dict[str, Member] = {}
    found: list[Member] = []
    for fact in sorted(history, key=lambda fact: fact.order):
        event = fact.event
        if not isinstance(event, TeamMemberJoined | TeamMemberLeft):
            continue
        before = current.pop(event.data.party_id, None)
        if before is not None and before.since < fact.effective_on:
            found.append(Member(before.party_id, before.role, before.since, fact.effective_on, before.event_id))
        if isinstance(event, TeamMemberJoined):
            current[event.data.party_id] = Member(
                event.data.party_id, event.data.role, fact.effective_on, FOREVER, fact.event_id
            )
    return tuple(sorted([*found, *current.values()], key=lambda one: (one.since, one.party_id)))


def members_on(members: Iterable[Member], day: date) -> tuple[Member, ...]:
    """Who takes part on a day."""
    return tuple(one for one in members if one.since <= day < one.until)


@rule("TEAM")
def check_leaving(candidate: Recorded, history: Iterable[Recorded]) -> None:
    """Refuse that somebody leaves who takes no part on that day."""
    event = candidate.event
    if not isinstance(event, TeamMemberLeft):
        return
    members = team([fact for fact in history if fact.order < candidate.order])
    if all(one.party_id != event.data.party_id for one in members_on(members, event.effective_on)):
        detail = f"{event.data.party_id!r} takes no part in the opportunity on {event.effective_on}"
        raise Refused("TEAM", detail, "/data/party_id")
