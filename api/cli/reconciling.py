"""`ledger reconcile`: an outside list of payments held against what statements say is owed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DatabaseUrl, KnownAt
from api.cli.payments import read_payments

if TYPE_CHECKING:
    from rich.console import Console

    from ledger.store import Reader
    from policies.reconciling import Finding, PaymentKey, Sum

COLUMNS = ("kind", "period", "contract", "party", "owed", "paid", "difference", "currency")
MOST_UNREADABLE = 20
MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of it: which months and whose payments were compared, what disagrees, and what was left out of it."""

    first: str
    last: str
    party: str | None
    position: int
    lines: int
    """Lines and adjustments that are owed."""
    found: "tuple[Finding, ...]"
    sums: "tuple[Sum, ...]"
    """Of all that was compared."""
    unreadable: list[tuple[int, str]]
    other_months: int
    other_parties: int
    """Payments of the list that were asked to be left out."""


def reconcile(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV with the columns contract, period, party, amount, currency.")
    ],
    since: Annotated[
        str | None, typer.Option("--from", metavar="PERIOD", help="The first month. [default: the first in the file]")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="PERIOD", help="The last month. [default: the last in the file]")
    ] = None,
    party: Annotated[str | None, typer.Option("--party", metavar="PARTY", help="Only what this party is paid.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="RESULT", help="Write what disagrees into a CSV file.")
    ] = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Compares a list of payments with what the statements of those months say is owed.

    A month pays its lines and the adjustments that it takes over, by contract and party. Listed is what is missing,
    extra or different. The period is a month, YYYY-MM, or the first day of the renewal's period. A statement that
    `ledger statement --csv` wrote is read as a list too: its shares, and what adjusts them. Payments of other months
    or to other parties than asked for are left out, and counted. Exit code 1 means that something does not agree, or
    that a row could not be read.

    Examples:
      ledger reconcile payments.csv
      ledger reconcile payments.csv --party jane --from 2026-01 --until 2026-03
      ledger reconcile payments.csv --csv differences.csv
      ledger reconcile payments.csv --json
    """
    from api.cli.console import out, write_json

    done = _reconciled(file, since, until, party, known_at, database_url)
    if csv is not None:
        _write(csv, done.found)
    if as_json:
        write_json(_answer(done))
    else:
        _say_what_is_left_out(done)
        _show(out(), done, listed=csv is None)
    if done.found or done.unreadable:
        raise typer.Exit(1)


def _reconciled(
    file: Path, since: str | None, until: str | None, party: str | None, known_at: Any, database_url: str | None
) -> Reconciled:
    """Compares. Raises Failure, StoreError and typer.BadParameter."""
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from policies.reconciling import by_currency
    from policies.reconciling import reconcile as compare
    from projections.asking import moment

    given = read_payments(file)
    first, last = since or min(given.periods, default=None), until or max(given.periods, default=None)
    if first is None or last is None:
        raise Failure(f"{file} holds no payment that can be read: name the months with --from and --until.")
    with opened(database_url) as ledger:
        at = moment(ledger.read, None, known_at, ledger.today())
        owed = list(owed_in(ledger.read, _months(first, last), at.position, party))
    of_months = [one for one in given.paid if first <= one[0].period <= last]
    paid = [one for one in of_months if party in (None, one[0].party_id)]
    return Reconciled(
        first=first,
        last=last,
        party=party,
        position=at.position,
        lines=len(owed),
        found=compare(owed, paid),
        sums=by_currency(owed, paid),
        unreadable=given.unreadable,
        other_months=len(given.paid) - len(of_months),
        other_parties=len(of_months) - len(paid),
    )


def owed_in(
    reader: "Reader", months: list[str], position: int, party: str | None
) -> "Iterator[tuple[PaymentKey, int]]":
    """What the statements of months pay whom: their lines, and the adjustments that they take over."""
    from policies.adjustments import Adjustment
    from policies.days import plus_months
    from policies.periods import first_day
    from policies.reconciling import PaymentKey
    from projections.statements import Statement

    for month in months:
        since = first_day(month)
        statement = Statement(reader, since, plus_months(since, 1), position, party_id=party)
        for _, one in statement.items():  # noqa: PERF102 - not a dict's: lines with their cursors
            line, amount = (one.line, one.difference) if isinstance(one, Adjustment) else (one, one.amount)
            if line.kind == "share" and line.party_id is not None:
                yield PaymentKey(month, line.contract_id, line.party_id, line.currency), amount


def _months(first: str, last: str) -> list[str]:
    """The months from one to another. Raises typer.BadParameter: no month, the wrong way round, too many."""
    from api.cli.statements import read_period
    from policies.days import plus_months
    from policies.periods import first_day, period_of

    day, end = first_day(read_period(first)), first_day(read_period(last))
    if end < day:
        raise typer.BadParameter(f"{last} is before {first}.")
    found: list[str] = []
    while day <= end:
        if len(found) == MOST_MONTHS:
            hint = "Is a year in the file mistyped? Name the months with --from and --until."
            raise typer.BadParameter(f"From {first} to {last} are more than {MOST_MONTHS} months. {hint}")
        found.append(period_of(day))
        day = plus_months(day, 1)
    return found


def _amounts(one: "Finding | Sum", currency: str) -> dict[str, str]:
    from ledger.money import from_minor

    amounts = {"owed": one.owed, "paid": one.paid, "difference": one.difference}
    return {name: from_minor(amount, currency) for name, amount in amounts.items()}


def _told(one: "Finding") -> dict[str, Any]:
    return {"kind": one.kind, **one.key._asdict(), **_amounts(one, one.key.currency)}


def _answer(done: Reconciled) -> dict[str, Any]:
    return {
        "from": done.first,
        "until": done.last,
        "party_id": done.party,
        "items": [_told(one) for one in done.found],
        "sums": [{"currency": one.currency, **_amounts(one, one.currency)} for one in done.sums],
        "unreadable": [{"line": line, "reason": reason} for line, reason in done.unreadable],
        "left_out": {"other_months": done.other_months, "other_parties": done.other_parties},
        "position": done.position,
    }


def _write(path: Path, found: "Sequence[Finding]") -> None:
    """Writes what disagrees as CSV. Raises Failure."""
    from api.cli.files import write_files, write_parts
    from api.exporting.csv import records, safe

    rows = [
        (one.kind, one.key.period, safe(one.key.contract_id), safe(one.key.party_id),
         *_amounts(one, one.key.currency).values(), one.key.currency)
        for one in found
    ]  # fmt: skip
    write_files([(path, lambda to, _: write_parts(to, records([COLUMNS, *rows])))], counted(len(rows), "difference"))


def counted(number: int, what: str) -> str:
    """So many of something, in words."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _say_what_is_left_out(done: Reconciled) -> None:
    from api.cli.console import err

    tell: Callable[[str], None] = lambda said: err().print(said, style="yellow")  # noqa: E731
    for line, reason in done.unreadable[:MOST_UNREADABLE]:
        tell(f"line {line}: {reason}")
    if done.unreadable:
        among = "is" if len(done.unreadable) == 1 else "are"
        tell(f"{counted(len(done.unreadable), 'row')} could not be read, and {among} not among what follows.")
    if done.other_months:
        tell(f"{counted(done.other_months, 'payment')} of other months than {done.first} to {done.last} left out.")
    if done.other_parties:
        tell(f"{counted(done.other_parties, 'payment')} to other parties than {done.party} left out.")


def _show(console: "Console", done: Reconciled, *, listed: bool) -> None:
    """What disagrees, and how much that is in each currency."""
    from api.cli.console import table
    from ledger.money import from_minor

    if not done.found:
        all_of_it = "What could be read" if done.unreadable else "All"
        paid = f"{done.lines:,} lines are paid as they are owed"
        console.print(f"{all_of_it} agrees from {done.first} to {done.last}: {paid}.")
        return
    if listed:
        told = [
            (one["kind"], one["period"], one["contract_id"], one["party_id"], one["owed"], one["paid"],
             one["difference"], one["currency"])
            for one in map(_told, done.found)
        ]  # fmt: skip
        names = ("", "month", "contract", "party", "owed", "paid", "difference", "")
        console.print(table(*names, rows=told, right=[4, 5, 6]))
        console.print()
    differing = {one.key.currency for one in done.found}
    for one in done.sums:
        if one.difference:
            word = "too much" if one.difference > 0 else "too little"
            console.print(f"paid {word}: {from_minor(abs(one.difference), one.currency)} {one.currency}")
        elif one.currency in differing:
            console.print(f"paid neither too much nor too little in {one.currency}: the differences cancel out")
