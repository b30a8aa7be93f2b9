"""Entitlements: what each renewal earns whom, to the minor unit.

All of a renewal is judged on the first day of its period: who holds the stream, which share is in force, which lines
earn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.contracts import ContractRenewed
from ledger.recorded import Recorded
from policies.contracts import (
    ContractHistory,
    Part,
    earning_lines,
    left_out,
    line_sums,
    share_on,
    shares_of,
    stream_reason,
    won_at,
)
from policies.days import LAST, Order, on_day
from policies.establishment import Holding
from policies.kept import Entitlement, LeftOut, LineSum
from policies.reasons import Reason, because
from policies.rulebook import rule
from policies.sharing import Agreement
from policies.splitting import credit, split


@dataclass(frozen=True, slots=True)
class _Portion:
    """The part of a renewal that one opportunity's stream earns on."""

    part: Part
    holder: Holding
    earning: tuple[LineSum, ...]

    @property
    def base(self) -> int:
        return sum(one.amount for one in self.earning)


def entitlements(contract: ContractHistory, renewal: Recorded) -> Iterator[Entitlement]:
    """What one renewal earns whom; never nothing: what no one is entitled to is unassigned."""
    event = renewal.event
    if not isinstance(event, ContractRenewed):
        return
    day, lines = event.data.period_from, line_sums(renewal)
    portions = _portions(contract, day, lines)
    earning = {one.line for portion in portions for one in portion.earning}
    if not portions:
        yield from unassigned(contract, renewal, event)
    for portion in portions:
        yield from _entitled(contract, renewal, event, portion, left_out(contract, day, lines, frozenset(earning)))


def _portions(contract: ContractHistory, day: date, lines: Sequence[LineSum]) -> list[_Portion]:
    """A portion for each stream held on the day that earns something; if none does, all of them earn nothing."""
    found = [
        _Portion(part, held.value, earning)
        for part, earning in earnings(contract, day, lines)
        if (held := on_day(part.title, day)) is not None
    ]
    return [portion for portion in found if portion.base] or found


@rule("RESIDUAL-BASE")
def earnings(contract: ContractHistory, day: date, lines: Sequence[LineSum]) -> list[tuple[Part, tuple[LineSum, ...]]]:
    """What each opportunity earns on: a line won in several of them earns once, where it was won first."""
    first: dict[str, tuple[Order, int]] = {}
    for place, part in enumerate(contract.parts):
        for line in earning_lines(part, day):
            first[line] = min(first.get(line, (LAST, 0)), (won_at(part, line), place))
    return [
        (part, tuple(one for one in lines if one.line in first and first[one.line][1] == place))
        for place, part in enumerate(contract.parts)
    ]


@rule("RESIDUAL-SHARE", "RESIDUAL-EXACT")
def _entitled(
    contract: ContractHistory,
    renewal: Recorded,
    event: ContractRenewed,
    portion: _Portion,
    without: tuple[LeftOut, ...],
) -> Iterator[Entitlement]:
    """A portion split among the parties of the share in force, else all to the holder; and what stands beside."""
    share = share_on(portion.part, event.data.period_from)
    shares = shares_of(portion.holder, share)
    reasons = (*_base_reasons(portion), *([_split_by(share)] if share else [portion.holder.reason]))
    parts = [("share", one, amount) for one, amount in zip(shares, split(portion.base, shares), strict=True)]
    if share is not None:
        parts += [("overlay", one, credit(portion.base, one[1])) for one in share.overlays]
    for place, (kind, (party_id, percent), amount) in enumerate(parts):
        yield Entitlement(
            kind,
            contract.account_id,
            contract.contract_id,
            event.data.period_from,
            event.data.period_until,
            renewal.event_id,
            event.data.currency,
            portion.base,
            amount,
            portion.base if place == 0 else 0,
            portion.part.opportunity.opportunity_id,
            party_id,
            percent,
            share.agreement_id if share else None,
            portion.earning,
            without,
            reasons,
        )


def _base_reasons(portion: _Portion) -> tuple[Reason, ...]:
    lines = {one.line for one in portion.earning}
    won = [claim.ending.reason for claim in portion.part.contract.won if claim.ending and claim.line in lines]
    events = sorted({event_id for reason in won for event_id in reason.event_ids})
    return (stream_reason(portion.part), because("RESIDUAL-BASE", events, lines=sorted(lines) or None))


def _split_by(share: Agreement) -> Reason:
    return because("RESIDUAL-SHARE", share.reason.event_ids, agreement_id=share.agreement_id)


@rule("RESIDUAL-NOBODY")
def unassigned(contract: ContractHistory, renewal: Recorded, event: ContractRenewed) -> Iterator[Entitlement]:
    """A renewal that no one is entitled to, listed all the same: in each opportunity with a base, or with none."""
    day, lines = event.data.period_from, line_sums(renewal)
    found: list[tuple[Part | None, tuple[LineSum, ...]]] = [
        (part, earning) for part, earning in earnings(contract, day, lines) if earning
    ]
    won = frozenset(one.line for _, earning in found for one in earning)
    why = "ended" if day >= contract.until else "award" if not contract.parts else "terms" if won else "claim"
    reason = because("RESIDUAL-NOBODY", [contract.ended.event_id if contract.ended else None], why=why)
    for part, earning in found or [(next(iter(contract.parts), None), ())]:
        base = sum(one.amount for one in earning)
        yield Entitlement(
            "unassigned",
            contract.account_id,
            contract.contract_id,
            day,
            event.data.period_until,
            renewal.event_id,
            event.data.currency,
            base,
            base,
            base,
            part.opportunity.opportunity_id if part is not None else None,
            earning=earning,
            left_out=left_out(contract, day, lines, won),
            reasons=(reason,),
        )
