"""The picture of a timeline: one row for each claim or right, bars over a time axis, today's mark, a legend.

A status shows by its character and by its colour, so that the picture can be read without colours. Rights go in, lines
of text come out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from rich.text import Text

from api.cli.axis import Axis
from api.cli.console import STYLES
from policies.days import FOREVER
from policies.kept import Right

NARROWEST = 24
"""Columns of bars below which a list says more than a picture."""

GONE = frozenset({"lapsed", "ended"})
"""Statuses that are over: a mark where they begin, and nothing after it."""

ACCOUNT_WIDE = "the account"


class Glyph(NamedTuple):
    """How a status is drawn, with all characters or with ASCII alone."""

    drawn: str
    ascii: str


GLYPHS = {
    "active": Glyph("█", "#"),
    "in_grace": Glyph("▒", "+"),
    "queued": Glyph("┄", "-"),
    "incomplete": Glyph("·", "."),
    "won": Glyph("═", "="),
    "lapsed": Glyph("×", "x"),
    "ended": Glyph("┤", "]"),
}
OTHER = Glyph("█", "#")
TODAY, TODAY_ABOVE, ONGOING = Glyph("┆", "|"), Glyph("▼", "v"), Glyph("→", ">")


class Row(NamedTuple):
    """A claim or right over time: the group it stands in, what it is called, and its intervals."""

    group: str
    label: str
    rights: tuple[Right, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What the picture is drawn on: its columns, and whether only with ASCII."""

    width: int
    ascii: bool = False

    def glyph(self, glyph: Glyph) -> str:
        return glyph.ascii if self.ascii else glyph.drawn


def rows_of(rights: Iterable[Right]) -> list[Row]:
    """The rows of a timeline: by line, in the order in which they begin; what concerns the whole account comes last."""
    together: dict[tuple[str | None, ...], list[Right]] = {}
    for right in rights:
        holder = None if right.kind == "opportunity_manager" else right.holder
        key = (right.line, right.kind, right.opportunity_id, right.agreement_id, holder)
        together.setdefault(key, []).append(right)
    rows = []
    for found in together.values():
        found.sort(key=lambda right: (right.valid_from, right.valid_until))
        rows.append(Row(found[0].line or ACCOUNT_WIDE, _label(found), tuple(found)))
    return sorted(rows, key=lambda row: (row.group == ACCOUNT_WIDE, row.group, row.rights[0].valid_from, row.label))


def _label(rights: Sequence[Right]) -> str:
    first = rights[0]
    holders = " > ".join(dict.fromkeys(right.holder for right in rights))
    kind = "" if first.kind == "opportunity_manager" else f" {first.kind.replace('_', ' ')}"
    percent = f" {first.percent} %" if first.percent else ""
    return f"{holders}{kind}{percent}{f'  {first.opportunity_id}' if first.opportunity_id else ''}"


def draw(rows: Sequence[Row], on: date, look: Look, since: date | None = None, until: date | None = None) -> list[Text]:
    """The picture as lines. Where it would be too narrow to tell anything, the intervals as a list."""
    label_width = min(max(len(row.label) for row in rows) + 4, look.width * 2 // 5)
    columns = look.width - label_width - 1
    if columns < NARROWEST:
        return listed(rows, on)
    axis = Axis.of(*_span(rows, on, since, until), columns)
    blank = " " * label_width
    today = axis.column(on)
    lines = []
    if today is not None:
        above = f"{on} {look.glyph(TODAY_ABOVE)}" if today > len(f"{on} ") else look.glyph(TODAY_ABOVE) + f" {on}"
        start = today - len(above) + 1 if today > len(f"{on} ") else today
        lines.append(Text(blank + " " * start + above, style="bold"))
    lines.extend(Text(blank + line, style="bright_black") for line in axis.ruler("-+" if look.ascii else "─┬"))
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            lines.append(Text(group, style="bold"))
        lines.append(Text(_fit(f"  {row.label}", label_width)) + _bars(row, axis, today, look))
        lines[-1].rstrip()
    return [*lines, Text(), *legend(rows, look, drawn_today=today is not None)]


def _span(rows: Sequence[Row], on: date, since: date | None, until: date | None) -> tuple[date, date]:
    """From the first day that matters to some days after the last one."""
    starts = [right.valid_from for row in rows for right in row.rights]
    days = [on, *starts]
    days += [right.valid_until for row in rows for right in row.rights if right.valid_until != FOREVER]
    first, last = since or min(days), until or max(days)
    if until is None:
        last = _later(last, max(7, (last - first).days // 20))
    return first, max(last, _later(first, 7))


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def _bars(row: Row, axis: Axis, today: int | None, look: Look) -> Text:
    cells: list[tuple[str, str]] = [(" ", "")] * axis.columns
    if today is not None:
        cells[today] = (look.glyph(TODAY), "bright_black")
    for right in row.rights:
        place = axis.cells(right.valid_from, right.valid_until)
        if place is None:
            continue
        drawn = (look.glyph(GLYPHS.get(right.status, OTHER)), STYLES.get(right.status, "green"))
        begins, ends = place
        if right.status in GONE:
            if right.valid_from >= axis.first:
                cells[begins] = drawn
            continue
        cells[begins:ends] = [drawn] * (ends - begins)
        if right.valid_until > axis.last:
            cells[ends - 1] = (look.glyph(ONGOING), drawn[1])
    if today is not None and cells[today][0] != look.glyph(TODAY):
        cells[today] = (cells[today][0], f"{cells[today][1]} reverse")
    text = Text()
    for style, run in groupby(cells, key=lambda cell: cell[1]):
        text.append("".join(character for character, _ in run), style)
    return text


def legend(rows: Sequence[Row], look: Look, *, drawn_today: bool) -> list[Text]:
    """What the characters mean, of the statuses that are there, on as many lines as it needs."""
    statuses = {right.status for row in rows for right in row.rights}
    entries = [
        (look.glyph(glyph), STYLES.get(status, ""), status.replace("_", " "))
        for status, glyph in GLYPHS.items()
        if status in statuses
    ]
    if any(right.valid_until == FOREVER and right.status not in GONE for row in rows for right in row.rights):
        entries.append((look.glyph(ONGOING), "", "goes on"))
    if drawn_today:
        entries.append((look.glyph(TODAY), "bright_black", "the day asked about"))
    lines = [Text()]
    for character, style, words in entries:
        entry = Text(character, style).append(f" {words}", "default")
        if lines[-1].cell_len and lines[-1].cell_len + 3 + entry.cell_len > look.width:
            lines.append(Text())
        lines[-1].append("   " if lines[-1].cell_len else "").append_text(entry)
    return lines


def listed(rows: Sequence[Row], on: date) -> list[Text]:
    """The intervals one by one, for where there is no room for a picture; those of the day asked about are marked."""
    lines = []
    for row in rows:
        lines.append(Text(f"{row.group}: {row.label}", style="bold"))
        for right in row.rights:
            until = "..." if right.valid_until == FOREVER else right.valid_until.isoformat()
            mark = "*" if right.valid_from <= on < right.valid_until else " "
            line = Text(f" {mark}{right.valid_from} {until:10} ")
            line.append(right.status, STYLES.get(right.status, ""))
            lines.append(line)
    return [*lines, Text(f"* holds on {on}")]


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) < width else text[: width - 2] + "~ "
