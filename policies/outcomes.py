"""Outcomes: the criteria stated for an opportunity, and by how much its measurements fall short of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ledger.events.outcomes import Criterion, OutcomeMeasured, OutcomeStated
from ledger.recorded import Recorded
from policies.days import next_day
from policies.figures import Figures
from policies.kept import Shortfall
from policies.refusals import Refused
from policies.rulebook import rule


@dataclass(slots=True)
class Outcome:
    """The outcome in effect, and the last measurement of each criterion."""

    stated: Recorded
    event: OutcomeStated
    measured: dict[str, tuple[Recorded, OutcomeMeasured.Data]] = field(default_factory=dict)

    @property
    def criteria(self) -> Mapping[str, Criterion]:
        return {one.criterion: one for one in self.event.data.criteria}

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """The criteria that nobody has measured yet."""
        return tuple(name for name in self.criteria if name not in self.measured)


def follow(outcome: Outcome | None, fact: Recorded) -> Outcome | None:
    """The outcome after a fact. A new statement keeps the measurements of criteria that it names again.

    In the same unit, that is: dollars are not held against a target in yen.
    """
    event = fact.event
    if isinstance(event, OutcomeStated):
        names = {one.criterion: _measure(one) for one in event.data.criteria}
        kept = {}
        if outcome is not None:
            kept = {
                name: measured
                for name, measured in outcome.measured.items()
                if names.get(name) == _measure(outcome.criteria[name])
            }
        return Outcome(fact, event, kept)
    if isinstance(event, OutcomeMeasured) and outcome is not None and event.data.criterion in outcome.criteria:
        outcome.measured[event.data.criterion] = (fact, event.data)
    return outcome


def _measure(one: Criterion) -> tuple[str, str | None, str | None]:
    """In what a criterion is measured."""
    return one.kind, one.currency, one.unit


@rule("OUTCOME")
def shortfalls(outcome: Outcome, on: date, *, reached: bool) -> tuple[Shortfall, ...]:
    """What the opportunity misses on a day; `reached`: it is won, so that no day can pass it by any more."""
    found = (_shortfall(one, outcome, on, reached) for one in outcome.event.data.criteria)
    return tuple(one for one in found if one is not None)


def edges(outcome: Outcome) -> Iterable[date]:
    """The days on which a shortfall can begin, or become another, by the passing of time alone."""
    for one in outcome.event.data.criteria:
        if one.by is not None:
            yield next_day(one.by)
            _, measured = outcome.measured.get(one.criterion, (None, None))
            if measured is not None and measured.on is not None:
                yield next_day(measured.on)  # expected until then, and went by


def _shortfall(one: Criterion, outcome: Outcome, on: date, reached: bool) -> Shortfall | None:
    fact, measured = outcome.measured.get(one.criterion, (None, None))
    event_id = None if fact is None else fact.event_id
    if one.by is not None:
        stated = None if measured is None else measured.on
        happened = stated is not None and fact is not None and stated <= fact.effective_on  # else it was expected
        if stated is not None and stated > one.by and (happened or reached or on <= stated):
            days = str((stated - one.by).days)
            return Shortfall(one.criterion, one.kind, str(one.by), str(stated), days, "days", event_id)
        if on <= one.by or reached or happened:
            return None
        return Shortfall(one.criterion, one.kind, str(one.by), None, None, "days", event_id)
    value = None if measured is None else measured.value
    if value is None or one.target is None:
        return None
    short = one.target - value if one.bound == "at_least" else value - one.target
    if short <= 0:
        return None
    unit = one.currency or one.unit
    return Shortfall(one.criterion, one.kind, _plain(one.target), _plain(value), _plain(short), unit, event_id)


def _plain(number: Decimal) -> str:
    return f"{number:f}"


@rule("OUTCOME")
def check_outcome(event: OutcomeStated | OutcomeMeasured, history: Sequence[Recorded], figures: Figures) -> None:
    """Refuse an outcome told in too many words, and a measurement of what no outcome in effect names."""
    if isinstance(event, OutcomeStated):
        most = figures.at("outcome_words", event.effective_on).count
        if len(event.data.says.split()) > most:
            raise Refused("OUTCOME", f"must be one sentence of at most {most} words", "/data/says", malformed=True)
        return
    outcome = None
    for fact in history:
        if fact.effective_on <= event.effective_on:
            outcome = follow(outcome, fact)
    criterion = None if outcome is None else outcome.criteria.get(event.data.criterion)
    if criterion is None:
        detail = f"names the criterion {event.data.criterion!r}, which no outcome of the opportunity in effect states"
        raise Refused("OUTCOME", detail, "/data/criterion", unknown=True)
    if (criterion.kind == "date") is (event.data.on is None):
        wanted, given = ("on", "value") if criterion.kind == "date" else ("value", "on")
        raise Refused("OUTCOME", f"is measured by {wanted}", f"/data/{given}", malformed=True)
