"""The options that many commands share, and how their values are read."""

import inspect
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_POSITION = re.compile(r"[0-9]{1,18}", re.ASCII)


def teaching(command: Callable[..., None]) -> str:
    """The help of a command: its docstring, with the examples printed line by line as they stand."""
    return (inspect.getdoc(command) or "").replace("\n\nExamples:\n", "\n\n\b\nExamples:\n")


def read_on(text: str) -> date:
    """The calendar day that a text says; raises typer.BadParameter."""
    try:
        if len(text) == len("YYYY-MM-DD"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is not a date of the form YYYY-MM-DD, such as 2026-04-02.")


def read_known_at(text: str) -> int | datetime:
    """The position or the instant that a text says; raises typer.BadParameter."""
    if _POSITION.fullmatch(text):
        return int(text)
    if _INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise typer.BadParameter(
        f"{text!r} is neither a position, such as 57, nor an instant with its offset, such as 2026-04-02T09:30:00Z."
    )


DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        help="Which ledger: sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE. "
        "[default: LEDGER_DATABASE_URL, else sqlite:///ledger.db]",
    ),
]
On = Annotated[
    date | None,
    typer.Option(
        "--on", parser=read_on, metavar="DATE", help="The business day the question is about. [default: today]"
    ),
]
KnownAt = Annotated[
    Any,  # int | datetime | None, which Typer can't be told
    typer.Option(
        "--known-at",
        parser=read_known_at,
        metavar="MOMENT",
        help="Answer from what the ledger knew then: a position, or an instant with its offset. [default: now]",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, as the HTTP API gives it.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000, metavar="N", help="How many at most.")]
After = Annotated[
    str | None,
    typer.Option("--after", metavar="CURSOR", help="Go on after a page: what stood there as next."),
]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all of it as CSV.")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Write all of it as a workbook.")]
Parquet = Annotated[
    Path | None, typer.Option("--parquet", metavar="FILE", help="Write all of it as Parquet (an extra).")
]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Id of the account.")]
