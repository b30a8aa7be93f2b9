"""`ledger views` and `ledger home`: lists as somebody wants to see them, and what waits for a manager."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On, teaching

if TYPE_CHECKING:
    from api.wiring import RightsLedger
    from policies.views import ListView
    from projections.asking import Moment

group = typer.Typer(help="Look at lists as they were saved as views.", no_args_is_help=True, rich_markup_mode=None)

ViewId = Annotated[str, typer.Argument(metavar="VIEW", help="Id of the view.")]
Of = Literal["opportunities", "leads", "accounts", "contacts"]


@group.callback()
def looking() -> None:
    """Look at lists as they were saved as views.

    A view is saved by recording list_view_saved, and goes by list_view_deleted: `ledger events record` does it.
    """


def list_(
    *,
    of: Annotated[Of | None, typer.Option("--of", help="Views of this list only.")] = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists the views there are: whoever has the database sees private ones too.

    Examples:
      ledger views list
      ledger views list --of opportunities --json
    """
    from api import list_answers
    from api.cli.console import more_follow, out, table, write_page
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.views import views

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = views(ledger.read, at, actor=None, of=of, after=after, limit=limit)
    told = [list_answers.view(one) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"There is no view on {at.on}.")
        return
    rows = [
        (one["view_id"], one["of"], one["name"], one["owner"], "shared" if one["shared"] else "private",
         ", ".join(one["columns"]))
        for one in told
    ]  # fmt: skip
    out().print(table("view", "of", "name", "owner", "", "columns", rows=rows))
    more_follow(page.next, at.position)


def show(
    view: ViewId, on: On = None, known_at: KnownAt = None, as_json: AsJson = False, database_url: DatabaseUrl = None
) -> None:
    """Shows what a view says: columns, filters, order.

    Examples:
      ledger views show closing-soon
      ledger views show closing-soon --known-at 57 --json
    """
    from api import list_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened

    with opened(database_url) as ledger:
        at, found = _found(ledger, view, on, known_at)
    told = list_answers.view(found)
    if as_json:
        write_json({**told, "position": at.position})
        return
    console = out()
    console.print(f"{told['name']}: {told['of']}, {'shared' if told['shared'] else 'private'}, of {told['owner']}")
    console.print(f"columns  {', '.join(told['columns'])}")
    for one in told["filters"]:
        console.print(f"filter   {one['field']} {one['op']} {_plain(one['value'])}")
    for one in told["sort"]:
        console.print(f"sort     {one['field']}{', descending' if one['descending'] else ''}")


def run(
    view: ViewId,
    *,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write all of it, in the view's columns, as CSV.")
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Runs a view: the lines that it shows on a day, in its order.

    A file that --csv writes holds the view's columns, to be read; one with every field, to be imported again, is
    written by `ledger export`.

    Examples:
      ledger views run closing-soon
      ledger views run closing-soon --on 2026-03-31 --known-at 57 --json
      ledger views run closing-soon --csv closing.csv
    """
    from api import list_answers
    from api.cli.console import more_follow, out, table, write_page
    from api.cli.opening import opened
    from policies.list_columns import LISTS
    from projections.problems import InvalidCursor
    from projections.showing import key_of, shown_by

    with opened(database_url) as ledger:
        at, found = _found(ledger, view, on, known_at)
        rows = shown_by(ledger.read, found, at)
    columns = found.data.columns
    if csv is not None:
        from api.cli.exporting import write_file
        from api.exporting.lists import view_records

        what = f"{len(rows):,} lines of {view} on {at.on}, as known at position {at.position}"
        write_file(csv, lambda told: view_records(found, rows, at, progress=told), what)
        return
    keys = [key_of(found, row) for row in rows]
    if after is not None and after not in keys:
        raise InvalidCursor(after)
    start = 0 if after is None else keys.index(after) + 1
    shown = rows[start : start + limit]
    following = keys[start + limit - 1] if start + limit < len(rows) else None
    told = [list_answers.line(found, row) for row in shown]
    if as_json:
        write_page(told, following, at.position)
        return
    if not told:
        out().print(f"{found.data.name} shows nothing on {at.on}.")
        return
    kinds = LISTS[found.data.of]
    right = [place for place, name in enumerate(columns) if kinds[name].kind in {"amount", "number"}]
    out().print(table(*columns, rows=[[_plain(one[name]) for name in columns] for one in told], right=right))
    more_follow(following, at.position)


def home(
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Id of the opportunity manager.")],
    *,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists what waits for an opportunity manager, upcoming and pending, and why.

    Open opportunities that should have closed, that close soon (figure closing_soon_days), or that are worth much
    (figure important_amount): overdue ones first, then by the day, larger amounts first.

    Examples:
      ledger home jane
      ledger home jane --on 2026-03-31 --json
    """
    from api import list_answers
    from api.cli.console import out, table, write_page
    from api.cli.opening import opened
    from projections import home as kept
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = [list_answers.pending(one) for one in kept.home(ledger.read, party, at)]
    if as_json:
        write_page(told, None, at.position)
        return
    if not told:
        out().print(f"Nothing waits for {party} on {at.on}.")
        return
    rows = [
        ("overdue" if one["overdue"] else "", _plain(one["expected_close_on"]), one["opportunity_id"], one["name"],
         _plain(one["amount"]), _plain(one["currency"]), _plain(one["next_milestone"]),
         " ".join(each["says"] for each in one["why"]))
        for one in told
    ]  # fmt: skip
    names = ("", "closes", "opportunity", "name", "amount", "", "next milestone", "why")
    out().print(table(*names, rows=rows, styled=0, right=[4]))


def _found(ledger: "RightsLedger", view_id: str, on: On, known_at: KnownAt) -> "tuple[Moment, ListView]":
    from projections.asking import moment
    from projections.views import view

    at = moment(ledger.read, on, known_at, ledger.today())
    return at, view(ledger.read, view_id, at, actor=None)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


group.command("list", help=teaching(list_))(list_)
group.command("show", help=teaching(show))(show)
group.command("run", help=teaching(run))(run)
