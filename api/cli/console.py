"""What commands print: answers on standard output, everything else on standard error; JSON exactly, tables to fit."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from shlex import quote
from typing import Any, NoReturn

import orjson
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

PICTURE_WIDTH = 100
"""Columns of a picture where there is no terminal to fit it into."""

ENDLESS = 10_000
"""Columns of a line that nothing has to fit into."""


class Patient(Console):
    """A console whose reader may go away when it has seen enough."""

    def on_broken_pipe(self) -> None:
        leave_quietly()


def leave_quietly() -> NoReturn:
    """Ends the command well, though nobody reads its output any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(0)


def out() -> Console:
    """Standard output: folded to fit a terminal; into a pipe or a file one line for each thing, as long as it needs."""
    if sys.stdout.isatty():
        return Patient(file=sys.stdout, highlight=False, emoji=False, markup=False)
    return Patient(file=sys.stdout, width=ENDLESS, soft_wrap=True, highlight=False, emoji=False, markup=False)


def err() -> Console:
    """Standard error."""
    return Patient(file=sys.stderr, highlight=False, emoji=False, markup=False, soft_wrap=True)


def picture_width() -> int:
    """The columns that a picture may fill: those of COLUMNS or of the terminal."""
    return shutil.get_terminal_size((PICTURE_WIDTH, 24)).columns


def plain() -> bool:
    """Whether the output can show only ASCII."""
    try:
        "█▒░·→┆✓".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def write_json(value: Any) -> None:
    """The value as JSON on standard output; dates become ISO text."""
    try:
        sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        leave_quietly()


def write_page(items: Sequence[Any], following: str | None, position: int, **more: Any) -> None:
    """A list as the HTTP API answers it."""
    write_json({**more, "items": items, "next": following, "position": position})


def day(value: date | None, otherwise: str = "") -> str:
    """A date as it is shown."""
    return otherwise if value is None else value.isoformat()


STYLES = {
    "allowed": "bold green",
    "conditional": "bold yellow",
    "denied": "bold red",
    "active": "green",
    "won": "bold cyan",
    "in_grace": "yellow",
    "queued": "blue",
    "incomplete": "magenta",
    "lapsed": "red",
    "ended": "bright_black",
    "open": "yellow",
    "overdue": "bold red",
    "met": "green",
    "answered": "cyan",
    "ruled": "green",
    "withdrawn": "bright_black",
}


def table(*columns: str, rows: Iterable[Sequence[str]], styled: int | None = None, right: Sequence[int] = ()) -> Table:
    """A plain table; `styled` is the column whose words have colours, `right` those with numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for index, name in enumerate(columns):
        made.add_column(name, overflow="fold", justify="right" if index in right else "left")
    for row in rows:
        cells = [Text(cell, style=STYLES.get(cell, "") if index == styled else "") for index, cell in enumerate(row)]
        made.add_row(*cells)
    return made


class RateColumn(ProgressColumn):
    """How many events a second."""

    def render(self, task: Task) -> Text:
        events = task.fields.get("events", task.completed)
        seconds = task.finished_time or task.elapsed
        speed = events / seconds if seconds else 0
        return Text(f"{speed:,.0f} events/s", style="cyan")


def progress() -> Progress:
    """A progress bar on standard error; nothing at all where that is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        RateColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
        transient=True,
    )


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for work that tells how many events are done, and of how many."""
    with progress() as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def more_follow(following: str | None, position: int) -> None:
    """Says, below a page, how to get the next one."""
    if following is not None:
        err().print(f"More follow: --after {quote(str(following))} --known-at {position}", style="dim")
