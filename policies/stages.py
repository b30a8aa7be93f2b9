"""Stages: which ones the company sells by on a day, in their order, and what each supports, asks and promises."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.events.stages import SalesStagesConfigured
from ledger.recorded import Recorded
from policies.days import Order
from policies.refusals import Refused
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of selling; `place` counts from 0, `probability` is in percent and stands in where none is stated."""

    name: str
    place: int
    supports: str | None = None
    probability: int | None = None
    gate: bool = False
    milestones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageSet:
    """The stages in effect on a day, in their order; since when, and by which event (None: the default ones)."""

    stages: tuple[Stage, ...]
    since: date | None = None
    event_id: str | None = None

    def find(self, name: str | None) -> Stage | None:
        """The stage of a name, capitals aside."""
        key = None if name is None else name.casefold()
        return next((stage for stage in self.stages if stage.name.casefold() == key), None)

    @property
    def names(self) -> str:
        """All names, for a sentence."""
        return ", ".join(stage.name for stage in self.stages)


DEFAULT = StageSet(
    tuple(
        Stage(name, place, supports, gate=gate)
        for place, (name, supports, gate) in enumerate(
            (
                ("Prospecting", "Seeing and ranking needs", False),
                ("Engaging", "Seeing and ranking needs", False),
                ("Qualified", "Defining a solution", True),
                ("Proposing", "Comparing solutions", True),
                ("Negotiating", "Choosing a solution", True),
                ("Closing", "Putting the solution to use", False),
            )
        )
    )
)
"""The stages of a company that has configured none: those of the guide's buying process (guide.17), with its gates."""


class Stages:
    """The stages as known at one moment, on any day."""

    def __init__(self, settings: Iterable[Recorded] = ()) -> None:
        found: list[tuple[Order, StageSet]] = [
            (fact.order, _stage_set(fact, fact.event))
            for fact in sorted(settings, key=lambda fact: fact.order)
            if isinstance(fact.event, SalesStagesConfigured)
        ]
        self._orders = [order for order, _ in found]
        self._sets = [stages for _, stages in found]

    def on(self, day: date) -> StageSet:
        """The stages in effect on a day."""
        at = bisect.bisect(self._orders, (day, 2**63)) - 1
        return self._sets[at] if at >= 0 else DEFAULT


@rule("SHEET")
def check_stage(name: str | None, day: date, stages: Stages) -> None:
    """Refuse a stage that isn't configured on the day."""
    known = stages.on(day)
    if name is not None and known.find(name) is None:
        detail = f"there is no stage {name!r} on {day}; the configured stages are {known.names}"
        raise Refused("SHEET", detail, "/data/stage", unknown=True)


def _stage_set(fact: Recorded, event: SalesStagesConfigured) -> StageSet:
    return StageSet(
        tuple(
            Stage(one.stage, place, one.supports, one.probability, one.gate, one.milestones)
            for place, one in enumerate(event.data.stages)
        ),
        fact.effective_on,
        fact.event_id,
    )
