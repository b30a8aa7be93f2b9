"""`ledger rights`, `deadlines` and `obligations`: who holds what, what runs out, what is owed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On

if TYPE_CHECKING:
    from rich.table import Table

    from policies.kept import Right
    from projections.asking import Moment

Party = Annotated[str | None, typer.Option("--party", metavar="PARTY", help="Of this party, over all accounts.")]


def rights(
    account: Annotated[str | None, typer.Argument(metavar="[ACCOUNT]", help="Id of the account.")] = None,
    party: Party = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists the rights in effect on a day.

    Those on an account, or those of a party over all accounts. Claims that have lapsed or ended stand in the timeline
    only.

    Examples:
      ledger rights acme
      ledger rights acme --on 2026-04-02 --known-at 57
      ledger rights --party jane --json
    """
    from api import answers
    from api.cli.console import more_follow, out, write_page
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.disputes import contested
    from projections.rights import rights_of_account, rights_of_party

    if (account is None) == (party is None):
        raise typer.BadParameter("name either an account or, with --party, a party.")
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        if account is not None:
            page = rights_of_account(ledger.read, account, at, after=after, limit=limit)
        else:
            page = rights_of_party(ledger.read, str(party), at, after=after, limit=limit)
        disputed = contested(ledger.read, page.items, at)
    if as_json:
        told = zip(page.items, disputed, strict=True)
        write_page([answers.held_right(one, contested=each) for one, each in told], page.next, at.position)
        return
    if not page.items:
        out().print(f"Nobody holds a right {f'on {account}' if account else f'as {party}'} on {at.on}.")
        return
    out().print(_rights_table(page.items, disputed))
    more_follow(page.next, at.position)


def deadlines(
    within_days: Annotated[
        int, typer.Option("--within-days", min=0, max=3_660, metavar="DAYS", help="How many days ahead to look.")
    ] = 30,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists the claims that run out soon.

    Claims not yet won whose last day of grace is near, over all accounts, the nearest first.

    Examples:
      ledger deadlines
      ledger deadlines --within-days 7 --on 2026-06-24
    """
    from api import answers
    from api.cli.console import more_follow, out, table, write_page
    from api.cli.opening import opened
    from projections import rights as kept
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = kept.deadlines(ledger.read, at, within_days=within_days, after=after, limit=limit)
    if as_json:
        items = [{**answers.right(one), "days_left": _days_left(one, at)} for one in page.items]
        write_page(items, page.next, at.position)
        return
    if not page.items:
        out().print(f"No claim runs out within {within_days} days of {at.on}.")
        return
    rows = [
        (str(one.deadline_on), str(_days_left(one, at)), one.account_id, one.line or "", one.holder, one.status,
         one.opportunity_id or "")
        for one in page.items
    ]  # fmt: skip
    names = ("last day", "days left", "account", "line", "holder", "status", "opportunity")
    out().print(table(*names, rows=rows, styled=5, right=[1]))
    more_follow(page.next, at.position)


def obligations(
    party: Party = None,
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="On this account.")] = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists what is owed on a day.

    By everybody, by one party, or on one account. Open, met or overdue; hard, or soft (a courtesy that never changes
    a right).

    Examples:
      ledger obligations --party jane
      ledger obligations --account acme --on 2026-12-31 --json
    """
    from api import answers
    from api.cli.console import day, more_follow, out, table, write_page
    from api.cli.opening import opened
    from projections import obligations as kept
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = kept.obligations(ledger.read, at, party_id=party, account_id=account, after=after, limit=limit)
    if as_json:
        write_page([answers.owed(one) for one in page.items], page.next, at.position)
        return
    if not page.items:
        out().print(f"Nothing is owed on {at.on}.")
        return
    rows = [
        (one.state, "hard" if one.obligation.hard else "soft", one.obligation.kind, one.obligation.party_id,
         one.obligation.to_party_id or "", one.obligation.account_id,
         one.obligation.contract_id or one.obligation.opportunity_id or "", day(one.since), day(one.due_on))
        for one in page.items
    ]  # fmt: skip
    names = ("state", "", "what", "who", "to", "account", "about", "since", "due on")
    out().print(table(*names, rows=rows, styled=0))
    more_follow(page.next, at.position)


def _days_left(claim: "Right", at: "Moment") -> int:
    return 0 if claim.deadline_on is None else (claim.deadline_on - at.on).days


def _rights_table(held: "tuple[Right, ...]", disputed: Sequence[bool]) -> "Table":
    from api.answers import end
    from api.cli.console import day, table

    several = len({one.account_id for one in held}) > 1
    names: Sequence[str] = ("right", "holder", "account", "line", "status", "from", "until", "last day", "about")
    rows: list[Sequence[str]] = [
        (one.kind, one.holder, one.account_id, one.line or "", one.status, day(one.valid_from),
         day(end(one.valid_until), "open"), day(one.deadline_on), one.contract_id or one.opportunity_id or "")
        for one in held
    ]  # fmt: skip
    if not several:
        names = [*names[:2], *names[3:]]
        rows = [[*row[:2], *row[3:]] for row in rows]
    if any(disputed):
        names = [*names, ""]
        rows = [[*row, "contested" if each else ""] for row, each in zip(rows, disputed, strict=True)]
    return table(*names, rows=rows, styled=names.index("status"))
