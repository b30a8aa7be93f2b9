"""The funnel: how many open opportunities stand in which stage, and what they are worth, plainly and weighted.

Currencies are never added together. An opportunity weighs its amount times its probability: that of its sheet, else
the one configured for its stage. Each weight is rounded by itself, half a minor unit up, so that the parts of any
division of the funnel add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from ledger.money import PERCENT, percent_of
from policies.kept import Sheet
from policies.rulebook import rule
from policies.stages import StageSet


class Pile(Struct, frozen=True, gc=False):
    """Open opportunities of one stage, currency and probability whose amounts leave the same `rest` over a hundred.

    `amount` is the sum of theirs, in minor units. Any probability of the rest of them is a whole number, so that the
    weight of each, rounded by itself, follows from their sum: a database may add them up.
    """

    stage: str | None
    currency: str | None
    probability: int | None
    rest: int
    count: int
    amount: int


@dataclass(slots=True)
class Value:
    """What `count` opportunities are worth in one currency, in minor units; `unweighted` of them lack a probability."""

    count: int = 0
    amount: int = 0
    weighted: int = 0
    unweighted: int = 0


@dataclass(slots=True)
class StageShape:
    """One stage of a funnel; `place` is None for a name that isn't configured, `stage` for those without any.

    `without_amount` of its opportunities say nothing of their value; `values` are those of the others, by currency.
    """

    stage: str | None
    place: int | None = None
    count: int = 0
    without_amount: int = 0
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Shape:
    """A funnel: all that is open, and the same stage by stage, the configured ones first and in their order."""

    whole: StageShape
    stages: tuple[StageShape, ...]


def pile_of(sheet: Sheet) -> Pile:
    """One opportunity by itself."""
    amount = sheet.amount
    currency = None if amount is None else sheet.currency
    return Pile(sheet.stage, currency, sheet.probability, (amount or 0) % PERCENT, 1, amount or 0)


@rule("FUNNEL")
def shape(piles: Iterable[Pile], stages: StageSet) -> Shape:
    """The shape and the value of a funnel, by the stages in effect on its day."""
    whole = StageShape(None)
    found = {stage.name.casefold(): StageShape(stage.name, stage.place) for stage in stages.stages}
    others: dict[str | None, StageShape] = {}
    for pile in piles:
        key = None if pile.stage is None else pile.stage.casefold()
        own = found.get(key) if key is not None else None
        if own is None:
            own = others.setdefault(key, StageShape(pile.stage))
        stage = stages.find(own.stage)
        probability = pile.probability
        if probability is None and stage is not None:
            probability = stage.probability
        for sum_ in (own, whole):
            _add(sum_, pile, probability)
    beside = sorted(others.values(), key=lambda one: (one.stage is None, (one.stage or "").casefold()))
    return Shape(whole, (*found.values(), *beside))


def _add(to: StageShape, pile: Pile, probability: int | None) -> None:
    to.count += pile.count
    if pile.currency is None:
        to.without_amount += pile.count
        return
    value = to.values.setdefault(pile.currency, Value())
    value.count += pile.count
    value.amount += pile.amount
    if probability is None:
        value.unweighted += pile.count
    else:
        whole = pile.amount - pile.count * pile.rest
        value.weighted += whole // PERCENT * probability + pile.count * percent_of(pile.rest, probability)
