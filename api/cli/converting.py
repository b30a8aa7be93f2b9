"""`ledger leads capture` and `ledger leads convert`: a list of names recorded, and a lead made an opportunity."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import NAMESPACE_OID, uuid5

import typer

from api.cli.options import AsJson, DatabaseUrl
from api.cli.ruling import EffectiveOn

if TYPE_CHECKING:
    from policies.leads import Lead

COLUMNS = (
    "lead_id", "name", "organisation", "contact", "email", "phone", "region", "source", "target_list", "campaign",
    "lines", "interest", "amount", "currency", "expected_close_on", "captured_by",
)  # fmt: skip
"""The columns that a list of leads may have; in `lines`, blanks stand between the business lines."""

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Record nothing; tell what would be recorded, and what it would change.")
]
IdempotencyKey = Annotated[
    str | None,
    typer.Option("--idempotency-key", metavar="KEY", help="The same key and command again are recorded once."),
]


def capture(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with a line of column names.")],
    *,
    source: Annotated[
        str | None, typer.Option("--source", metavar="TEXT", help="Where they come from, where no column says it.")
    ] = None,
    target_list: Annotated[
        str | None, typer.Option("--list", metavar="TEXT", help="The list they stand on, where no column says it.")
    ] = None,
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="TEXT", help="The campaign, where no column says it.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="PARTY", help="Who captured them, where no column says it.")
    ] = None,
    effective_on: EffectiveOn = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Captures the leads of a list: a lead for each line of a CSV file.

    All of them are recorded, or none. A line needs a lead_id; the other columns are those of the event lead_captured:
    name, organisation, contact, email, phone, region, source, target_list, campaign, lines (with blanks between),
    interest, amount, currency, expected_close_on, captured_by. The same list again is recorded once.

    Examples:
      ledger leads capture visitors.csv --source "Trade fair" --list "Visitors of the fair" --dry-run
      ledger leads capture visitors.csv --source "Trade fair" --list "Visitors of the fair" --by jane
    """
    from api.cli.events import record_batch
    from api.cli.opening import opened

    otherwise = {"source": source, "target_list": target_list, "campaign": campaign, "captured_by": by}
    events = [_captured(row, otherwise, effective_on) for row in _rows(file)]
    with opened(database_url) as ledger:
        record_batch(ledger, {"events": events}, dry_run=dry_run, idempotency_key=None, as_json=as_json)


def convert(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="Id of the lead, which is qualified.")],
    *,
    account: Annotated[str, typer.Option("--account", metavar="ACCOUNT", help="The account of the opportunity.")],
    new_account: Annotated[
        str | None,
        typer.Option("--new-account", metavar="NAME", help="The account is new: open it under this name."),
    ] = None,
    opportunity: Annotated[
        str, typer.Option("--opportunity", metavar="OPPORTUNITY", help="An id for the opportunity, not yet in use.")
    ],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What the opportunity is called.")],
    effective_on: EffectiveOn = None,
    dry_run: DryRun = False,
    idempotency_key: IdempotencyKey = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Converts a qualified lead into an opportunity, on an account that is new or there already.

    Records in one batch, all or nothing: the opening of the account, if it is new; the opening of the opportunity, with
    all that is known about the lead and that its sheet has fields for; and the conversion.

    Examples:
      ledger leads convert lead-7 --account acme --opportunity opp-1 --name "Acme: workstations" --dry-run
      ledger leads convert lead-7 --account verne --new-account "Verne & Co" --opportunity opp-1 --name "Verne: screens"
    """
    from api.cli.events import record_batch
    from api.cli.opening import opened
    from projections.asking import Moment
    from projections.leads import lead_sheet

    if dry_run and idempotency_key is not None:
        raise typer.BadParameter("--idempotency-key is for recording: it does not go with --dry-run.")
    with opened(database_url) as ledger:
        day = effective_on or ledger.today()
        found = lead_sheet(ledger.read, lead, Moment(day, ledger.read.head().position))
        opening = {"opportunity_id": opportunity, "name": name, "lead_id": lead, **_sheet(found)}
        converting = {"lead_id": lead, "opportunity_id": opportunity}
        stated = [] if new_account is None else [("account_opened", {"name": new_account})]
        stated += [("opportunity_opened", opening), ("lead_converted", converting)]
        events = [
            {"type": type_, "account_id": account, "effective_on": day.isoformat(), "data": data}
            for type_, data in stated
        ]
        record_batch(ledger, {"events": events}, dry_run=dry_run, idempotency_key=idempotency_key, as_json=as_json)


def _sheet(lead: "Lead") -> dict[str, Any]:
    """What is known of the sheet's fields, as JSON."""
    from policies.carrying_over import carried_over, sheet_of

    known = sheet_of(carried_over(lead))
    return {name: value if isinstance(value, dict) else str(value) for name, value in known.items()}


def _rows(file: Path) -> list[dict[str, str]]:
    """The lines of the list, as texts without blanks around them. Raises Failure."""
    from api.cli.failing import Failure
    from projections.recording import MOST_EVENTS

    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, strict=True)
            unknown = set(reader.fieldnames or ()) - {*COLUMNS}
            rows = [{name: (cell or "").strip() for name, cell in row.items()} for row in _whole(reader, file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Failure(f"{file} can't be read as a CSV file: {error}.") from error
    if unknown:
        raise Failure(f"{file} has the column {min(unknown)!r}; a list of leads has {', '.join(COLUMNS)}.")
    for number, row in enumerate(rows, 2):
        if not row.get("lead_id"):
            raise Failure(f"{file}, line {number}: there is no lead_id.")
    if not 1 <= len(rows) <= MOST_EVENTS:
        raise Failure(f"{file} holds {len(rows):,} leads; a batch has 1 to {MOST_EVENTS:,}.")
    return rows


def _whole(reader: "csv.DictReader[str]", file: Path) -> Iterator[dict[str, str | None]]:
    """The lines, none of which has more cells than there are columns. Raises Failure."""
    from api.cli.failing import Failure

    for row in reader:
        if None in row:
            raise Failure(f"{file}, line {reader.line_num}: there are more cells than columns.")
        yield {**row}


def _captured(row: Mapping[str, str], otherwise: Mapping[str, str | None], on: date | None) -> dict[str, Any]:
    """The event of a line, under an id that is the same whenever the same is said."""
    data: dict[str, Any] = {name: value for name, value in otherwise.items() if value is not None}
    data |= {name: cell for name, cell in row.items() if cell}
    if "lines" in data:
        data["lines"] = data["lines"].split()
    dated = {} if on is None else {"effective_on": on.isoformat()}
    event_id = str(uuid5(NAMESPACE_OID, f"ledger leads capture {sorted(data.items())} {dated}"))
    return {"type": "lead_captured", **dated, "event_id": event_id, "data": data}
