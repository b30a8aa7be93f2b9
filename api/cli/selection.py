"""`ledger attention` and `ledger exceptions`: which opportunities to look at first, and why."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On

if TYPE_CHECKING:
    from rich.console import Console

Why = Literal[
    "shortfall", "close_overdue", "stale_engagement", "stale_coordination", "no_manager", "at_gate", "important",
    "not_moving",    "closing_soon", "lapsing_soon", "new", "exception",
]  # fmt: skip

Manager = Annotated[str | None, typer.Option("--manager", metavar="PARTY", help="Managed by this party.")]
Team = Annotated[
    str | None, typer.Option("--team", metavar="PARTY", help="In which this party takes part, or that it manages.")
]
Region = Annotated[str | None, typer.Option("--region", metavar="REGION", help="Of this region.")]
OnAccount = Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="On this account.")]


def attention(
    *,
    reason: Annotated[Why | None, typer.Option("--reason", help="Only for this reason.")] = None,
    manager: Manager = None,
    team: Team = None,
    region: Region = None,
    account: OnAccount = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists the opportunities that deserve attention, and why.

    Important or new ones, those that don't move, close or lapse soon, or stand at a gate; and exceptions, which come
    first. Below that the larger amounts come first. Won ones are listed only while they fall short of their outcome.

    Examples:
      ledger attention
      ledger attention --manager jane --reason not_moving
      ledger attention --on 2026-03-31 --known-at 57 --json
    """
    asked = {"manager": manager, "region": region, "account_id": account}
    _list(reason, team, asked, on, known_at, limit, after, database_url, as_json=as_json)


def exceptions(
    *,
    manager: Manager = None,
    team: Team = None,
    region: Region = None,
    account: OnAccount = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists only what is off, and why.

    Outcomes missed, by how much, also of what is won; expected closes gone by; what nobody engaged on or coordinated
    lately; what is on hold or was decided against at a gate; what nobody manages. The page to open on Monday.

    Examples:
      ledger exceptions
      ledger exceptions --team jane --on 2026-03-30
      ledger exceptions --account acme --json
    """
    asked = {"manager": manager, "region": region, "account_id": account}
    _list("exception", team, asked, on, known_at, limit, after, database_url, as_json=as_json)


def _list(
    why: str | None,
    team: str | None,
    asked: dict[str, str | None],
    on: date | None,
    known_at: Any,
    limit: int,
    after: str | None,
    database_url: str | None,
    *,
    as_json: bool,
) -> None:
    from api import funnel_answers
    from api.cli.console import more_follow, out, write_page
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.selection import selected

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = selected(ledger.read, at, why=why, team_of=team, after=after, limit=limit, **asked)
    told = [funnel_answers.attention(one, at.on) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"Nothing {'is off' if why == 'exception' else 'deserves attention'} on {at.on}.")
        return
    for one in told:
        show(out(), one)
    more_follow(page.next, at.position)


def show(console: "Console", one: dict[str, Any]) -> None:
    """One opportunity: a line about it, and a line for each reason."""
    worth = f", {one['amount']} {one['currency']}" if one["amount"] else ""
    where = ", won" if one["state"] == "won" else f", in {one['stage']}" if one["stage"] else ""
    who = one["manager"] or "nobody"
    console.print(f"{one['opportunity_id']}  {one['name']}  ({one['account_id']}, {who}{worth}{where})", style="bold")
    for cause in one["reasons"]:
        mark = "!" if cause["exception"] else " "
        console.print(f"  {mark} {cause['says']}", style="red" if cause["exception"] else "")
