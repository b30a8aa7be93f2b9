"""`ledger what-if`: what events, retractions and figures would change; nothing is recorded, unless it is asked for."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DatabaseUrl, KnownAt, On, read_known_at, read_on

if TYPE_CHECKING:
    from api.wiring import RightsLedger
    from projections.asking import Moment
    from projections.recording import Receipt
    from projections.simulation.differences import AccountDifference
    from projections.simulation.simulating import Simulation
    from projections.simulation.supposing import Supposition

FIELDS = ("events", "without", "figures", "accounts", "on", "known_at")

Record = Annotated[
    bool,
    typer.Option("--record/--dry-run", help="Record it afterwards, as one batch: all or nothing. [default: dry-run]"),
]
IdempotencyKey = Annotated[
    str | None,
    typer.Option("--idempotency-key", metavar="KEY", help="With --record: the same again is recorded once."),
]
WithRights = Annotated[bool, typer.Option("--rights", help="List the intervals of rights that end and begin, too.")]


@dataclass(frozen=True)
class Asked:
    """What is supposed, and about which accounts, day and position."""

    supposition: "Supposition"
    accounts: tuple[str, ...] | None
    on: date | None
    known_at: Any


def what_if(
    *,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A file of JSON, or - for standard input.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="EVENT", help="Leave this event out. Can be repeated.")
    ] = None,
    figure: Annotated[
        list[str] | None,
        typer.Option("--figure", metavar="NAME=VALUE", help="Change this figure. Can be repeated."),
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(
            "--from", parser=read_on, metavar="DATE", help="Figures change from this day on. [default: today]"
        ),
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", metavar="ACCOUNT", help="Compare only this account. Can be repeated. [default: all]"),
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    with_rights: WithRights = False,
    record: Record = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="With --record: why events go and figures change.")
    ] = None,
    idempotency_key: IdempotencyKey = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Tells what would change, before it is recorded.

    Events added, events left out and figures changed are tried out in memory, by the same checks and rules as a
    recording. The answer: who may call otherwise on the day asked about, what is owed otherwise, which rights end and
    begin, account by account.

    The file holds what POST /v1/simulations takes: {"events": [...], "without": [...], "figures": [...]}, with
    "accounts", "on" and "known_at" as wanted; a list of events will do as well.

    Examples:
      ledger what-if batch.json
      ledger what-if --figure grace_days=60 --from 2026-05-01 --on 2026-07-01
      ledger what-if --without 018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11 --account acme --rights
      ledger what-if batch.json --record --idempotency-key regions-2026
    """
    asked = _asked(file, without or [], figure or [], since)
    asked = replace(
        asked,
        accounts=tuple(account) if account else asked.accounts,
        on=on or asked.on,
        known_at=asked.known_at if known_at is None else known_at,
    )
    run(
        asked, record=record, reason=reason, key=idempotency_key, with_rights=with_rights, as_json=as_json,
        database_url=database_url,
    )  # fmt: skip


def run(
    asked: Asked,
    *,
    record: bool,
    reason: str | None,
    key: str | None,
    with_rights: bool,
    as_json: bool,
    database_url: str | None,
) -> None:
    """Tries it out, records it if that is wanted, and tells what it changes."""
    from api.cli.opening import opened
    from projections.asking import moment

    _check_recording(asked, record=record, reason=reason, key=key)
    if reason is not None:
        asked = replace(asked, supposition=replace(asked.supposition, reason=reason))
    with opened(database_url) as ledger:
        at = moment(ledger.read, asked.on, asked.known_at, ledger.today())
        if not record:
            _tell(compared(simulation(ledger, asked, at)), at, None, with_rights=with_rights, as_json=as_json)
            return
        found, receipt = _recorded(ledger, asked, at, key)
    _tell(found, at, receipt, with_rights=with_rights, as_json=as_json)


def simulation(ledger: "RightsLedger", asked: Asked, at: "Moment") -> "Simulation":
    """The simulation, its events accepted. Raises what a recording would raise."""
    from api.cli.opening import actor
    from projections.simulation.simulating import Simulation

    return Simulation(ledger.read, asked.supposition, at, today=ledger.today(), actor=actor(), accounts=asked.accounts)


def compared(tried: "Simulation") -> "Iterator[AccountDifference]":
    """The difference on each account, with a progress bar."""
    from api.cli.console import progress

    with progress() as bar:
        task = bar.add_task("comparing accounts", total=None, events=0)
        for done, found in enumerate(tried.differences(), 1):
            bar.update(task, completed=done, events=tried.events_read)
            yield found


def _recorded(
    ledger: "RightsLedger", asked: Asked, at: "Moment", key: str | None
) -> "tuple[list[AccountDifference], Receipt]":
    """Tries it out, then records it: on accounts that have not moved on since it was tried."""
    import orjson

    from api.cli.opening import actor
    from projections.problems import RecordingError
    from projections.recording import Submission

    events = asked.supposition.as_events()
    found: list[AccountDifference] = []
    expected: dict[str, int] | None = None
    try:
        tried = simulation(ledger, asked, at)
        found = list(compared(tried))
        expected = dict.fromkeys(tried.accounts, at.position)
    except RecordingError:
        if key is None:  # with a key it may have been recorded before, which the ledger will say
            raise
    request_hash = sha256(orjson.dumps(events, option=orjson.OPT_SORT_KEYS)).digest()
    submission = Submission(
        events=events, actor=actor(), idempotency_key=key, request_hash=request_hash, expected_position=expected
    )
    return found, ledger.recorder.record(submission)


def _tell(
    found: "Iterable[AccountDifference]",
    at: "Moment",
    receipt: "Receipt | None",
    *,
    with_rights: bool,
    as_json: bool,
) -> None:
    from api.cli.console import out
    from api.cli.differing import Told

    if as_json:
        _write(found, at, receipt)
        return
    told = Told()
    for one in found:
        told.add(one)
    console = out()
    if receipt is not None and receipt.replayed:
        console.print(f"Recorded before; nothing new. The ledger stands at position {receipt.position}.")
        return
    told.show(console, with_rights=with_rights)
    if receipt is None:
        console.print(f"Compared for {at.on}, as known at position {at.position}. Nothing was recorded.")
    else:
        count = len(receipt.events)
        recorded = f"Recorded {count:,} event{'' if count == 1 else 's'}"
        console.print(f"Compared for {at.on}. {recorded}; the ledger stands at position {receipt.position}.")


def _write(found: "Iterable[AccountDifference]", at: "Moment", receipt: "Receipt | None") -> None:
    """The answer of the HTTP API as one page, written account by account: it may be larger than memory."""
    import orjson

    from api import answers

    compared = listed = 0
    sys.stdout.write('{"items": [')
    for one in found:
        compared += 1
        if one:
            sys.stdout.write((",\n" if listed else "\n") + orjson.dumps(answers.difference(one)).decode())
            listed += 1
    rest: dict[str, Any] = {
        "on": at.on,
        "compared": compared,
        "unchanged": compared - listed,
        "next": None,
        "position": at.position,
    }
    if receipt is not None:
        events = [orjson.Fragment(body) for body in receipt.events]
        rest["recorded"] = {"position": receipt.position, "replayed": receipt.replayed, "events": events}
    sys.stdout.write("\n], " + orjson.dumps(rest).decode()[1:] + "\n")


def _check_recording(asked: Asked, *, record: bool, reason: str | None, key: str | None) -> None:
    if not record and (reason is not None or key is not None):
        raise typer.BadParameter("--reason and --idempotency-key go with --record.")
    if record and asked.known_at is not None:
        raise typer.BadParameter("what is recorded is recorded now: --record does not go with --known-at.")
    supposed = asked.supposition
    if record and reason is None and (supposed.without or any("reason" not in one for one in supposed.figures)):
        raise typer.BadParameter("say with --reason why events are taken back or figures changed.")


def _asked(file: str | None, without: list[str], figures: list[str], since: date | None) -> Asked:
    """What a file and the options suppose together. Raises Failure."""
    from api.cli.failing import Failure
    from api.cli.reading import read_json
    from projections.simulation.supposing import Supposition

    said = read_json(file) if file is not None else {}
    if isinstance(said, list):
        said = {"events": said}
    elif isinstance(said, dict) and "type" in said and not said.keys() & {*FIELDS}:
        said = {"events": [said]}
    if not isinstance(said, dict) or (unknown := said.keys() - {*FIELDS}):
        extra = f", not {min(unknown)!r}" if isinstance(said, dict) else ""
        raise Failure(f"{file} must hold an object of {', '.join(FIELDS)}{extra}; or a list of events.")
    if since is not None and not figures:
        raise typer.BadParameter("--from goes with --figure.")
    supposition = Supposition(
        events=_listed(said, "events", dict),
        without=[*_listed(said, "without", str), *without],
        figures=[*_listed(said, "figures", dict), *(_figure(one, since) for one in figures)],
    )
    if not supposition.as_events():
        raise Failure("Nothing is supposed: name a file, an event to leave out, or a figure to change.")
    try:
        on = None if said.get("on") is None else read_on(str(said["on"]))
        known_at = None if said.get("known_at") is None else read_known_at(str(said["known_at"]))
    except typer.BadParameter as error:
        raise Failure(f"{file}: {error.message}") from None
    return Asked(supposition, tuple(_listed(said, "accounts", str)) or None, on, known_at)


def _listed(said: dict[str, Any], name: str, kind: type) -> list[Any]:
    from api.cli.failing import Failure

    found = said.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, kind) for one in found):
        raise Failure(f"{name} must be a list of {'objects' if kind is dict else 'texts'}.")
    return found


def _figure(text: str, since: date | None) -> dict[str, Any]:
    """The figure that NAME=VALUE says; several numbers are separated by commas. Raises typer.BadParameter."""
    name, _, value = text.partition("=")
    numbers = value.split(",")
    if not name or not all(one.isascii() and one.isdecimal() and len(one) < 16 for one in numbers):
        raise typer.BadParameter(f"{text!r} is not a figure such as grace_days=60 or warning_days=30,7,1.")
    said: dict[str, Any] = {"figure": name, "value": int(value) if len(numbers) == 1 else [*map(int, numbers)]}
    return said if since is None else {**said, "effective_on": since.isoformat()}
