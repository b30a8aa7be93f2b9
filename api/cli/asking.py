"""`ledger who-may-call`: the verdict, and why."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import Account, AsJson, DatabaseUrl, KnownAt, On

if TYPE_CHECKING:
    from rich.console import Console

    from projections.calling import CallingAnswer


def who_may_call(
    account: Account,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Id of the party that asks.")],
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="New business on this business line.")
    ] = None,
    contract: Annotated[
        str | None, typer.Option("--contract", metavar="CONTRACT", help="The renewal of this contract.")
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Tells whether a party may call on an account, and why.

    For new business on a line (--line), for the renewal of a contract (--contract, with --line for one of its lines),
    or, without either, for new business in general.

    The verdict is allowed, conditional (on whose agreement) or denied (and from when it opens). Exit code 1 means
    denied.

    Examples:
      ledger who-may-call acme jane --line gtx-pro
      ledger who-may-call acme north --line gtx-pro --on 2026-04-02
      ledger who-may-call acme north --line gtx-pro --on 2026-04-02 --known-at 57
      ledger who-may-call acme north --contract contract-9 --json
    """
    from api import answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.calling import calling_right

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        answer = calling_right(ledger.read, account, party, at, line, contract)
    if as_json:
        write_json(answers.calling(answer))
    else:
        show(out(), answer)
    if answer.verdict.verdict == "denied":
        raise typer.Exit(1)


def show(console: "Console", answer: "CallingAnswer") -> None:
    """The verdict for somebody to read: what, on which day, why, and what else matters."""
    from rich.text import Text

    from api import answers
    from api.cli.console import STYLES

    told = answers.calling(answer)
    console.print(Text(told["verdict"].upper(), style=STYLES[told["verdict"]]), _headline(told))
    console.print(f"on {told['on']}, as known at position {told['known_at']}, by rule {told['rule']}")
    if told["agreement_of"]:
        console.print(f"with the agreement of {told['agreement_of']}")
    if told["verdict"] == "denied":
        console.print(f"opens on {told['opens_on']}" if told["opens_on"] else "no day is known on which it opens")
    if told["contested"]:
        console.print("contested: a dispute about this is open", style="yellow")
    console.print("\nWhy", style="bold")
    for reason in told["reasons"]:
        console.print(f"  {reason['rule']} ({reason['clause']}): {reason['says']}")
        if reason["event_ids"]:
            console.print(f"    events {', '.join(reason['event_ids'])}", style="bright_black")
    if told["obligations"]:
        console.print(f"\nWhat {told['party_id']} owes on this account", style="bold")
    for owed in told["obligations"]:
        console.print(f"  {owed['kind']}, {owed['state']}{_to_whom(owed)} ({owed['rule']})")


def _headline(told: dict[str, Any]) -> str:
    business = "new business in general"
    if told["contract_id"]:
        business = f"the renewal of {told['contract_id']}" + (f", line {told['line']}" if told["line"] else "")
    elif told["line"]:
        business = f"new business on {told['line']}"
    return f"{told['party_id']} calls on {told['account_id']} for {business}"


def _to_whom(owed: dict[str, Any]) -> str:
    to = f" to {owed['to_party_id']}" if owed["to_party_id"] else ""
    about = owed["contract_id"] or owed["opportunity_id"]
    due = f", due on {owed['due_on']}" if owed["due_on"] else ""
    return f"{to}{f' for {about}' if about else ''} since {owed['since']}{due}"
