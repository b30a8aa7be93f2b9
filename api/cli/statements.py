"""`ledger statement` and `ledger close`: what was earned, and months closed for ever."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import After, AsJson, Csv, DatabaseUrl, KnownAt, Limit, On, Parquet, Xlsx, read_on

if TYPE_CHECKING:
    from rich.console import Console

    from api.wiring import RightsLedger
    from projections.statements import Statement

Period = Annotated[str | None, typer.Argument(metavar="[PERIOD]", help="A month, such as 2026-03.")]
Party = Annotated[str | None, typer.Option("--party", metavar="PARTY", help="Only what this party earns.")]
OnAccount = Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="Only on this account.")]
Since = Annotated[
    date | None, typer.Option("--from", parser=read_on, metavar="DATE", help="The first day. [default: of the month]")
]
Until = Annotated[
    date | None, typer.Option("--until", parser=read_on, metavar="DATE", help="The day after the last one.")
]

MOST_ADJUSTMENTS = 1_000
"""How many a closing shows; more are counted."""

LINE_COLUMNS = ("contract", "period", "party", "percent", "base", "amount", "")
ADJUSTED = ("contract", "month", "party", "before", "after", "difference", "", "booked in")
SUBTOTALS = ("opportunity", "contract", "amount", "")
TOTALS = ("party", "lines", "adjustments", "total", "")
UNASSIGNED = "Unassigned: no one is entitled"
OVERLAYS = "Overlay credits, beside the split"


def statement(
    *,
    period: Period = None,
    since: Since = None,
    until: Until = None,
    party: Party = None,
    account: OnAccount = None,
    csv: Csv = None,
    xlsx: Xlsx = None,
    parquet: Parquet = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows what renewals earned, in a month or a range of days.

    Closed months stand as they were closed. What was learnt since stands as adjustments, in the first month that was
    open then. Totals are lines and adjustments together; what no one is entitled to, and overlay credits, stand apart.

    Examples:
      ledger statement 2026-03
      ledger statement 2026-03 --party jane
      ledger statement --from 2026-01-01 --until 2026-04-01 --account acme
      ledger statement 2026-03 --known-at 57 --json
      ledger statement 2026-03 --csv march.csv --xlsx march.xlsx
    """
    from api import residual_answers
    from api.cli.console import more_follow, out, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.statements import Statement

    if period is not None and (since is not None or until is not None):
        raise typer.BadParameter("name either a month, or days with --from and --until.")
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        days = _days(period, since, until, at.on)
        found = Statement(ledger.read, *days, at.position, party_id=party, account_id=account)
        if csv or xlsx or parquet:
            _export(found, csv, xlsx, parquet)
            return
        page = found.page(after, limit)
        told = residual_answers.statement(found, page.items, page.next)
    if as_json:
        write_json({**told, **_month(told, period)})
        return
    _show(out(), told, period)
    more_follow(page.next, at.position)


def _days(period: str | None, since: date | None, until: date | None, on: date) -> tuple[date, date]:
    """The range asked for. Raises typer.BadParameter for one that holds no day."""
    from policies.days import plus_months
    from policies.periods import first_day

    if period is not None:
        since = first_day(read_period(period))
        return since, plus_months(since, 1)
    since = since or on.replace(day=1)
    until = until or plus_months(since.replace(day=1), 1)
    if until <= since:
        raise typer.BadParameter(f"--until has to be later than {since}, the first day.")
    return since, until


def read_period(text: str) -> str:
    """The month that a text says; raises typer.BadParameter."""
    import re

    from ledger.dates import PERIOD_PATTERN

    if not re.fullmatch(PERIOD_PATTERN, text):
        raise typer.BadParameter(f"{text!r} is not a month of the form YYYY-MM, such as 2026-03.")
    return text


def _month(told: dict[str, Any], period: str | None) -> dict[str, Any]:
    closed = period is not None and told["closed_through"] is not None and period <= told["closed_through"]
    return {"period": period, "closed": closed if period is not None else None}


def _export(found: "Statement", csv: Path | None, xlsx: Path | None, parquet: Path | None) -> None:
    """Writes the whole statement into files; how far it is shows on a terminal."""
    from datetime import UTC, datetime

    from api.cli.files import write_files, write_parts
    from api.exporting.statements import csv_rows, write_parquet, write_xlsx

    instant = datetime.now(UTC)
    write_files(
        (
            (csv, lambda path, told: write_parts(path, csv_rows(found, instant, told))),
            (xlsx, lambda path, told: write_xlsx(found, path, instant, told)),
            (parquet, lambda path, told: write_parquet(found, path, instant, told)),
        ),
        f"{found.since} to {found.until}, as known at position {found.position}",
    )


def _show(console: "Console", told: dict[str, Any], period: str | None) -> None:
    """A page of a statement for somebody to read: lines, what stands beside, what it takes over, and the sums."""
    month = _month(told, period)
    state = "" if period is None else ", closed" if month["closed"] else ", open"
    through = f"; months are closed through {told['closed_through']}" if told["closed_through"] else ""
    console.print(f"Statement from {told['from']} until {told['until']}{state}")
    console.print(f"as known at position {told['position']}{through}\n")
    if not any(told[name] for name in ("lines", "unassigned", "overlays", "adjustments")):
        console.print("Nothing was earned.")
        return
    for title, name in (("", "lines"), (UNASSIGNED, "unassigned"), (OVERLAYS, "overlays")):
        _table(console, title, LINE_COLUMNS, map(_line, told[name]), right=(4, 5))
    _table(console, "Adjustments of closed months", ADJUSTED, map(_adjustment, told["adjustments"]), right=(3, 4, 5))
    _table(console, "By opportunity and contract", SUBTOTALS, _subtotals(told), right=(2,))
    _show_totals(console, told)


def _show_totals(console: "Console", told: dict[str, Any]) -> None:
    _table(console, "Totals", TOTALS, _totals(told), right=(1, 2, 3))
    for one in told["unassigned_totals"]:
        console.print(f"unassigned: {one['amount']} {one['currency']}")


def _table(
    console: "Console", title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int]
) -> None:
    from api.cli.console import table

    found = list(rows)
    if not found:
        return
    if title:
        console.print(title, style="bold")
    console.print(table(*columns, rows=found, right=right))
    console.print()


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    party = one.get("party_id") or ""
    percent = f"{one['percent']} %" if one["percent"] else ""
    return one["contract_id"], str(one["period_from"]), party, percent, one["base"], one["amount"], one["currency"]


def _adjustment(one: dict[str, Any]) -> tuple[str, ...]:
    from api.cli.residuals import whose

    party = whose(one)
    amounts = (one["before"], one["after"], one["difference"], one["currency"])
    return one["contract_id"], one["period"], party, *amounts, one["booked_in"]


def _subtotals(told: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for one in told["subtotals"]:
        yield one["opportunity_id"] or "", one["contract_id"] or "", one["amount"], one["currency"]


def _totals(told: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for one in told["totals"]:
        yield one["party_id"], one["lines"], one["adjustments"], one["amount"], one["currency"]


def close(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="The month, such as 2026-03.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be closed, and close nothing.")] = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Closes a month of statements, for ever.

    Once, in order, when it is over. Its statement never changes again; what becomes known later shows as adjustments
    in the first month that is open then. Told are the adjustments that this month takes over, one by one, and its sums.
    A closing can't be taken back: look first, with --dry-run.

    Examples:
      ledger close 2026-03 --dry-run
      ledger close 2026-03
    """
    from api import residual_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections.statements import Statement

    days = _days(period, None, None, date.max)
    with opened(database_url) as ledger:
        position = _close(ledger, period, dry_run=dry_run)
        found = Statement(ledger.read, *days, position)
        told = residual_answers.statement(found, found.page(None, 1).items, None)
        taken_over = [residual_answers.adjustment(one, found.event_id) for one in found.adjustments()]
    if as_json:
        sums = {name: told[name] for name in ("totals", "overlay_totals", "unassigned_totals", "bases", "position")}
        write_json({"period": period, "recorded": not dry_run, "adjustments": taken_over, **sums})
        return
    console = out()
    if dry_run:
        console.print(f"{period} would be closed as it stands now.\n")
    else:
        console.print(f"{period} is closed, as of position {position}.\n")
    shown = taken_over[:MOST_ADJUSTMENTS]
    _table(console, "Adjustments of closed months, taken over", ADJUSTED, map(_adjustment, shown), right=(3, 4, 5))
    if len(shown) < len(taken_over):
        console.print(f"… and {len(taken_over) - len(shown):,} more: `ledger statement {period} --csv FILE` has all.\n")
    _show_totals(console, told)


def _close(ledger: "RightsLedger", period: str, *, dry_run: bool) -> int:
    """Records the closing, or only tries whether it would be recorded; the position it stands at."""
    from api.cli.opening import actor
    from projections.submissions import Submission

    sent = {"type": "period_closed", "data": {"period": period}}
    receipt = ledger.recorder.record(Submission([sent], actor(), dry_run=dry_run))
    return ledger.read.head().position if dry_run else receipt.position
