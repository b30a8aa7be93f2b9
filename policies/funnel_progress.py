"""The progress of the funnel in a period: what came, moved, left and slipped, and how long it stayed in each stage.

Read from the sheets as they stand at the end of each day: what came and went within a day is told as one step. A stay
in a stage begins on the day on which an open opportunity comes to it, and ends on the day on which it comes to another,
or is won, lost or abandoned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median

from policies.kept import Sheet
from policies.rulebook import rule
from policies.stages import StageSet

OPEN, WON = "open", "won"
ENDINGS = ("won", "lost", "abandoned")
"""How an opportunity leaves the funnel."""

Ages = Counter[int]
"""How many lasted so many days."""


@dataclass(slots=True)
class Flow:
    """How many opportunities came or left, and what they were worth then, in minor units by currency."""

    count: int = 0
    without_amount: int = 0
    amounts: Counter[str] = field(default_factory=Counter)

    def add(self, sheet: Sheet) -> None:
        """Take in one opportunity, as its sheet is on that day."""
        self.count += 1
        if sheet.amount is None or sheet.currency is None:
            self.without_amount += 1
        else:
            self.amounts[sheet.currency] += sheet.amount


@dataclass(slots=True)
class Slippage:
    """How often the expected close of an open opportunity moved, of how many of them, and by how many days together."""

    times: int = 0
    opportunities: set[str] = field(default_factory=set)
    days: int = 0

    def add(self, sheet: Sheet, days: int) -> None:
        """Take in one move."""
        self.times += 1
        self.opportunities.add(sheet.opportunity_id)
        self.days += days


@dataclass(slots=True)
class StageProgress:
    """What happened at one stage: who came, how stays ended, how long they lasted, how long those there now have.

    `onward` counts the stays that ended in a later stage, `back` in an earlier one, `aside` in one not configured.
    """

    stage: str | None
    place: int | None = None
    came: int = 0
    onward: int = 0
    back: int = 0
    aside: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    stays: Ages = field(default_factory=Counter)
    now: Ages = field(default_factory=Counter)

    @property
    def ended(self) -> int:
        """How many stays ended."""
        return self.stays.total()

    @property
    def conversion(self) -> Fraction | None:
        """The part of the stays that ended in a later stage or in an award; None where none ended."""
        return Fraction(self.onward + self.endings[WON], self.ended) if self.ended else None


@dataclass(slots=True)
class Progress:
    """The progress of a funnel in `[since, until)`."""

    since: date
    until: date
    entered: Flow = field(default_factory=Flow)
    left: dict[str, Flow] = field(default_factory=lambda: {ending: Flow() for ending in ENDINGS})
    moves: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    later: Slippage = field(default_factory=Slippage)
    earlier: Slippage = field(default_factory=Slippage)
    stages: tuple[StageProgress, ...] = ()
    open_at_end: int = 0

    @property
    def open_before(self) -> int:
        """How many were open when the period began: those open at its end, less what came, and what left."""
        return self.open_at_end - self.entered.count + sum(flow.count for flow in self.left.values())


@rule("FUNNEL")
def progress(
    opportunities: Iterable[Sequence[Sheet]],
    standing: Iterable[tuple[str | None, date | None, int]],
    since: date,
    until: date,
    stages: StageSet,
) -> Progress:
    """The progress in `[since, until)`, by the stages in effect on its last day.

    `opportunities` are those that changed in it: the sheets of each from its opening on, in the order of days.
    `standing` are those open at its end: how many are in which stage since when.
    """
    reading = _Reading(Progress(since, until), stages)
    for sheets in opportunities:
        reading.follow(sheets)
    for stage, came_on, count in standing:
        reading.stand(stage, came_on, count)
    return reading.told()


def average(ages: Ages) -> Fraction | None:
    """The mean number of days."""
    return Fraction(sum(days * count for days, count in ages.items()), ages.total()) if ages.total() else None


def middle(ages: Ages) -> Fraction | None:
    """The median number of days; of an even number of stays, the mean of the two in the middle."""
    return Fraction(median(ages.elements())) if ages else None


class _Reading:
    """Follows opportunities one after the other."""

    def __init__(self, found: Progress, stages: StageSet) -> None:
        self._found = found
        self._places = {stage.name.casefold(): stage.place for stage in stages.stages}
        self._stages: dict[str | None, StageProgress] = {
            stage.name.casefold(): StageProgress(stage.name, stage.place) for stage in stages.stages
        }

    def follow(self, sheets: Sequence[Sheet]) -> None:
        """Take in the sheets of one opportunity that begin before the end of the period."""
        before: Sheet | None = None
        came_on = date.min
        for sheet in sheets:
            day = sheet.valid_from
            if day >= self._found.until:
                return
            was_open, is_open = before is not None and before.state == OPEN, sheet.state == OPEN
            within = day >= self._found.since
            if is_open and (before is None or not was_open):
                came_on = day
                if within:
                    self._enter(sheet)
            elif before is not None and was_open:
                moved = not is_open or _key(before.stage) != _key(sheet.stage)
                if within:
                    self._step(before, sheet, came_on)
                if moved:
                    came_on = day
            elif within and not is_open and (before is None or (sheet.state == WON and before.state != WON)):
                self._enter(sheet)
                self._leave(sheet, sheet, day)
            before = sheet

    def stand(self, stage: str | None, came_on: date | None, count: int) -> None:
        """Take in opportunities that are open at the end of the period."""
        self._found.open_at_end += count
        own = self._of(stage)
        if came_on is not None:
            own.now[(self._found.until - came_on).days - 1] += count

    def told(self) -> Progress:
        """What was found, the stages in order: those configured, others by name, none at all."""
        self._found.stages = tuple(
            sorted(
                self._stages.values(),
                key=lambda one: (one.place is None, one.place or 0, one.stage is None, _key(one.stage) or ""),
            )
        )
        return self._found

    def _of(self, stage: str | None) -> StageProgress:
        return self._stages.setdefault(_key(stage), StageProgress(stage))

    def _enter(self, sheet: Sheet) -> None:
        self._found.entered.add(sheet)
        self._of(sheet.stage).came += 1

    def _leave(self, before: Sheet, sheet: Sheet, came_on: date) -> None:
        self._found.left[sheet.state].add(sheet)
        stage = self._of(before.stage)
        stage.endings[sheet.state] += 1
        stage.stays[(sheet.valid_from - came_on).days] += 1

    def _step(self, before: Sheet, sheet: Sheet, came_on: date) -> None:
        """One day to another of an opportunity that was open."""
        if sheet.state != OPEN:
            self._leave(before, sheet, came_on)
            return
        if _key(before.stage) != _key(sheet.stage):
            self._move(before.stage, sheet.stage, (sheet.valid_from - came_on).days)
        if before.expected_close_on is not None and sheet.expected_close_on is not None:
            days = (sheet.expected_close_on - before.expected_close_on).days
            if days > 0:
                self._found.later.add(sheet, days)
            elif days < 0:
                self._found.earlier.add(sheet, -days)

    def _move(self, from_: str | None, to: str | None, days: int) -> None:
        left, reached = self._of(from_), self._of(to)
        self._found.moves[left.stage, reached.stage] += 1
        reached.came += 1
        left.stays[days] += 1
        if left.place is None or reached.place is None:
            left.aside += 1
        elif reached.place > left.place:
            left.onward += 1
        else:
            left.back += 1


def _key(name: str | None) -> str | None:
    return None if name is None else name.casefold()
