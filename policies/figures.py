"""Figures: every number a rule rests on, with the date from which it holds and its clause; no number stands in code."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.events.figures import PolicyFigureSet
from ledger.recorded import Recorded
from policies.days import Order
from policies.refusals import Refused

Value = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """What a figure means, its unit, its clause, and the value that holds until another is set."""

    name: str
    default: Value
    unit: str
    clause: str
    says: str
    minimum: int = 0
    maximum: int = 3_650


DEFINITIONS: dict[str, FigureDefinition] = {
    figure.name: figure
    for figure in (
        FigureDefinition("grace_days", 90, "days", "prism.4", "How long a line stays reserved after its clock starts."),
        FigureDefinition(
            "inclusion_window_days",
            90,
            "days",
            "prism.5",
            "How long before a renewal a co-sell partner must be included.",
        ),
        FigureDefinition(
            "warning_days", (30, 7, 1), "days", "prism.4", "How long before a deadline the holder is warned.", 1
        ),
        FigureDefinition(
            "engagement_window_days", 30, "days", "prism.2", "After how long an engagement counts as stale."
        ),
        FigureDefinition(
            "outcome_words", 40, "words", "exception.8", "In how many words an outcome is told at most.", 5, 500
        ),
        FigureDefinition(
            "important_amount",
            100_000,
            "units of the currency",
            "guide.39",
            "From which amount on an opportunity is commercially important, in its own currency.",
            0,
            10**12,
        ),
        FigureDefinition("new_days", 14, "days", "guide.39", "How long an opportunity counts as new."),
        FigureDefinition(
            "not_moving_days", 45, "days", "guide.39", "After how long in one stage an opportunity is not moving."
        ),
        FigureDefinition(
            "closing_soon_days",
            30,
            "days",
            "guide.22",
            "How long before its expected close an opportunity closes soon.",
        ),
        FigureDefinition(
            "lapsing_soon_days", 30, "days", "prism.4", "How long before a deadline an opportunity lapses soon."
        ),
        FigureDefinition(
            "dispute_answer_days", 14, "days", "decided", "How long after its opening a dispute is to be answered."
        ),
        FigureDefinition(
            "dispute_ruling_days", 30, "days", "decided", "How long after its opening a dispute is to be ruled on."
        ),
        FigureDefinition(
            "partner_live_claims",
            200,
            "claims",
            "prism.2",
            "How many lines a partner may claim at the same time by its own recording.",
            0,
            1_000_000,
        ),
        FigureDefinition(
            "partner_claims_per_day",
            50,
            "claims",
            "prism.2",
            "How many lines a partner may claim anew on one day by its own recording.",
            0,
            1_000_000,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class FigureValue:
    """The value in effect on a day, since when, and the event that set it (None for the default)."""

    name: str
    value: Value
    since: date | None
    event_id: str | None

    @property
    def days(self) -> int:
        """The value as a number of days."""
        return self.count

    @property
    def count(self) -> int:
        """The value as one whole number, in the unit of the figure."""
        if not isinstance(self.value, int):
            raise TypeError(f"{self.name} is a list")
        return self.value


class Figures:
    """All figures as known at one moment."""

    def __init__(self, settings: Iterable[Recorded] = ()) -> None:
        self._orders: dict[str, list[Order]] = {}
        self._values: dict[str, list[FigureValue]] = {}
        for fact in sorted(settings, key=lambda fact: fact.order):
            if isinstance(fact.event, PolicyFigureSet):
                data = fact.event.data
                value = data.value if isinstance(data.value, int) else tuple(data.value)
                self._orders.setdefault(data.figure, []).append(fact.order)
                self._values.setdefault(data.figure, []).append(
                    FigureValue(data.figure, value, fact.effective_on, fact.event_id)
                )
        self._defaults = {name: FigureValue(name, d.default, None, None) for name, d in DEFINITIONS.items()}

    def at(self, name: str, on: date) -> FigureValue:
        """The figure in effect on a date. Raises KeyError for a name no rule uses."""
        orders = self._orders.get(name)
        if orders:
            at = bisect.bisect(orders, (on, 2**63)) - 1
            if at >= 0:
                return self._values[name][at]
        return self._defaults[name]

    def ever(self, name: str) -> list[Value]:
        """Every value that a figure has had or will have on any date."""
        return [self._defaults[name].value, *(one.value for one in self._values.get(name, ()))]

    def all_on(self, on: date) -> list[FigureValue]:
        """Every figure in effect on a date."""
        return [self.at(name, on) for name in DEFINITIONS]


def check_figure(event: PolicyFigureSet) -> None:
    """Refuse a figure that no rule uses or a value outside its bounds."""
    definition = DEFINITIONS.get(event.data.figure)
    if definition is None:
        raise Refused(
            None,
            f"no rule uses a figure named {event.data.figure!r}; known are {', '.join(DEFINITIONS)}",
            "/data/figure",
            unknown=True,
        )
    value = event.data.value
    if isinstance(value, int) != isinstance(definition.default, int):
        raise Refused(
            None,
            f"{definition.name} takes {'one number' if isinstance(definition.default, int) else 'a list of numbers'}",
            "/data/value",
            malformed=True,
        )
    for number in (value,) if isinstance(value, int) else value:
        if not definition.minimum <= number <= definition.maximum:
            raise Refused(
                None,
                f"{definition.name} lies between {definition.minimum} and {definition.maximum} {definition.unit}",
                "/data/value",
                malformed=True,
            )
