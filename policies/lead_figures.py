"""Figures of leads: how many were captured, responded, and got how far; the rates, and how long each step takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from policies.carrying_over import carried_over
from policies.leads import STATES, Lead, State, Step
from policies.rulebook import rule

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class LeadFigures:
    """Counts of leads. `responded`, `qualified` and `converted` are those that ever did, `disqualified` those that
    stand so on the day. `days` are the lengths of the steps that are over, by state.
    """

    captured: int = 0
    responded: int = 0
    qualified: int = 0
    disqualified: int = 0
    converted: int = 0
    days: Mapping[State, tuple[int, ...]] | None = None

    @property
    def response_rate(self) -> str | None:
        """Responded per hundred captured, to two decimals, a half to the even one; None where nothing was captured."""
        return _rate(self.responded, self.captured)

    @property
    def conversion_rate(self) -> str | None:
        """Converted per hundred captured, likewise."""
        return _rate(self.converted, self.captured)

    @property
    def average_days(self) -> dict[State, str | None]:
        """The average length in days of the steps that are over, to two decimals; None for a state without any."""
        days = self.days or {}
        return {
            state: _quotient(sum(lengths), len(lengths)) if (lengths := days.get(state, ())) else None
            for state in STATES
            if state != "converted"
        }


@dataclass(frozen=True, slots=True)
class LeadReport:
    """The figures of all leads of a time, and of those from one source, of one campaign, of one responsible party.

    Each group stands under its name, None being those without one. Whoever is responsible, or was last, counts.
    """

    all: LeadFigures
    by_source: Mapping[str | None, LeadFigures]
    by_campaign: Mapping[str | None, LeadFigures]
    by_responsible: Mapping[str | None, LeadFigures]


@rule("LEAD")
def report(leads: Iterable[Lead]) -> LeadReport:
    """The figures of leads, each as it stands on the day asked about."""
    whole = _Tally()
    by_source, by_campaign, by_responsible = _Tallies(_Tally), _Tallies(_Tally), _Tallies(_Tally)
    for lead in leads:
        known, way = carried_over(lead), _Way.of(lead)
        for tally in (whole, by_source[known.source], by_campaign[known.campaign], by_responsible[way.responsible]):
            tally.count(way)
    return LeadReport(whole.figures, by_source.figures, by_campaign.figures, by_responsible.figures)


@dataclass(frozen=True, slots=True)
class _Way:
    """How far a lead got: the types of its facts, how it stands, who was responsible last, the days in past states."""

    ever: frozenset[str]
    disqualified: bool
    responsible: str | None
    days: tuple[tuple[State, int], ...]

    @classmethod
    def of(cls, lead: Lead) -> _Way:
        steps = lead.steps
        return cls(
            frozenset(fact.type for fact in lead.facts),
            steps[-1].state == "disqualified",
            next((step.responsible for step in reversed(steps) if step.responsible is not None), None),
            tuple(_lengths(steps)),
        )


class _Tally:
    def __init__(self) -> None:
        self._captured = 0
        self._ever: Counter[str] = Counter()
        self._disqualified = 0
        self._days: defaultdict[State, list[int]] = defaultdict(list)

    def count(self, way: _Way) -> None:
        self._captured += 1
        self._ever.update(way.ever)
        self._disqualified += way.disqualified
        for state, days in way.days:
            self._days[state].append(days)

    @property
    def figures(self) -> LeadFigures:
        return LeadFigures(
            self._captured,
            self._ever["lead_responded"],
            self._ever["lead_qualified"],
            self._disqualified,
            self._ever["lead_converted"],
            {state: tuple(days) for state, days in self._days.items()},
        )


class _Tallies(defaultdict[str | None, _Tally]):
    @property
    def figures(self) -> dict[str | None, LeadFigures]:
        return {name: self[name].figures for name in sorted(self, key=_none_last)}


def _lengths(steps: Sequence[Step]) -> Iterator[tuple[State, int]]:
    """The days spent in each state that is over, whoever was responsible meanwhile."""
    since = steps[0].since
    for step, following in pairwise(steps):
        if following.state != step.state:
            yield step.state, (following.since - since).days
            since = following.since


def _rate(part: int, whole: int) -> str | None:
    return _quotient(part, whole * CENT) if whole else None


def _quotient(dividend: int, divisor: Decimal | int) -> str:
    return str((Decimal(dividend) / divisor).quantize(CENT, ROUND_HALF_EVEN))


def _none_last(name: str | None) -> tuple[bool, str]:
    return name is None, name or ""
