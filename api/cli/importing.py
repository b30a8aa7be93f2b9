"""`ledger import`: a CRM's export into the ledger, with a progress bar and a summary."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import DatabaseUrl, read_on, teaching

if TYPE_CHECKING:
    from api.importing.crm import Progress, Step
    from api.importing.summary import Summary

group = typer.Typer(help="Bring facts in from other systems.", no_args_is_help=True, rich_markup_mode=None)


@group.callback()
def importing() -> None:
    """Bring facts in from other systems."""


def crm(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the CSV files of the export are.")],
    mapping: Annotated[
        Path, typer.Option("--mapping", metavar="FILE", help="Which columns become which events (TOML).")
    ],
    rejects: Annotated[
        Path, typer.Option("--rejects", metavar="FILE", help="Where the rows go that can't be taken.")
    ] = Path("rejects.csv"),
    batch_size: Annotated[
        int, typer.Option("--batch-size", min=1, max=10_000, metavar="N", help="Events recorded at a time.")
    ] = 4_000,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if a row was rejected; the others are recorded all the same.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Records what a CRM's CSV export says.

    A mapping file tells which columns become which events. A row is recorded whole or not at all: one that can't be
    taken goes to the rejects file, with its line and the reason, and the others are recorded. Running the import
    again records nothing twice; interrupted, it goes on where it was.

    Examples:
      ledger import crm --mapping examples/small-crm/mapping.toml examples/small-crm
      ledger import crm --mapping examples/maven-crm.toml exports/2026-04 --rejects april-rejects.csv

    docs/how-to/import-a-crm-export.md tells how to write a mapping.
    """
    from api.cli.console import write_json
    from api.cli.opening import opened
    from api.importing.crm import CrmImport

    planned = CrmImport(mapping, folder)
    with opened(database_url, make=True) as ledger, _going_on(), _bar() as progress:
        summary = planned.run(ledger.read, ledger.recorder, rejects, batch_size=batch_size, progress=progress)
    if as_json:
        write_json({**summary.as_json(), "rejects_file": str(rejects)})
    else:
        show(summary, rejects)
    if strict and summary.rejected:
        raise typer.Exit(1)


def csv(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the CSV files are.")],
    *,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=read_on, metavar="DATE", help="From when changes hold. [default: today]"),
    ] = None,
    attested_by: Annotated[
        str | None,
        typer.Option("--attested-by", metavar="TEXT", help="By whose authority managers and awards are recorded."),
    ] = None,
    rejects: Annotated[
        Path, typer.Option("--rejects", metavar="FILE", help="Where the lines go that can't be taken.")
    ] = Path("rejects.csv"),
    batch_size: Annotated[
        int, typer.Option("--batch-size", min=1, max=10_000, metavar="N", help="Events recorded at a time.")
    ] = 4_000,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if a line was rejected; the others are recorded all the same.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Records what lists say that `ledger export` wrote, as they are or changed since.

    parties.csv, accounts.csv, contacts.csv, leads.csv and opportunities.csv, those of them that are there. What is new
    is recorded, of what the ledger has already only what differs, so that importing a file again records nothing. A
    line about something that changed in the ledger since the file was written goes to the rejects file.

    A file claims no rights: only with --attested-by are the managers appointed that it names, and contracts won.

    Examples:
      ledger import csv exports
      ledger import csv exports --on 2026-04-01 --rejects april-rejects.csv
      ledger import csv exports --attested-by "sales management, by letter of 3 April"
    """
    from api.cli.console import write_json
    from api.cli.opening import opened
    from api.importing.lists import ListImport

    with opened(database_url, make=True) as ledger, _going_on(), _bar() as progress:
        planned = ListImport(folder, on=on or ledger.today(), attested_by=attested_by)
        summary = planned.run(ledger.read, ledger.recorder, rejects, batch_size=batch_size, progress=progress)
    if as_json:
        write_json({**summary.as_json(), "rejects_file": str(rejects)})
    else:
        show(summary, rejects)
    if strict and summary.rejected:
        raise typer.Exit(1)


@contextmanager
def _going_on() -> Iterator[None]:
    """Says how to go on when the import ends before its end."""
    from api.cli.console import err
    from api.cli.failing import Failure, failure_of
    from ledger.store.errors import StoreError

    go_on = "What was recorded until then stays; run the same command again to go on."
    try:
        yield
    except KeyboardInterrupt:
        err().print(f"Stopped. {go_on}", style="yellow")
        raise
    except StoreError as error:
        failure = failure_of(error)
        raise Failure(f"{failure} {go_on}", failure.code) from error


@contextmanager
def _bar() -> "Iterator[Progress]":
    """A progress bar for each file."""
    from api.cli.console import progress

    with progress() as bar:
        tasks: dict[tuple[str, str], int] = {}
        before: dict[str, int] = {}

        def tell(step: "Step") -> None:
            key = (step.file, step.stage)
            if key not in tasks:
                before[step.file] = step.events
                tasks[key] = bar.add_task(f"{step.stage} {step.file}", total=step.total, events=0)
            events = step.events - before[step.file]
            bar.update(tasks[key], completed=step.done, total=step.total, events=events)  # type: ignore[arg-type]

        yield tell


def show(summary: "Summary", rejects: Path) -> None:
    """The summary for somebody to read."""
    from api.cli.console import out, table

    console = out()
    rows = [
        (one.file, f"{one.rows:,}", f"{one.recorded:,}", f"{one.recorded_before:,}", f"{one.rejected:,}")
        for one in summary.files
    ]
    console.print(table("file", "rows", "recorded", "before", "rejected", rows=rows, right=[1, 2, 3, 4]))
    if summary.recorded:
        console.print()
        recorded = [(name, f"{count:,}") for name, count in sorted(summary.events.items())]
        console.print(table("events recorded", "", rows=[*recorded, ("all", f"{summary.recorded:,}")], right=[1]))
    if summary.variants:
        console.print()
        mapped = [(one, other, f"{count:,}") for (one, other), count in sorted(summary.variants.items())]
        console.print(table("spelled", "taken as", "rows", rows=mapped, right=[2]))
    if summary.reasons:
        console.print()
        rejected = [(reason, f"{count:,}") for reason, count in summary.reasons.most_common()]
        console.print(table("rejected because", "rows", rows=rejected, right=[1]))
    console.print()
    if not summary.recorded:
        console.print("Nothing new: all that could be taken was recorded before.")
    speed = f", {summary.events_per_second:,.0f} events/s" if summary.recorded else ""
    console.print(
        f"{summary.recorded:,} events recorded, {summary.events_before:,} recorded before, in {summary.seconds:.1f} s"
        f"{speed}. The ledger stands at position {summary.position:,}."
    )
    if summary.rejected:
        console.print(f"{summary.rejected:,} rows were rejected: see {rejects}.", style="yellow")


group.command("crm", help=teaching(crm))(crm)
group.command("csv", help=teaching(csv))(csv)
