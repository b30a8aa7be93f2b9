"""Selection: which opportunities deserve attention, for which reasons, and which of them are exceptions.

Those that are open, and those won of which the outcome falls short: what was sold is yet to be achieved.

A figure that counts days from a day on is the one in effect on that day, one that counts back from a day (an expected
close, a deadline) is that of that day. So many days after a day are through its last day, as grace is: the day
after it is the first that a rule of "after" speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct

from ledger.money import from_minor, in_units, reaches
from policies.days import FOREVER
from policies.figures import Figures, FigureValue
from policies.kept import Sheet, Shortfall
from policies.reasons import Reason, because
from policies.rulebook import rule
from policies.stages import StageSet

WHYS = (
    "shortfall",
    "close_overdue",
    "stale_engagement",
    "stale_coordination",
    "no_manager",
    "at_gate",
    "important",
    "not_moving",
    "closing_soon",
    "lapsing_soon",
    "new",
)
"""Why an opportunity deserves attention, in the order in which reasons are told."""

EXCEPTION = "exception"
"""Asks for all that is exceptional, whatever it is."""

OPEN, WON = "open", "won"
"""The states in which an opportunity can deserve attention."""

HELD_UP = ("hold", "no_go")
"""What, decided at the gate of its stage, makes an opportunity that is still open an exception."""


class Lapse(NamedTuple):
    """The nearest last day of grace of an opportunity's reserved lines, and which lines these are."""

    deadline_on: date
    lines: tuple[str, ...]


class Cause(Struct, frozen=True, gc=False):
    """One reason why an opportunity deserves attention; `exceptional`: something is off.

    `since` is the day from which on it holds, or is counted; `figure` the one it rests on. `shortfall` is what is
    missed of the outcome, `days` how many days the reason speaks of.
    """

    why: str
    since: date | None
    exceptional: bool = False
    figure: FigureValue | None = None
    days: int | None = None
    shortfall: Shortfall | None = None
    told: Mapping[str, object] = {}

    @property
    def reason(self) -> Reason:
        """The same as a reason, with its rule, its sentence and the events it rests on."""
        told: dict[str, Any] = {"why": self.why, "since": self.since, "days": self.days, **self.told}
        if self.shortfall is not None:
            return because("OUTCOME", [self.shortfall.event_id], **told)
        if self.figure is None:
            return because("SELECT", **told)
        return because("SELECT", [self.figure.event_id], figure=self.figure.value, **told)


@dataclass(frozen=True, slots=True)
class Attention:
    """An opportunity that deserves attention, and why."""

    sheet: Sheet
    causes: tuple[Cause, ...]

    @property
    def exceptional(self) -> bool:
        """Whether it is an exception."""
        return any(cause.exceptional for cause in self.causes)

    @property
    def weight(self) -> tuple[int, int, str]:
        """Where it stands in a list, the smallest first: exceptions, then larger amounts in units of their currency."""
        return (0 if self.exceptional else 1, -_units(self.sheet), self.sheet.opportunity_id)


@rule("SELECT")
def attention(
    sheet: Sheet, lapse: Lapse | None, on: date, figures: Figures, stages: StageSet, why: str | None = None
) -> Attention | None:
    """What an opportunity deserves attention for on a day; None for nothing, and for one lost or abandoned.

    Of one that is won nothing is left but what its outcome misses.
    `why` asks for one reason (one of WHYS), or with EXCEPTION for all that are exceptional, and for these alone.
    """
    if sheet.state not in (OPEN, WON):
        return None
    causes = [_missed(one, on) for one in sheet.shortfalls]
    if sheet.state == OPEN:
        causes += _while_open(sheet, lapse, on, figures, stages)
    if why is not None:
        causes = [cause for cause in causes if why == cause.why or (cause.exceptional and why == EXCEPTION)]
    return Attention(sheet, tuple(causes)) if causes else None


def _while_open(sheet: Sheet, lapse: Lapse | None, on: date, figures: Figures, stages: StageSet) -> Iterator[Cause]:
    for cause in (
        _overdue(sheet, on),
        _stale_engagement(sheet, on, figures),
        _stale_coordination(sheet, on, figures),
        _unmanaged(sheet),
        _gate(sheet, stages),
        _important(sheet, on, figures),
        _not_moving(sheet, on, figures),
        _closing(sheet, on, figures),
        _lapsing(lapse, on, figures),
        _new(sheet, on, figures),
    ):
        if cause is not None:
            yield cause


def _missed(miss: Shortfall, on: date) -> Cause:
    days = None
    if miss.kind == "date":
        days = int(miss.short) if miss.short is not None else (on - date.fromisoformat(miss.target)).days
    told = {
        "criterion": miss.criterion,
        "kind": miss.kind,
        "target": miss.target,
        "measured": miss.measured,
        "short": miss.short,
        "unit": miss.unit,
    }
    since = date.fromisoformat(miss.target) if miss.kind == "date" else None
    return Cause("shortfall", since, exceptional=True, days=days, shortfall=miss, told=told)


def _overdue(sheet: Sheet, on: date) -> Cause | None:
    closes = sheet.expected_close_on
    if closes is None or closes >= on:
        return None
    told = {"slips": sheet.slips or None, "first": sheet.first_close_on}
    return Cause("close_overdue", closes, exceptional=True, days=(on - closes).days, told=told)


def _stale_engagement(sheet: Sheet, on: date, figures: Figures) -> Cause | None:
    since = sheet.engaged_on or sheet.opened_on
    figure, days = figures.at("engagement_window_days", since), (on - since).days
    if days <= figure.days:
        return None
    told = {"never": None if sheet.engaged_on else "yes"}
    return Cause("stale_engagement", since, exceptional=True, figure=figure, days=days, told=told)


def _stale_coordination(sheet: Sheet, on: date, figures: Figures) -> Cause | None:
    since = sheet.coordinated_on
    if since is None:
        return None
    figure, days = figures.at("engagement_window_days", since), (on - since).days
    if days <= figure.days:
        return None
    return Cause("stale_coordination", since, exceptional=True, figure=figure, days=days)


def _unmanaged(sheet: Sheet) -> Cause | None:
    return Cause("no_manager", sheet.opened_on, exceptional=True) if sheet.manager is None else None


def _gate(sheet: Sheet, stages: StageSet) -> Cause | None:
    stage = None if sheet.gate == "go" else stages.find(sheet.stage)
    if stage is None or not stage.gate:
        return None
    told = {"stage": stage.name, "gate": sheet.gate}
    return Cause("at_gate", sheet.stage_since, exceptional=sheet.gate in HELD_UP, told=told)


def _important(sheet: Sheet, on: date, figures: Figures) -> Cause | None:
    if sheet.strategic:
        return Cause("important", None, told={"strategic": "yes"})
    if sheet.amount is None or sheet.currency is None:
        return None
    figure = figures.at("important_amount", on)
    if not reaches(sheet.amount, sheet.currency, figure.count):
        return None
    told = {"amount": from_minor(sheet.amount, sheet.currency), "currency": sheet.currency}
    return Cause("important", None, figure=figure, told=told)


def _not_moving(sheet: Sheet, on: date, figures: Figures) -> Cause | None:
    since = sheet.stage_since
    if sheet.stage is None or since is None:
        return None
    figure, days = figures.at("not_moving_days", since), (on - since).days
    if days <= figure.days:
        return None
    return Cause("not_moving", since, figure=figure, days=days, told={"stage": sheet.stage})


def _closing(sheet: Sheet, on: date, figures: Figures) -> Cause | None:
    closes = sheet.expected_close_on
    if closes is None or closes < on:
        return None
    figure, days = figures.at("closing_soon_days", closes), (closes - on).days
    return Cause("closing_soon", closes, figure=figure, days=days) if days <= figure.days else None


def _lapsing(lapse: Lapse | None, on: date, figures: Figures) -> Cause | None:
    if lapse is None or not on <= lapse.deadline_on < FOREVER:
        return None
    figure, days = figures.at("lapsing_soon_days", lapse.deadline_on), (lapse.deadline_on - on).days
    if days > figure.days:
        return None
    return Cause("lapsing_soon", lapse.deadline_on, figure=figure, days=days, told={"lines": lapse.lines})


def _new(sheet: Sheet, on: date, figures: Figures) -> Cause | None:
    figure, days = figures.at("new_days", sheet.opened_on), (on - sheet.opened_on).days
    return Cause("new", sheet.opened_on, figure=figure, days=days) if days <= figure.days else None


def _units(sheet: Sheet) -> int:
    """What puts amounts of several currencies in order; zero where none is stated."""
    if sheet.amount is None or sheet.currency is None:
        return 0
    return in_units(sheet.amount, sheet.currency)
