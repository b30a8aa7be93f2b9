"""Splitting money: to the minor unit, by largest remainder, so that the parts always add up to the whole."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.events.sharing import WHOLE_STEPS, in_steps
from policies.rulebook import rule


@rule("RESIDUAL-EXACT")
def split(base: int, percents: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    """The part of each (party id, percentage) in `base` minor units, in the order given; the percentages total 100.

    Each gets its part rounded down; what is left goes, a minor unit each, to the largest remainders, of equal ones to
    the larger percentage, then by party id.
    """
    parts = [divmod(base * in_steps(percent), WHOLE_STEPS) for _, percent in percents]
    amounts = [whole for whole, _ in parts]

    def rank(at: int) -> tuple[int, int, str]:
        party_id, percent = percents[at]
        return -parts[at][1], -in_steps(percent), party_id

    for at in sorted(range(len(parts)), key=rank)[: base - sum(amounts)]:
        amounts[at] += 1
    return tuple(amounts)


@rule("RESIDUAL-EXACT")
def credit(base: int, percent: str) -> int:
    """A credit beside the split: a percentage of `base` minor units, half a unit rounded up."""
    whole, rest = divmod(base * in_steps(percent), WHOLE_STEPS)
    return whole + 1 if rest + rest >= WHOLE_STEPS else whole
