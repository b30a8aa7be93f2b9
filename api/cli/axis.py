"""The time axis of a picture: which column a day falls into, and where the ruler has its marks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from policies.days import plus_months

MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200)
DAYS = (1, 2, 7, 14)


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from `first` to `last`, both included, over a number of columns."""

    first: date
    last: date
    columns: int

    @classmethod
    def of(cls, first: date, last: date, columns: int) -> "Axis":
        """An axis that is not longer than its days need."""
        return cls(first, last, min(columns, (last - first).days + 1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def column(self, day: date) -> int | None:
        """The column of a day, None for one that is not on the axis."""
        if not self.first <= day <= self.last:
            return None
        return (day - self.first).days * self.columns // self.days

    def cells(self, since: date, until: date) -> tuple[int, int] | None:
        """The columns of `[since, until)`, at least one; None if no day of it is on the axis."""
        if until <= self.first or since > self.last:
            return None
        begins = self.column(max(since, self.first)) or 0
        ends = self.columns if until > self.last else self.column(until) or 0
        return begins, max(ends, begins + 1)

    def ruler(self, line: str) -> list[str]:
        """Two lines: labels, and below them a rule (`line[0]`) with a mark (`line[1]`) under each label."""
        marks = self._marks()
        labels, rule = [" "] * self.columns, [line[0]] * self.columns
        for column, label in marks:
            rule[column] = line[1]
            if column + len(label) <= self.columns:
                labels[column : column + len(label)] = label
        return ["".join(labels).rstrip(), "".join(rule)]

    def _marks(self) -> list[tuple[int, str]]:
        """The finest marks whose labels don't touch."""
        for days in DAYS:
            marks = self._placed(self._every_days(days), "%m-%d" if days < 7 else "%Y-%m-%d")
            if _apart(marks):
                return marks
        for months in MONTHS:
            marks = self._placed(self._every_months(months), "%Y" if months % 12 == 0 else "%Y-%m")
            if _apart(marks):
                return marks
        return [(0, f"{self.first:%Y}")]

    def _placed(self, days: Iterator[date], form: str) -> list[tuple[int, str]]:
        placed = []
        for day in days:
            column = self.column(day)
            if column is not None:
                placed.append((column, day.strftime(form)))
            if len(placed) > self.columns:
                break
        return placed

    def _every_days(self, days: int) -> Iterator[date]:
        for step in range(0, self.days, days):
            yield self.first + timedelta(days=step)

    def _every_months(self, months: int) -> Iterator[date]:
        index = self.first.year * 12 + self.first.month - 1
        day = date(self.first.year, self.first.month, 1)
        day = plus_months(day, -(index % months)) if index % months < index else day
        while day <= self.last and day < date.max:
            yield day
            day = plus_months(day, months)


def _apart(marks: list[tuple[int, str]]) -> bool:
    """Whether there are marks, and a blank between any two labels."""
    return bool(marks) and all(one + len(label) < following for (one, label), (following, _) in pairwise(marks))
