"""`ledger residuals` and `ledger impact`: the streams, what they should bring, and what an event did to them."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import After, AsJson, Csv, DatabaseUrl, KnownAt, Limit, On, Parquet, Xlsx, read_on

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ledger.store import Reader
    from policies.impact import Impact
    from projections.asking import Moment, Page
    from projections.residuals import StreamAnswer

PAGE = 1_000


def residuals(
    *,
    party: Annotated[
        str | None,
        typer.Option("--party", metavar="PARTY", help="Those that this party holds, shares in or is credited on."),
    ] = None,
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="Those of this account.")] = None,
    include_ended: Annotated[
        bool, typer.Option("--include-ended", help="Also those of contracts that have ended.")
    ] = False,
    expected_until: Annotated[
        date | None,
        typer.Option(
            "--expected-until", parser=read_on, metavar="DATE", help="What renewals before that day should bring."
        ),
    ] = None,
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
    """Lists the residual streams: who holds them, how renewals are split or credited beside, and what comes next.

    With --expected-until, what renewals are expected to bring whom, by month: reckoned from renewal terms and the
    amounts last renewed or awarded. Nothing of it is owed before the renewal is recorded.

    Examples:
      ledger residuals --party jane
      ledger residuals --csv streams.csv --xlsx streams.xlsx
      ledger residuals --account acme --on 2026-12-31 --json
      ledger residuals --party jane --expected-until 2027-07-01
    """
    from api.cli.opening import opened
    from api.exporting.residuals import streams
    from projections import residuals as kept
    from projections.asking import moment

    if expected_until is not None and (csv or xlsx or parquet):
        raise typer.BadParameter("files hold streams: leave --expected-until out, or print it with --json.")
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        if csv or xlsx or parquet:
            _export(lambda: streams(ledger.read, at, party_id=party, account_id=account, include_ended=include_ended),
                    at, csv, xlsx, parquet)  # fmt: skip
            return
        if expected_until is not None:
            _expected(ledger.read, at, expected_until, party, account, limit, after, as_json=as_json)
            return
        page = kept.residuals(
            ledger.read, at, party_id=party, account_id=account, include_ended=include_ended, after=after, limit=limit
        )
    _show(page, at, as_json=as_json)


def _show(page: "Page[StreamAnswer]", at: "Moment", *, as_json: bool) -> None:
    from api import residual_answers
    from api.cli.console import more_follow, out, write_page

    told = [residual_answers.stream(one) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"No residual stream on {at.on}.")
        return
    out().print(_table(told))
    more_follow(page.next, at.position)


def _table(told: list[dict[str, Any]]) -> "Table":
    from api.cli.console import table

    rows = [
        (one["contract_id"], one["account_id"], one["holder"], _split(one), str(one["since"]), one["state"],
         str(one["next_renewal_on"] or ""), _sum(one), one["currency"])
        for one in told
    ]  # fmt: skip
    names = ("contract", "account", "holder", "split", "since", "state", "next renewal", "last", "")
    return table(*names, rows=rows, styled=5, right=[7])


def _export(
    found: "Callable[[], Iterable[StreamAnswer]]", at: "Moment", csv: Path | None, xlsx: Path | None,
    parquet: Path | None,
) -> None:  # fmt: skip
    """Writes all streams into files."""
    from datetime import UTC, datetime

    from api.cli.files import write_files, write_parts
    from api.exporting.residuals import stream_csv_rows, write_stream_parquet, write_stream_xlsx

    instant = datetime.now(UTC)
    write_files(
        (
            (csv, lambda path, told: write_parts(path, stream_csv_rows(found(), at, instant, told))),
            (xlsx, lambda path, told: write_stream_xlsx(found(), at, path, instant, told)),
            (parquet, lambda path, told: write_stream_parquet(found(), at, path, instant, told)),
        ),
        f"residual streams on {at.on}, as known at position {at.position}",
    )


def _split(told: dict[str, Any]) -> str:
    """The parts of the base, where there are others than the holder's, and with a plus what is credited beside it."""
    whole = [one["party_id"] for one in told["split"]] == [told["holder"]]
    parts = [] if whole else [f"{one['party_id']} {one['percent']} %" for one in told["split"]]
    return ", ".join(parts + [f"+ {one['party_id']} {one['percent']} %" for one in told["overlays"]])


def _sum(told: dict[str, Any]) -> str:
    from decimal import Decimal

    return str(sum((Decimal(one["amount"]) for one in told["lines"]), Decimal(0)))


def _expected(
    reader: "Reader", at: "Moment", until: date, party: str | None, account: str | None, limit: int,
    after: str | None, *, as_json: bool,
) -> None:  # fmt: skip
    """What renewals to come should bring: as a page in JSON, or summed by month and party for somebody to read."""
    from api import residual_answers
    from api.cli.console import err, out, table, write_page
    from ledger.money import from_minor
    from policies.periods import period_of
    from projections.residuals import expected

    if until <= at.on:
        raise typer.BadParameter(f"--expected-until has to be later than {at.on}.")
    if as_json:
        page = expected(reader, at, until, party_id=party, account_id=account, after=after, limit=limit)
        write_page([residual_answers.expectation(one) for one in page.items], page.next, at.position)
        return
    sums: Counter[tuple[str, str, str, str]] = Counter()
    renewals: Counter[tuple[str, str, str, str]] = Counter()
    while True:
        page = expected(reader, at, until, party_id=party, account_id=account, after=after, limit=PAGE)
        for one in page.items:
            key = (period_of(one.due_on), one.party_id, one.stream.currency, one.kind)
            sums[key] += one.amount
            renewals[key] += 1
        if page.next is None:
            break
        after = page.next
    if not sums:
        out().print(f"No renewal is expected between {at.on} and {until}.")
        return
    out().print(f"Expected, not owed: renewals from {at.on} until {until}, as known at position {at.position}\n")
    rows = [
        (month, who, str(renewals[month, who, currency, kind]), from_minor(amount, currency), currency,
         "overlay credit" if kind == "overlay" else "")
        for (month, who, currency, kind), amount in sorted(sums.items())[:limit]
    ]  # fmt: skip
    out().print(table("month", "party", "renewals", "expected", "", "", rows=rows, right=[2, 3]))
    if len(sums) > limit:
        err().print(f"… and {len(sums) - limit:,} more: --limit shows more of them.", style="dim")


def impact(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Id of the event.")],
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Tells what one event did to residual revenue.

    Which streams moved, and who earns otherwise in which months, closed or open: how much, from whom to whom. It is the
    same whenever it is asked; with --known-at only events known at that moment are.

    Examples:
      ledger impact 018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11
    """
    from api import answers
    from api.cli.console import out, write_json
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from ledger import canonical
    from projections.impact import accounts_of, impact_of

    with opened(database_url) as ledger:
        position = ledger.read.resolve(known_at)
        found = ledger.read.event(event.lower())
        if found is None or found.position > position:
            raise Failure(f"There is no event {event!r} in the ledger at that moment. `ledger events list` lists them.")
        fact = canonical.decode(found.body)
        told = impact_of(ledger.read, {fact.position}, accounts_of(ledger.read, [fact]))
    if as_json:
        write_json(answers.impact(told))
    elif told:
        show_impact(out(), told)
    else:
        out().print(f"{fact.type} of {fact.effective_on} moved no residual revenue.")


def show_impact(console: "Console", told: "Impact") -> None:
    """An impact for somebody to read: titles that changed, and amounts by contract and month."""
    from api import answers
    from api.cli.console import table

    found = answers.impact(told)
    if found["streams"]:
        console.print("Residual streams that move", style="bold")
        rows = [
            (one["contract_id"], one["opportunity_id"], _title(one["before"]), _title(one["after"]))
            for one in found["streams"]
        ]
        console.print(table("contract", "opportunity", "held before", "held now", rows=rows))
        console.print()
    if found["amounts"]:
        console.print("What is earned otherwise", style="bold")
        amounts = [
            (one["contract_id"], one["period"], "closed" if one["closed"] else "open", whose(one), one["before"],
             one["after"], one["difference"], one["currency"])
            for one in found["amounts"]
        ]  # fmt: skip
        names = ("contract", "month", "", "party", "before", "after", "difference", "")
        console.print(table(*names, rows=amounts, right=[4, 5, 6]))


def _title(held: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['holder']} from {one['from']}" for one in held) or "nobody"


def whose(told: dict[str, Any]) -> str:
    """The party of a line, and what kind of line it is if that is not a share."""
    kind = "" if told["kind"] == "share" else told["kind"]
    return f"{told['party_id'] or ''} {kind}".strip()
