"""The queue: which of several live claims on one account and line is reserved, and which wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from policies.claims import Claim
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Place:
    """A live claim's place in the queue of its line: it waits behind `ahead` until `reserved_from`."""

    claim: Claim
    live_from: date
    live_until: date
    reserved_from: date
    ahead: Claim | None

    @property
    def is_reserved(self) -> bool:
        """Whether the claim ever comes first."""
        return self.reserved_from < self.live_until


@rule("OM-QUEUE")
def queue(claims: Iterable[Claim], ahead: Sequence[Place] = ()) -> list[Place]:
    """The live claims on one line in the order in which they were established, each with its place.

    Every claim ahead began earlier, so a claim waits exactly until the last of those ahead has ended. `ahead` are the
    places, in order, of claims that were all established before these.
    """
    waiting = sorted(
        ((claim.start, claim.opportunity_id, claim, claim.live) for claim in claims if claim.start and claim.live),
        key=lambda entry: entry[:2],
    )
    places: list[Place] = []
    longest = max(ahead, key=lambda place: place.live_until, default=None)
    taken_until, last = (longest.live_until, longest.claim) if longest else (date.min, None)
    for _, _, claim, live in waiting:
        behind = last if taken_until > live.since else None
        reserved_from = min(max(live.since, taken_until), live.until)
        places.append(Place(claim, live.since, live.until, reserved_from, behind))
        if live.until > taken_until:
            taken_until, last = live.until, claim
    return places
