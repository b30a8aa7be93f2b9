"""The funnel of a day and its progress in a period, added up by the database, judged by the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal

from ledger.store import Reader
from policies.days import plus_days
from policies.funnel import Pile, Shape, shape
from policies.funnel_progress import Progress, progress
from policies.kept import Sheet
from projections.asking import Moment
from projections.funnel_queries import AT_ONCE, CHANGED, SHEETS, Names, piles_query, standing_query
from projections.problems import UnknownSubject
from projections.rows import decode_sheet
from projections.stages import stages_on
from projections.statement_queries import HALF

By = Literal["manager", "region", "account", "closing_month"]

Key = str | None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which opportunities: those of a manager, a region, an account, and expected to close on some days.

    What is None narrows nothing. `closing_until` is the day after the last one.
    """

    manager: str | None = None
    region: str | None = None
    account_id: str | None = None
    closing_from: date | None = None
    closing_until: date | None = None

    @property
    def named(self) -> Names:
        """What narrows, in a fixed order."""
        return tuple(name for name in self.__slots__ if getattr(self, name) is not None)

    @property
    def values(self) -> dict[str, Any]:
        """The same with their values."""
        return {name: getattr(self, name) for name in self.named}

    def fits(self, sheet: Sheet) -> bool:
        """Whether a sheet is among them."""
        closes = sheet.expected_close_on
        return (
            self.manager in (None, sheet.manager)
            and self.region in (None, sheet.region)
            and self.account_id in (None, sheet.account_id)
            and (self.closing_from is None or (closes is not None and closes >= self.closing_from))
            and (self.closing_until is None or (closes is not None and closes < self.closing_until))
        )

    def check(self, reader: Reader, position: int) -> None:
        """Raises UnknownSubject for a manager or an account that is not known."""
        for kind, name in (("party", self.manager), ("account", self.account_id)):
            if name is not None and reader.known(kind, name, at=position) is None:
                raise UnknownSubject(kind, name)


EVERYTHING = Narrowed()


@dataclass(frozen=True, slots=True)
class Group:
    """The part of a funnel with one manager, region, account or month of expected close; None for those without."""

    key: Key
    shape: Shape


@dataclass(frozen=True, slots=True)
class Funnel:
    """A funnel, and its parts as far as asked for; `groups_left` more were left out."""

    shape: Shape
    groups: tuple[Group, ...]
    groups_left: int


def funnel(
    reader: Reader, moment: Moment, narrowed: Narrowed = EVERYTHING, *, by: By | None = None, limit: int = 100
) -> Funnel:
    """What is open on the day, as known at a position; `by` also divides it, into so many parts at most.

    Months stand in their order, other parts by how many opportunities they have. Raises UnknownSubject.
    """
    narrowed.check(reader, moment.position)
    stages = stages_on(reader, moment)
    piles: defaultdict[Key, list[Pile]] = defaultdict(list)
    for key, pile in _piles(reader, moment, narrowed, by):
        piles[key].append(pile)
    whole = shape((pile for each in piles.values() for pile in each), stages)
    if by is None:
        return Funnel(whole, (), 0)
    sizes = {key: sum(pile.count for pile in each) for key, each in piles.items()}
    if by == "closing_month":
        keys = sorted(piles, key=lambda key: (key is None, key or ""))
    else:
        keys = sorted(piles, key=lambda key: (-sizes[key], key is None, key or ""))
    groups = tuple(Group(key, shape(piles[key], stages)) for key in keys[:limit])
    return Funnel(whole, groups, max(0, len(keys) - limit))


def _piles(reader: Reader, moment: Moment, narrowed: Narrowed, by: By | None) -> Iterator[tuple[Key, Pile]]:
    wanted = {"at": moment.position, "on": moment.on, **narrowed.values}
    for key, stage, currency, probability, rest, count, high, low in reader.rows(
        piles_query(by, narrowed.named), wanted
    ):
        # Months are told from days here: no two databases cut a date alike.
        part = key.isoformat()[: len("2026-04")] if isinstance(key, date) else key
        yield part, Pile(stage, currency, probability, int(rest), count, int(high) * HALF + int(low))


def funnel_progress(
    reader: Reader, position: int, since: date, until: date, narrowed: Narrowed = EVERYTHING
) -> Progress:
    """The progress of the funnel in `[since, until)`, as known at a position, by the stages of its last day.

    An opportunity is narrowed to by its sheet as it stands at the end of the period. Raises UnknownSubject.
    """
    narrowed.check(reader, position)
    end = Moment(plus_days(until, -1), position)
    wanted = {"at": position, "on": end.on, **narrowed.values}
    standing: Counter[tuple[str | None, date | None]] = Counter()
    for stage, came_on, count in reader.rows(standing_query(narrowed.named), wanted):
        standing[stage, None if came_on is None else date.fromisoformat(came_on)] += count
    return progress(
        _changed(reader, position, since, until, narrowed),
        ((stage, came_on, count) for (stage, came_on), count in standing.items()),
        since,
        until,
        stages_on(reader, end),
    )


def _changed(reader: Reader, position: int, since: date, until: date, narrowed: Narrowed) -> Iterator[Sequence[Sheet]]:
    """The sheets of each opportunity that changed in the period, from its opening on, by ids."""
    wanted = {"at": position, "since": since, "until": until}
    ids = [name for (name,) in reader.rows(CHANGED, wanted)]
    for start in range(0, len(ids), AT_ONCE):
        rows = reader.rows(SHEETS, {**wanted, "opportunity_ids": ids[start : start + AT_ONCE]})
        for _, own in groupby(rows, key=lambda row: row[0]):
            sheets = [decode_sheet(body) for _, body in own]
            if narrowed.fits(sheets[-1]):
                yield sheets
