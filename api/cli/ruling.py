"""`ledger dispute rule`: a ruling tried out, then recorded in one batch with the events that carry it out."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import AsJson, DatabaseUrl, read_on
from api.cli.supposing import Asked, IdempotencyKey, WithRights, run

if TYPE_CHECKING:
    from ledger.store import Reader

Outcome = Literal["upheld", "transferred", "shared", "extended", "voided"]

DisputeId = Annotated[str, typer.Argument(metavar="DISPUTE", help="Id of the dispute.")]
EffectiveOn = Annotated[
    date | None,
    typer.Option("--effective-on", parser=read_on, metavar="DATE", help="From which day on. [default: today]"),
]


def rule(
    dispute: DisputeId,
    *,
    outcome: Annotated[Outcome, typer.Option("--outcome", help="What is decided.")],
    rules: Annotated[
        list[str], typer.Option("--rule", metavar="RULE", help="A rule that the ruling rests on. Can be repeated.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is decided so.")],
    with_file: Annotated[
        str | None,
        typer.Option("--with", metavar="FILE", help="The events that carry it out: a file of JSON, or - ."),
    ] = None,
    as_proposed: Annotated[
        bool, typer.Option("--as-proposed", help="Carry it out by the events that the dossier proposes.")
    ] = False,
    alone: Annotated[bool, typer.Option("--alone", help="Nothing has to be carried out.")] = False,
    effective_on: EffectiveOn = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Record nothing; tell what the ruling would change.")
    ] = False,
    with_rights: WithRights = False,
    idempotency_key: IdempotencyKey = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Rules on a dispute, and carries the ruling out.

    The ruling and the ordinary events that carry it out (a reassignment, a revenue share, an extension, a retraction)
    are recorded as one batch: all or nothing. First they are tried out, and what they change is told; if the account
    moves on in between, nothing is recorded.

    What is upheld needs no events. Any other outcome asks for --with, --as-proposed or --alone.

    Examples:
      ledger dispute rule dispute-2 --outcome upheld --rule OM-QUEUE --reason "The claim was established first."
      ledger dispute rule dispute-2 --outcome transferred --rule REASSIGN --reason "North came first." --as-proposed --dry-run
      ledger dispute rule dispute-2 --outcome shared --rule SHARE --reason "Both worked on it." --with events.json
    """  # noqa: E501 - an example is one line
    from api.cli.opening import opened
    from projections.simulation.supposing import Supposition

    _check_ways(outcome, with_file, as_proposed=as_proposed, alone=alone)
    if dry_run and idempotency_key is not None:
        raise typer.BadParameter("--idempotency-key is for recording: it does not go with --dry-run.")
    with opened(database_url) as ledger:
        day = effective_on or ledger.today()
        account_id = account_of(ledger.read, dispute)
        events = [] if with_file is None else _events_in(with_file)
        if as_proposed:
            events = _proposed(ledger.read, dispute, outcome, day)
    data = {"dispute_id": dispute, "outcome": outcome, "rules": rules, "reason": reason}
    events.append(event_of("dispute_ruled", account_id, day, data))
    run(
        Asked(Supposition(events), None, day, None), record=not dry_run, reason=None, key=idempotency_key,
        with_rights=with_rights, as_json=as_json, database_url=database_url,
    )  # fmt: skip


def _check_ways(outcome: str, with_file: str | None, *, as_proposed: bool, alone: bool) -> None:
    ways = (with_file is not None) + as_proposed + alone
    if ways > 1:
        raise typer.BadParameter("give one of --with, --as-proposed and --alone.")
    if not ways and outcome != "upheld":
        raise typer.BadParameter(
            f"{outcome} has to be carried out: by the events of --with FILE, by those that the dossier proposes "
            "(--as-proposed), or say --alone if there is nothing to do."
        )


def _events_in(file: str) -> list[dict[str, Any]]:
    """The events of a file. Raises Failure."""
    from api.cli.events import batch_in
    from api.cli.failing import Failure

    batch = batch_in(file)
    if "expected_position" in batch:
        raise Failure(f"{file}: leave out expected_position, the ruling looks after that itself.")
    return list(batch["events"])


def _proposed(reader: "Reader", dispute: str, outcome: str, day: date) -> list[dict[str, Any]]:
    """The events by which the dossier would carry an outcome out on a day. Raises Failure where there are none."""
    from api.cli.failing import NO, Failure
    from projections.asking import Moment
    from projections.rulings import proposed_rulings

    found = {one.outcome: one for one in proposed_rulings(reader, dispute, Moment(day, reader.head().position))}
    proposal = next((one for name, one in found.items() if name == outcome), None)
    if proposal is None:
        raise Failure(f"{dispute} is closed already. `ledger dispute show {dispute}` tells how.", NO)
    if proposal.lacking is not None:
        raise Failure(f"{outcome} can't be carried out: {proposal.lacking}. Nothing was recorded.", NO)
    return [dict(event) for event in proposal.events]


def account_of(reader: "Reader", dispute: str) -> str:
    """The account that a dispute is on. Raises UnknownSubject."""
    from projections.problems import UnknownSubject

    known = reader.known("dispute", dispute)
    if known is None or known.account_id is None:
        raise UnknownSubject("dispute", dispute)
    return known.account_id


def event_of(type_: str, account_id: str, day: date, data: dict[str, Any]) -> dict[str, Any]:
    """An event on an account, as a client would send it."""
    return {"type": type_, "account_id": account_id, "effective_on": day.isoformat(), "data": data}
