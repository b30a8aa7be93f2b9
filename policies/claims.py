"""Claims: what one opportunity claims on each business line, and how each claim ends, by the dates alone.

The queue with other opportunities is not looked at here; see `policies.queue`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.events.awards import BusinessAwarded, BusinessLost
from ledger.events.contracts import ContractEnded
from ledger.events.forecasts import ForecastExtensionGranted, ForecastRecorded
from ledger.events.opportunities import OpportunityAbandoned
from ledger.recorded import Recorded
from policies.days import FOREVER, Order, Span, next_day, plus_days
from policies.establishment import Establishment
from policies.figures import Figures, FigureValue
from policies.reasons import Reason, because
from policies.refusals import Refused
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a line stays reserved: the anchor, the day the clock starts, and the last day of grace."""

    anchor: date
    starts_on: date
    deadline_on: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class Ending:
    """How a claim ended other than by lapse: `won` (on a contract) or `ended`, and why."""

    on: date
    status: str
    reason: Reason
    contract_id: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one opportunity claims on one line.

    `start` is when the claim was established (None: never); `clocks` are the deadlines by the day from which each one
    was known to the business; `over_on` is the first day on which the claim is neither incomplete nor live.
    `live` are the days on which it is established and not yet over; `won` those from the award until the contract ends.
    """

    opportunity_id: str
    line: str
    forecast: Recorded
    start: Order | None
    clocks: tuple[Span[Clock], ...]
    over_on: date
    ending: Ending | None
    contract_ended: Recorded | None
    live: Span[None] | None
    won: Span[Ending] | None

    @property
    def lapsed_on(self) -> date | None:
        """The day on which the claim lapsed, if it did."""
        return self.over_on if self.ending is None and self.over_on < FOREVER else None


def _live(start: Order | None, over_on: date) -> Span[None] | None:
    return None if start is None or start[0] >= over_on else Span(start[0], over_on, None)


def _won(ending: Ending | None, contract_ended: Recorded | None) -> Span[Ending] | None:
    if ending is None or ending.status != "won":
        return None
    until = contract_ended.effective_on if contract_ended else FOREVER
    return Span(ending.on, max(until, ending.on), ending)


@dataclass(slots=True)
class _Line:
    """A line while its history is read."""

    forecast: Recorded
    anchored_by: Recorded
    anchor: date
    clocks: list[tuple[date, Clock]] = field(default_factory=list)
    ending: Ending | None = None

    @property
    def deadline_on(self) -> date:
        return self.clocks[-1][1].deadline_on

    def open_on(self, day: date) -> bool:
        """Neither ended, won nor lapsed."""
        return self.ending is None and self.deadline_on >= day


@rule("OM-GRACE")
def deadline(starts_on: date, grace: FigureValue) -> date:
    """The last day of grace: the clock start plus the grace days in effect on that day."""
    return plus_days(starts_on, grace.days)


@rule("OM-GRACE")
def clock_start(anchor: date, loss: Recorded | None) -> date:
    """The clock starts at the anchor, or at a recorded loss if that is earlier."""
    return anchor if loss is None else min(anchor, loss.effective_on)


class _Reader:
    """Reads one opportunity's facts in order and keeps what each line has come to."""

    def __init__(self, establishment: Establishment, figures: Figures) -> None:
        self.establishment = establishment
        self.figures = figures
        self.lines: dict[str, _Line] = {}
        self.loss: Recorded | None = None
        self.abandoned: Recorded | None = None
        self.ignored: dict[str, str] = {}
        self.contracts_ended: dict[str, Recorded] = {}
        self.awards: list[tuple[Recorded, BusinessAwarded]] = []

    def read(self, fact: Recorded) -> None:
        event = fact.event
        if isinstance(event, ForecastRecorded):
            self.forecast(fact, event)
        elif isinstance(event, BusinessAwarded):
            self.awards.append((fact, event))
            self.award(fact, event)
        elif isinstance(event, BusinessLost):
            self.lose(fact)
        elif isinstance(event, ForecastExtensionGranted):
            self.extend(fact, event)
        elif isinstance(event, OpportunityAbandoned):
            self.abandon(fact)
        elif isinstance(event, ContractEnded):
            self.contracts_ended.setdefault(event.data.contract_id, fact)

    def forecast(self, fact: Recorded, event: ForecastRecorded) -> None:
        """OM-ANCHOR, OM-FORECAST-ONLY: lines named for the first time are anchored, lines no longer named end.

        An award of the same day counts for a line first named later that day: a claim is live on whole days.
        """
        if self.is_over(fact.effective_on):
            self.ignored[fact.event_id] = "OM-LAPSED"
            return
        named = {line.line for line in event.data.lines}
        for name, line in self.lines.items():
            if name not in named and line.open_on(fact.effective_on):
                reason = because("OM-FORECAST-ONLY", [fact.event_id], line=name, on=fact.effective_on)
                line.ending = Ending(fact.effective_on, "ended", reason)
        for name in sorted(named - self.lines.keys()):
            line = self.lines[name] = _Line(fact, fact, event.data.expected_award_on)
            self.wind(line, fact.effective_on)
        for award, awarded in self.awards:
            if award.effective_on == fact.effective_on:
                self.award(award, awarded)

    def extend(self, fact: Recorded, event: ForecastExtensionGranted) -> None:
        """OM-ANCHOR: an extension moves the anchor of every line not yet lapsed."""
        extended = [line for line in self.lines.values() if line.open_on(fact.effective_on)]
        if self.lines and not extended:
            self.ignored[fact.event_id] = "OM-LAPSED"
        for line in extended:
            line.anchored_by, line.anchor = fact, event.data.expected_award_on
            self.wind(line, fact.effective_on)

    def lose(self, fact: Recorded) -> None:
        """OM-GRACE: a loss before the anchor starts the clock."""
        if self.loss is not None:
            return
        self.loss = fact
        for line in self.lines.values():
            if line.open_on(fact.effective_on):
                self.wind(line, fact.effective_on)

    def award(self, fact: Recorded, event: BusinessAwarded) -> None:
        """OM-WON, OM-LATE-AWARD: a line is won when its claim is live on the award date."""
        order = self.establishment.order
        for awarded in event.data.lines:
            line = self.lines.get(awarded.line)
            if line is None or order is None or not line.open_on(fact.effective_on):
                continue
            if max(order, line.forecast.order)[0] <= fact.effective_on:
                reason = because(
                    "OM-WON",
                    [fact.event_id],
                    line=awarded.line,
                    contract_id=event.data.contract_id,
                    on=fact.effective_on,
                )
                line.ending = Ending(fact.effective_on, "won", reason, event.data.contract_id)

    def abandon(self, fact: Recorded) -> None:
        """OM-ABANDON: every line not won ends on that date."""
        self.abandoned = self.abandoned or fact
        for line in self.lines.values():
            if line.open_on(fact.effective_on):
                line.ending = Ending(
                    fact.effective_on, "ended", because("OM-ABANDON", [fact.event_id], on=fact.effective_on)
                )

    def is_over(self, day: date) -> bool:
        """OM-LAPSED: abandoned, or nothing of it is incomplete, live or won any more and something lapsed."""
        if self.abandoned is not None:
            return True
        lines = self.lines.values()
        if any(line.open_on(day) or self.is_won(line, day) for line in lines):
            return False
        return any(line.ending is None for line in lines)

    def is_won(self, line: _Line, day: date) -> bool:
        if line.ending is None or line.ending.contract_id is None:
            return False
        ended = self.contracts_ended.get(line.ending.contract_id)
        return ended is None or ended.effective_on > day

    def wind(self, line: _Line, from_day: date) -> None:
        """Set the line's clock as the business knows it from a day on."""
        starts_on = clock_start(line.anchor, self.loss)
        grace = self.figures.at("grace_days", starts_on)
        ends_on = deadline.on(starts_on)(starts_on, grace)
        lost = self.loss if self.loss is not None and starts_on < line.anchor else None
        extended = line.anchored_by if line.anchored_by is not line.forecast else None
        reason = because(
            "OM-GRACE",
            [
                line.forecast.event_id,
                extended.event_id if extended else None,
                lost.event_id if lost else None,
                grace.event_id,
            ],
            forecast_on=line.forecast.effective_on,
            anchor=line.anchor,
            extended_on=extended.effective_on if extended else None,
            lost_on=lost.effective_on if lost else None,
            days=grace.days,
            deadline=ends_on,
        )
        clock = Clock(line.anchor, starts_on, ends_on, reason)
        if line.clocks and line.clocks[-1][0] == from_day:
            line.clocks.pop()
        line.clocks.append((from_day, clock))

    def claim(self, opportunity_id: str, name: str) -> Claim:
        line = self.lines[name]
        established = self.establishment.order
        start = max(established, line.forecast.order) if established else None
        over_on = line.ending.on if line.ending else max(next_day(line.deadline_on), line.clocks[-1][0])
        starts = [*(since for since, _ in line.clocks), FOREVER]
        clocks = tuple(Span(since, until, clock) for (since, clock), until in zip(line.clocks, starts[1:], strict=True))
        contract_id = line.ending.contract_id if line.ending else None
        ended = self.contracts_ended.get(contract_id) if contract_id else None
        live, won = _live(start, over_on), _won(line.ending, ended)
        return Claim(opportunity_id, name, line.forecast, start, clocks, over_on, line.ending, ended, live, won)


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one opportunity by line, and the events that came too late to count with the rule that says so."""

    by_line: dict[str, Claim]
    ignored: dict[str, str]


@rule("OM-FORECAST-ONLY", "OM-ANCHOR", "OM-LAPSED", "OM-WON", "OM-LATE-AWARD", "OM-ABANDON", "OM-NOT-ACCOUNT")
def claims(opportunity_id: str, history: Sequence[Recorded], establishment: Establishment, figures: Figures) -> Claims:
    """Read one opportunity's facts, in order, into a claim for each line ever forecast."""
    reader = _Reader(establishment, figures)
    for fact in history:
        reader.read(fact)
    return Claims({name: reader.claim(opportunity_id, name) for name in reader.lines}, reader.ignored)


@rule("OM-LAPSED")
def check_not_over(candidate: Recorded, claims: Claims) -> None:
    """A forecast or an extension of a lapsed or abandoned opportunity is refused; `claims` were read with it."""
    rule_id = claims.ignored.get(candidate.event_id)
    if rule_id is not None:
        raise Refused(
            rule_id,
            f"on {candidate.effective_on} the opportunity has lapsed or was abandoned: it cannot be "
            f"{'extended' if isinstance(candidate.event, ForecastExtensionGranted) else 'forecast again'}; "
            "a new claim is a new opportunity",
            "/data/opportunity_id",
        )
