"""`ledger events`: the log, read and written."""

import json
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DatabaseUrl, KnownAt, Limit, teaching

if TYPE_CHECKING:
    from rich.table import Table

    from api.wiring import RightsLedger
    from policies.impact import Impact
    from projections.recording import Receipt

group = typer.Typer(help="Read the log of facts, and record new ones.", no_args_is_help=True, rich_markup_mode=None)


def list_events(
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="Only of this account.")] = None,
    type_: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Only of this type.")] = None,
    after: Annotated[int, typer.Option("--after", min=0, metavar="POSITION", help="Only after this position.")] = 0,
    known_at: KnownAt = None,
    limit: Limit = 100,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists recorded events in the order of their positions.

    Examples:
      ledger events list --account acme
      ledger events list --type business_awarded --limit 1000 --json
      ledger events list --after 1200
    """
    from api.cli.console import err, out, table, write_page
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from ledger.events.catalogue import EVENT_TYPES

    if type_ is not None and type_ not in EVENT_TYPES:
        raise Failure(f"There is no event of type {type_!r}. The types are: {', '.join(EVENT_TYPES)}.")
    with opened(database_url) as ledger:
        position = ledger.read.resolve(known_at)
        found = ledger.read.page(after=after, limit=limit + 1, account_id=account, type=type_, up_to=position)
    shown, following = found[:limit], found[limit - 1].position if len(found) > limit else None
    bodies = [json.loads(one.body) for one in shown]
    if as_json:
        write_page(bodies, None if following is None else str(following), position)
        return
    rows = [
        (str(one["position"]), one["effective_on"], one["type"], one.get("account_id", ""), _about(one["data"]),
         one["event_id"])
        for one in bodies
    ]  # fmt: skip
    out().print(table("position", "effective on", "type", "account", "about", "event", rows=rows, right=[0]))
    if following is not None:
        err().print(f"More follow: --after {quote(str(following))}", style="bright_black")


def show_event(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Id of the event, or its position.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Prints one event as it is recorded, as JSON.

    Examples:
      ledger events show 018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11
      ledger events show 57
    """
    from api.cli.console import write_json
    from api.cli.failing import Failure
    from api.cli.opening import opened

    with opened(database_url) as ledger:
        if event.isascii() and event.isdecimal():
            at = int(event[:18])
            page = ledger.read.page(after=at - 1, limit=1, up_to=at) if at > 0 else []
            stored = page[0] if page else None
        else:
            stored = ledger.read.event(event.lower())
    if stored is None:
        raise Failure(f"There is no event {event!r} in the ledger. `ledger events list` lists them.")
    write_json(json.loads(stored.body))


def record(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file of JSON, or - for standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Record nothing; tell what would be recorded, and what it would change.")
    ] = False,
    idempotency_key: Annotated[
        str | None,
        typer.Option("--idempotency-key", metavar="KEY", help="The same key and file again give the same answer."),
    ] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Records events: all of the file, in its order, or none.

    The file holds what POST /v1/events takes, {"events": [...]}; a list of events, or a single event, will do as well.
    An event without effective_on takes effect today.

    Examples:
      ledger events record batch.json --dry-run
      ledger events record batch.json
      echo '{"type": "account_opened", "account_id": "acme", "data": {"name": "Acme"}}' | ledger events record -
    """
    from api.cli.opening import opened

    body = batch_in(file)
    with opened(database_url) as ledger:
        record_batch(ledger, body, dry_run=dry_run, idempotency_key=idempotency_key, as_json=as_json)


def record_batch(
    ledger: "RightsLedger", body: dict[str, Any], *, dry_run: bool, idempotency_key: str | None, as_json: bool
) -> None:
    """Records what a request's body says, or tries it, and tells what came of it."""
    from api.cli.opening import actor
    from projections.impact import moved_by
    from projections.recording import Submission

    if dry_run:
        _dry_run(body, ledger, as_json=as_json)
        return
    receipt = ledger.recorder.record(
        Submission(
            events=body["events"],
            actor=actor(),
            idempotency_key=idempotency_key,
            expected_position=body.get("expected_position"),
        )
    )
    _tell(receipt, moved_by(ledger.read, receipt.facts), as_json=as_json)


def batch_in(file: str) -> dict[str, Any]:
    """What the file says, as the body of a request. Raises Failure for anything else."""
    from api.cli.failing import Failure
    from api.cli.reading import read_json
    from projections.recording import MOST_EVENTS

    said = read_json(file)
    if isinstance(said, list):
        said = {"events": said}
    elif isinstance(said, dict) and "events" not in said:
        said = {"events": [said]}
    if not isinstance(said, dict) or not isinstance(said["events"], list):
        raise Failure(f'{file} must hold {{"events": [...]}}, a list of events, or one event.')
    unknown = said.keys() - {"events", "expected_position"}
    if unknown:
        raise Failure(f"{file} must hold nothing beside events and expected_position, not {min(unknown)!r}.")
    if not 1 <= len(said["events"]) <= MOST_EVENTS:
        raise Failure(f"{file} holds {len(said['events']):,} events; a batch has 1 to {MOST_EVENTS:,}.")
    expected = said.get("expected_position")
    if expected is not None and not (
        isinstance(expected, dict) and all(type(position) is int for position in expected.values())
    ):
        raise Failure(f"{file}: expected_position must be an object of positions by account.")
    return said


def _tell(receipt: "Receipt", moved: "Impact", *, as_json: bool) -> None:
    from api.answers import impact
    from api.cli.console import out, write_json
    from api.cli.residuals import show_impact

    events = [json.loads(body) for body in receipt.events]
    if as_json:
        write_json({"position": receipt.position, "events": events, **({"impact": impact(moved)} if moved else {})})
        return
    console = out()
    if receipt.replayed:
        console.print(f"Recorded before; nothing new. The ledger stands at position {receipt.position}.")
    else:
        console.print(f"Recorded {_counted(events)}. The ledger stands at position {receipt.position}.")
    console.print(_events_table(events))
    if moved:
        console.print()
        show_impact(console, moved)


def _dry_run(body: dict[str, Any], ledger: "RightsLedger", *, as_json: bool) -> None:
    """What would be recorded, and what it would change, as `ledger what-if` finds it."""
    from api import answers
    from api.cli.console import out, write_json
    from api.cli.differing import Told
    from api.cli.opening import actor
    from projections.asking import Moment
    from projections.simulation.simulating import Simulation
    from projections.simulation.supposing import Supposition

    today = ledger.today()
    tried = Simulation(
        ledger.read,
        Supposition(body["events"]),
        Moment(today, ledger.read.head().position),
        today=today,
        actor=actor(),
        expected_position=body.get("expected_position"),
    )
    events = [json.loads(one) for one in tried.events]
    told = Told()
    changes = []
    for found in tried.differences():
        told.add(found)
        if found:
            changes.append(answers.difference(found))
    if as_json:
        counts = {"compared": told.compared, "unchanged": told.compared - told.changed, "complete": True}
        write_json({"position": tried.position, "events": events, "changes": changes, **counts})
        return
    console = out()
    console.print(f"Nothing was recorded. {_counted(events)} would be:")
    console.print(_events_table(events))
    _show_changes(changes)
    console.print()
    told.show(console, with_rights=None)


def _events_table(events: list[dict[str, Any]]) -> "Table":
    from api.cli.console import table

    rows = [(str(one["position"]), one["type"], one.get("account_id", ""), one["event_id"]) for one in events]
    return table("position", "type", "account", "event", rows=rows, right=[0])


def _counted(events: list[dict[str, Any]]) -> str:
    return f"{len(events):,} event{'' if len(events) == 1 else 's'}"


def _show_changes(changes: list[dict[str, Any]]) -> None:
    from api.cli.console import day, out, table

    console = out()
    rows = [
        (sign, told["account_id"], one["kind"], one["holder"], one["line"] or "", one["status"], day(one["from"]),
         day(one["until"], "open"))
        for told in changes
        for sign, one in sorted(
            ((sign, one) for sign, part in (("-", told["ended"]), ("+", told["begun"])) for one in part["rights"]),
            key=lambda pair: (pair[1]["line"] or "", pair[1]["holder"], pair[1]["from"], pair[0] == "+"),
        )
    ]  # fmt: skip
    if not rows:
        console.print("\nNo right would change.")
        return
    console.print("\nThese rights would end (-) and begin (+):")
    console.print(table("", "account", "right", "holder", "line", "status", "from", "until", rows=rows, styled=5))


def _about(data: dict[str, Any]) -> str:
    """The one id in the data that tells most about an event."""
    for name in (
        "opportunity_id",
        "contract_id",
        "party_id",
        "agreement_id",
        "dispute_id",
        "lead_id",
        "figure",
        "period",
    ):
        if name in data:
            return str(data[name])
    return str(data.get("name", ""))


for name, command in (("list", list_events), ("show", show_event), ("record", record)):
    group.command(name, help=teaching(command))(command)
