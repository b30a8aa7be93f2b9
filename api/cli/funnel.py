"""`ledger funnel`: how many opportunities stand in which stage, what they are worth, and what moved in a period."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import AsJson, DatabaseUrl, KnownAt, On, read_on

if TYPE_CHECKING:
    from rich.console import Console

    from projections.asking import Moment
    from projections.funnel import Narrowed

By = Literal["manager", "region", "account", "closing_month", "stage"]

WIDEST = 30
"""Characters of the longest bar."""


def funnel(
    *,
    by: Annotated[By | None, typer.Option("--by", help="Divide it by this, beside its stages.")] = None,
    manager: Annotated[str | None, typer.Option("--manager", metavar="PARTY", help="Managed by this party.")] = None,
    region: Annotated[str | None, typer.Option("--region", metavar="REGION", help="Of this region.")] = None,
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="On this account.")] = None,
    closing_from: Annotated[
        date | None, typer.Option("--closing-from", parser=read_on, metavar="DATE", help="Expected to close since.")
    ] = None,
    closing_until: Annotated[
        date | None, typer.Option("--closing-until", parser=read_on, metavar="DATE", help="Expected to close before.")
    ] = None,
    since: Annotated[
        date | None, typer.Option("--from", parser=read_on, metavar="DATE", help="Show the progress from this day on.")
    ] = None,
    until: Annotated[
        date | None,
        typer.Option("--until", parser=read_on, metavar="DATE", help="Up to, not including, this day of progress."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, metavar="N", help="How many parts at most.")] = 100,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows the funnel of a day, or its progress in a period.

    How many opportunities are open in each stage, what they are worth, and what they weigh: each amount times its
    probability. With --from and --until instead what came, moved and left, and how long it took. With --known-at, as
    the ledger saw it then.

    Examples:
      ledger funnel
      ledger funnel --by manager --on 2026-03-31 --known-at 57
      ledger funnel --from 2026-01-01 --until 2026-04-01 --region North
    """
    from projections.funnel import Narrowed

    for first, last, name in ((since, until, "--until"), (closing_from, closing_until, "--closing-until")):
        if first is not None and last is not None and last <= first:
            raise typer.BadParameter(f"{name} has to be later than the first day, {first}.")
    if until is not None and since is None:
        raise typer.BadParameter("--until needs --from: the first day of the progress.")
    if since is not None and by is not None:
        raise typer.BadParameter("--by divides the funnel of a day; leave out --from.")
    narrowed = Narrowed(manager, region, account, closing_from, closing_until)
    if since is not None:
        _progress(since, until, narrowed, on, known_at, database_url, as_json=as_json)
        return
    _funnel(by, narrowed, limit, on, known_at, database_url, as_json=as_json)


def _funnel(
    by: By | None,
    narrowed: "Narrowed",
    limit: int,
    on: date | None,
    known_at: Any,
    database_url: str | None,
    *,
    as_json: bool,
) -> None:
    from api import funnel_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections import funnel as kept
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        found = kept.funnel(ledger.read, at, narrowed, by=None if by == "stage" else by, limit=limit)
        told = funnel_answers.funnel(found, by, at)
    if as_json:
        write_json(told)
        return
    show(out(), told, at)


def show(console: "Console", told: dict[str, Any], at: "Moment") -> None:
    """The funnel as a table with bars, and its parts below."""
    from api.cli.console import plain, table

    console.print(f"Funnel on {at.on}, as known at position {at.position}\n", style="bold")
    bar = "#" if plain() else "█"
    columns = ("opportunities", "", "value", "weighted")
    rows = [*_rows(told["stages"], "stage", "no stage", bar), *_rows([{**told, "all": "together"}], "all", "", "")]
    console.print(table("stage", *columns, rows=rows, right=(1, 3, 4)))
    if told["groups"]:
        console.print()
        name = told["by"].replace("_", " ")
        console.print(table(name, *columns, rows=_rows(told["groups"], "key", "none", bar), right=(1, 3, 4)))
    if told["groups_left"]:
        console.print(f"{told['groups_left']} more: --limit shows more of them.")


def _rows(parts: Sequence[dict[str, Any]], key: str, nothing: str, bar: str) -> Iterator[Sequence[str]]:
    most = max((one["count"] for one in parts), default=0)
    for one in parts:
        length = -(-one["count"] * WIDEST // most) if most else 0
        worth = [f"{value['amount']} {value['currency']}" for value in one["values"]]
        weights = [_weight(value) for value in one["values"]]
        yield (str(one[key] or nothing), str(one["count"]), bar * length, ", ".join(worth), ", ".join(weights))


def _weight(value: dict[str, Any]) -> str:
    if value["unweighted"] == value["count"]:
        return "no probability"
    told = f"{value['weighted']} {value['currency']}"
    return f"{told} ({value['unweighted']} without probability)" if value["unweighted"] else told


def _progress(
    since: date,
    until: date | None,
    narrowed: "Narrowed",
    on: date | None,
    known_at: Any,
    database_url: str | None,
    *,
    as_json: bool,
) -> None:
    from api import funnel_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from policies.days import plus_months
    from projections.asking import moment
    from projections.funnel import funnel_progress

    last = until or plus_months(since.replace(day=1), 1)
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = funnel_answers.progress(funnel_progress(ledger.read, at.position, since, last, narrowed), at.position)
    if as_json:
        write_json(told)
        return
    show_progress(out(), told)


def show_progress(console: "Console", told: dict[str, Any]) -> None:
    """What came and left, and what happened at each stage."""
    from api.cli.console import table

    console.print(
        f"Progress from {told['from']} until {told['until']}, as known at position {told['position']}\n", style="bold"
    )
    flows = [("open before", str(told["open_before"]), "")]
    flows += [
        (name, str(told[name]["count"]), _amounts(told[name])) for name in ("entered", "won", "lost", "abandoned")
    ]
    flows += [("open at the end", str(told["open_at_end"]), "")]
    console.print(table("", "opportunities", "value", rows=flows, right=(1, 2)))
    columns = (
        "stage",
        "came",
        "onward",
        "back",
        "won",
        "lost",
        "abandoned",
        "conversion",
        "days",
        "open",
        "days so far",
    )
    console.print()
    console.print(table(*columns, rows=[_stage(one) for one in told["stages"]], right=range(1, 11)))
    for name, says in (("closes_put_off", "put off"), ("closes_brought_forward", "brought forward")):
        moved = told[name]
        if moved["times"]:
            console.print(
                f"Expected closes {says}: {moved['times']}, of {moved['opportunities']} opportunities, "
                f"by {moved['days']} days together."
            )


def _amounts(flow: dict[str, Any]) -> str:
    return ", ".join(f"{one['amount']} {one['currency']}" for one in flow["amounts"])


def _stage(one: dict[str, Any]) -> Sequence[str]:
    conversion = "" if one["conversion"] is None else f"{one['conversion']} %"
    counts = [str(one[name]) for name in ("came", "onward", "back", "won", "lost", "abandoned")]
    ages = [one["stays"]["average_days"] or "", str(one["now"]["count"]), one["now"]["average_days"] or ""]
    return (one["stage"] or "no stage", *counts, conversion, *ages)
