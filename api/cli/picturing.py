"""`ledger timeline`: the whole history of an account's rights, as a picture."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Account, AsJson, DatabaseUrl, KnownAt, On, read_on

if TYPE_CHECKING:
    from ledger.store.reading import Reader
    from policies.kept import Right

PAGE = 1_000


def timeline(
    account: Account,
    line: Annotated[str | None, typer.Option("--line", metavar="LINE", help="Only this business line.")] = None,
    since: Annotated[
        date | None, typer.Option("--from", parser=read_on, metavar="DATE", help="Draw from this day on.")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--until", parser=read_on, metavar="DATE", help="Draw up to this day.")
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Draws who held what on an account, and when.

    Past, present, and foreseen. One row for each claim or right, one character and colour for each status, a mark at
    the day asked about. With --known-at, as the ledger saw it then. On a narrow terminal, the intervals as a list.

    Examples:
      ledger timeline acme
      ledger timeline acme --line gtx-pro --from 2026-01-01 --until 2026-12-31
      ledger timeline acme --known-at 57 --json
    """
    from api import answers
    from api.cli.console import out, picture_width, plain, write_page
    from api.cli.opening import opened
    from api.cli.picture import Look, draw, rows_of
    from projections.asking import moment
    from projections.disputes import contested_ever

    if since is not None and until is not None and until < since:
        raise typer.BadParameter("--until is before --from.")
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        found = [one for one in _whole(ledger.read, account, at.position) if line in (None, one.line)]
        ever = contested_ever(ledger.read, account, found, at.position)
        disputed = dict(zip(found, ever, strict=True))
    if since is not None:
        found = [one for one in found if one.valid_until > since]
    if until is not None:
        found = [one for one in found if one.valid_from <= until]
    if as_json:
        told = [answers.held_right(one, contested=disputed[one]) for one in found]
        write_page(told, None, at.position)
        return
    console = out()
    if not found:
        console.print(f"No right on {account} was known at position {at.position}{f' for {line}' if line else ''}.")
        return
    console.print(f"{account}, as known at position {at.position}\n", style="bold")
    for text in draw(rows_of(found), at.on, Look(picture_width(), plain()), since, until):
        console.print(text)


def _whole(reader: "Reader", account_id: str, position: int) -> "list[Right]":
    """All pages of a timeline."""
    from projections.rights import timeline as kept

    page = kept(reader, account_id, position, limit=PAGE)
    found = list(page.items)
    while page.next is not None:
        page = kept(reader, account_id, position, after=page.next, limit=PAGE)
        found.extend(page.items)
    return found
