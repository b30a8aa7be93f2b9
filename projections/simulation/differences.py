"""Differences: what is said otherwise of an account once something is supposed. Reasons alone make no difference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import Struct

from policies.impact import Impact
from policies.kept import Changes, Entitlement, Kept, Obligation, Sheet, Situation, Stream
from policies.obligations import Owed, owed_on
from policies.reasons import Reason
from projections.simulation.verdicts import VerdictChange

Said = tuple[Any, ...]
"""What an interval says, whatever its days and its reasons."""

Days = list[tuple[date, date]]

UNSAID = frozenset({"valid_from", "valid_until", "reasons"})


@dataclass(frozen=True, slots=True)
class OwedChange:
    """What is owed on the day, before and after; None where it is not owed."""

    before: Owed | None
    after: Owed | None


@dataclass(frozen=True, slots=True)
class AccountDifference:
    """The difference that a supposition makes to one account.

    `changes` are intervals of rights, obligations and calling that end, and those that begin; `calling` and
    `obligations` what is different on the day asked about; `residuals` who would earn otherwise.
    """

    account_id: str
    changes: Changes
    calling: tuple[VerdictChange, ...]
    obligations: tuple[OwedChange, ...]
    residuals: Impact

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.changes.ended or self.changes.begun or self.calling or self.obligations)


def changed(before: Iterable[Kept], after: Iterable[Kept]) -> Changes:
    """The intervals that end and those that begin, without those that say the same of the same days.

    Sheets are left out: a supposition is about rights, duties and money.
    """
    one, other = Counter(_rights_only(before)), Counter(_rights_only(after))
    ended, begun = _by_what_they_say(one - other), _by_what_they_say(other - one)
    for said in ended.keys() & begun.keys():
        if _covered(ended[said]) == _covered(begun[said]):
            del ended[said], begun[said]
        else:
            _drop_common_days(ended[said], begun[said])
    return Changes(_in_order(ended), _in_order(begun))


def _rights_only(kept: Iterable[Kept]) -> Iterator[Kept]:
    return (one for one in kept if not isinstance(one, Sheet))


def owed_changes(before: Iterable[Kept], after: Iterable[Kept], on: date) -> tuple[OwedChange, ...]:
    """What is owed otherwise on a day: newly, no more, or in another state."""
    one, other = _owed(before, on), _owed(after, on)
    return tuple(
        OwedChange(one.get(key), other.get(key))
        for key in sorted(one.keys() | other.keys())
        if _stands(one.get(key)) != _stands(other.get(key))
    )


def what_it_says(kept: Kept) -> Said:
    """What an interval says, whatever its days and its reasons."""
    return (type(kept).__name__, *_bare(kept))


def _bare(value: Any) -> Any:
    if isinstance(value, Reason):
        return True
    if isinstance(value, Struct):
        return tuple(_bare(getattr(value, name)) for name in value.__struct_fields__ if name not in UNSAID)
    return tuple(map(_bare, value)) if isinstance(value, tuple) else value


def _by_what_they_say(kept: Counter[Kept]) -> defaultdict[Said, list[Kept]]:
    found: defaultdict[Said, list[Kept]] = defaultdict(list)
    for one in kept.elements():
        found[what_it_says(one)].append(one)
    return found


def _covered(kept: Iterable[Kept]) -> Days:
    """The days on which something is said, those that touch run together."""
    covered: Days = []
    for since, until in sorted((one.valid_from, one.valid_until) for one in kept):
        if covered and since <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(covered[-1][1], until))
        else:
            covered.append((since, until))
    return covered


def _drop_common_days(ended: list[Kept], begun: list[Kept]) -> None:
    common = Counter(map(_days, ended)) & Counter(map(_days, begun))
    for kept in (ended, begun):
        left = Counter(common)
        for one in list(kept):
            if left[_days(one)] > 0:
                left[_days(one)] -= 1
                kept.remove(one)


def _days(kept: Kept) -> tuple[date, date]:
    return kept.valid_from, kept.valid_until


def _in_order(found: dict[Said, list[Kept]]) -> tuple[Kept, ...]:
    return tuple(sorted((one for kept in found.values() for one in kept), key=_place))


def _place(kept: Kept) -> tuple[str, str, str, date, str]:
    if isinstance(kept, Situation):
        return ("situation", kept.business, "", kept.valid_from, repr(kept.content))
    if isinstance(kept, Obligation):
        return ("obligation", kept.opportunity_id or "", kept.kind, kept.valid_from, kept.party_id)
    if isinstance(kept, Stream):
        return ("stream", kept.contract_id, kept.opportunity_id, kept.valid_from, kept.holder)
    if isinstance(kept, Entitlement):
        return ("entitlement", kept.contract_id, kept.kind, kept.valid_from, kept.party_id or "")
    if isinstance(kept, Sheet):
        return ("sheet", kept.opportunity_id, "", kept.valid_from, "")
    return ("right", kept.opportunity_id or "", kept.line or kept.kind, kept.valid_from, kept.holder)


OwedKey = tuple[str, ...]


def _owed(kept: Iterable[Kept], on: date) -> dict[OwedKey, Owed]:
    return {
        (
            one.kind,
            one.opportunity_id or "",
            one.contract_id or "",
            one.party_id,
            one.to_party_id or "",
            str(due.due_on or ""),
        ): due
        for one in kept
        if isinstance(one, Obligation) and one.valid_from <= on < one.valid_until
        for due in owed_on(one, on)
    }


def _stands(owed: Owed | None) -> tuple[Any, ...] | None:
    return None if owed is None else (owed.state, owed.since, owed.obligation.hard)
