"""Impact: what a move or a correction does to residual revenue, from whom to whom, in closed months and open ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from policies.kept import Entitlement, Kept, Right
from policies.periods import Closings, first_day, period_of
from policies.rulebook import rule

RESIDUAL = "residual"


@dataclass(frozen=True, slots=True)
class StreamMove:
    """How the chain of title of one stream changed: the intervals that no longer hold, and those in their place."""

    account_id: str
    contract_id: str
    opportunity_id: str
    before: tuple[Right, ...]
    after: tuple[Right, ...]


class AmountKey(NamedTuple):
    """Whose amount, on which contract, in which month; empty for no opportunity and for no party."""

    account_id: str
    contract_id: str
    opportunity_id: str
    period: str
    kind: str
    party_id: str
    currency: str


@dataclass(frozen=True, slots=True)
class AmountMove:
    """What one party earns otherwise on one contract in one month, in minor units; no party: what is unassigned.

    `key.kind` is `share`, `overlay` or `unassigned`. `closed`: the month was closed, the difference is an adjustment.
    """

    key: AmountKey
    closed: bool
    before: int
    after: int

    @property
    def difference(self) -> int:
        """What the party gains, or loses."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Impact:
    """What became otherwise of residual revenue."""

    streams: tuple[StreamMove, ...] = ()
    amounts: tuple[AmountMove, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything did."""
        return bool(self.streams or self.amounts)


@rule("RESIDUAL", "PERIOD")
def impact(ended: Iterable[Kept], begun: Iterable[Kept], closings: Closings) -> Impact:
    """The impact of a change, from the kept answers that it ends and those that it begins.

    What is only new, a stream or what a renewal earns in an open month, moves nothing and is left out.
    """
    ended, begun = list(ended), list(begun)
    return Impact(tuple(_streams(ended, begun)), tuple(_amounts(ended, begun, closings)))


def _streams(ended: Iterable[Kept], begun: Iterable[Kept]) -> list[StreamMove]:
    titles: defaultdict[tuple[str, str, str], tuple[list[Right], list[Right]]] = defaultdict(lambda: ([], []))
    for place, kept in enumerate((ended, begun)):
        for one in kept:
            if isinstance(one, Right) and one.kind == RESIDUAL:
                titles[one.account_id, one.contract_id or "", one.opportunity_id or ""][place].append(one)
    return [
        StreamMove(*key, *(tuple(sorted(rights, key=lambda right: right.valid_from)) for rights in sides))
        for key, sides in sorted(titles.items())
        if sides[0] and _title(sides[0]) != _title(sides[1])
    ]


def _title(rights: Iterable[Right]) -> set[tuple[object, ...]]:
    return {(right.holder, right.valid_from, right.valid_until) for right in rights}


def _amounts(ended: Iterable[Kept], begun: Iterable[Kept], closings: Closings) -> list[AmountMove]:
    before, after = _sums(ended), _sums(begun)
    closed = {key: closings.of(first_day(key.period)) is not None for key in before.keys() | after.keys()}
    moved = {(key.contract_id, key.period) for key in closed if key in before or closed[key]}
    return [
        AmountMove(key, closed[key], before[key], after[key])
        for key in sorted(closed)
        if (key.contract_id, key.period) in moved and before[key] != after[key]
    ]


def _sums(kept: Iterable[Kept]) -> Counter[AmountKey]:
    sums: Counter[AmountKey] = Counter()
    for one in kept:
        if isinstance(one, Entitlement):
            key = AmountKey(
                one.account_id,
                one.contract_id,
                one.opportunity_id or "",
                period_of(one.valid_from),
                one.kind,
                one.party_id or "",
                one.currency,
            )
            sums[key] += one.amount
    return sums
