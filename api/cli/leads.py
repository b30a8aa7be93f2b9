"""`ledger leads`: names and responses, listed, shown, counted, captured from a list, and converted."""

from datetime import date
from typing import Annotated, Literal

import typer

from api.cli.converting import capture, convert
from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On, read_on, teaching

group = typer.Typer(
    help="Names and responses: list them, read one, count them, capture a list, convert one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

State = Literal["captured", "responded", "worked", "qualified", "disqualified", "converted"]


def list_leads(
    *,
    state: Annotated[State | None, typer.Option("--state", help="In this state on the day.")] = None,
    responsible: Annotated[
        str | None, typer.Option("--responsible", metavar="PARTY", help="That this party is responsible for.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help="From this source.")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", metavar="TEXT", help="Of this campaign.")] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="On this account, or one merged into it.")
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists leads, as they stand on a day.

    In the order in which they were first recorded: how far each has come, and who is responsible for it.

    Examples:
      ledger leads list
      ledger leads list --state worked --responsible jane
      ledger leads list --source "Trade fair" --on 2026-03-01 --json
    """
    from api import lead_answers
    from api.cli.console import more_follow, out, write_page
    from api.cli.lead_tables import leads_table
    from api.cli.opening import opened
    from projections import leads as kept
    from projections.asking import moment

    wanted = kept.Wanted(state, responsible, source, campaign, account)
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = kept.leads(ledger.read, at, wanted, after=after, limit=limit)
    told = [lead_answers.lead(one) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"There is no such lead on {at.on}.")
        return
    out().print(leads_table(told))
    more_follow(page.next, at.position)


def show(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="Id of the lead.")],
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows everything about a lead.

    Its steps, with who was responsible at each; what is known about it, which goes over to its opportunity; what it was
    qualified by, or why it was not; and what it was converted into.

    Examples:
      ledger leads show lead-7
      ledger leads show lead-7 --on 2026-01-20 --known-at 57
      ledger leads show lead-7 --json
    """
    from api import lead_answers
    from api.cli.console import out, write_json
    from api.cli.lead_tables import show_lead
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.leads import lead_sheet

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = lead_answers.sheet(lead_sheet(ledger.read, lead, at), at)
    if as_json:
        write_json(told)
        return
    show_lead(out(), told)


def figures(
    *,
    since: Annotated[
        date | None,
        typer.Option("--from", parser=read_on, metavar="DATE", help="Only leads that began on this day or later."),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option("--until", parser=read_on, metavar="DATE", help="Only leads that began before this day."),
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Counts leads: how many responded, were qualified, disqualified and converted by the day.

    Of all, and by source, by campaign and by who is responsible, or was last; and how many days each step took.

    Examples:
      ledger leads figures
      ledger leads figures --from 2026-01-01 --until 2026-04-01
      ledger leads figures --on 2026-03-01 --json
    """
    from api import lead_answers
    from api.cli.console import out, write_json
    from api.cli.lead_tables import show_figures
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.leads import lead_report

    if since is not None and until is not None and until <= since:
        raise typer.BadParameter(f"--until must be later than {since}, the first day.")
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = lead_answers.figures(lead_report(ledger.read, at, since, until), at)
    if as_json:
        write_json(told)
        return
    show_figures(out(), told)


for name, command in (
    ("list", list_leads),
    ("show", show),
    ("figures", figures),
    ("capture", capture),
    ("convert", convert),
):
    group.command(name, help=teaching(command))(command)
