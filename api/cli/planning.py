"""`ledger key-players` and `ledger closing-plan`: who matters at the customer, and how the opportunity is to be won."""

from typing import TYPE_CHECKING, Any

from api.cli.options import AsJson, DatabaseUrl, KnownAt, On
from api.cli.reviewing import Opportunity

if TYPE_CHECKING:
    from rich.console import Console


def key_players(
    opportunity: Opportunity,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows the key player map of an opportunity.

    The most influential first; who is against us, and whether a supporter of more influence outweighs them; and what is
    not known.

    Examples:
      ledger key-players opp-1
      ledger key-players opp-1 --on 2026-02-01 --json
    """
    from api import key_player_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.key_players import key_player_sheet

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = key_player_answers.key_player_sheet(key_player_sheet(ledger.read, opportunity, at))
    if as_json:
        write_json(told)
        return
    _show_players(out(), told)


def closing_plan(
    opportunity: Opportunity,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows the closing plan of an opportunity.

    What the opportunity goes by on the day, in five parts, with the parts that say nothing; a later draft; and all
    versions. `opportunity_plan_adopted` with a `closing_plan_id` adopts a plan: it is then what a claim needs.

    Examples:
      ledger closing-plan opp-1
      ledger closing-plan opp-1 --on 2026-02-01 --json
    """
    from api import closing_plan_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.closing_plans import closing_plan_sheet

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = closing_plan_answers.closing_plan_sheet(closing_plan_sheet(ledger.read, opportunity, at))
    if as_json:
        write_json(told)
        return
    _show_plan(out(), told)


MAP_GAPS = {
    "no_key_player": "Nobody is on the map.",
    "no_decision_role": "Of nobody on the map is it known what part they have in the decision.",
    "no_supporter": "Nobody on the map is for us.",
}


def _show_players(console: "Console", told: dict[str, Any]) -> None:
    from api.cli.console import table

    console.print(f"{told['opportunity_id']} on {told['account_id']}\n", style="bold")
    if told["players"]:
        rows = [
            (_name(one), one["decision_role"] or "", one["personal_win"] or "", one["threat"] or "",
             one["receptivity"] or "", _number(one["influence"]), _number(one["relationship"], "+d"),
             ", ".join(one["gaps"]))
            for one in told["players"]
        ]  # fmt: skip
        names = ("key player", "role", "personal win", "threat", "receptivity", "influence", "relationship", "unknown")
        console.print(table(*names, rows=rows, right=[5, 6]))
    for one in told["against"]:
        by = ", ".join(_name(each) for each in one["outweighed_by"])
        console.print(f"Against us: {_name(one)}, outweighed by {by or 'nobody'}.", style="" if by else "red")
    for gap in told["gaps"]:
        console.print(MAP_GAPS[gap], style="yellow")
    console.print(f"On {told['on']}, as known at position {told['position']}.")


def _show_plan(console: "Console", told: dict[str, Any]) -> None:
    from api.cli.console import day, table

    console.print(f"{told['opportunity_id']} on {told['account_id']}", style="bold")
    if told["current"] is None:
        console.print("\nThere is no closing plan.")
    for one in filter(None, (told["current"], told["draft"])):
        adopted = f", adopted on {one['adopted_on']}" if one["adopted_on"] else ", not adopted"
        console.print(f"\n{one['closing_plan_id']}, version {one['version']}{adopted}", style="bold")
        rows = [
            (part["part"], entry["what"], entry["who"] or "", day(entry["due_on"]), entry["criteria"] or "",
             entry["action"] or "")
            for part in one["parts"]
            for entry in part["entries"]
        ]  # fmt: skip
        console.print(table("part", "what", "who", "due on", "criteria", "action", rows=rows))
        if one["gaps"]:
            console.print(f"Says nothing on: {', '.join(one['gaps'])}.", style="yellow")
    if told["versions"]:
        versions = [
            (one["closing_plan_id"], str(one["version"]), one["state"], str(one["drafted_on"]), day(one["adopted_on"]))
            for one in told["versions"]
        ]
        console.print("\nAll versions", style="bold")
        console.print(table("plan", "version", "state", "drafted on", "adopted on", rows=versions, right=[1]))
    console.print(f"\nOn {told['on']}, as known at position {told['position']}.")


def _name(one: dict[str, Any]) -> str:
    return str(one["name"] or one["party_id"] or one["player_id"])


def _number(value: int | None, form: str = "d") -> str:
    return "" if value is None else format(value, form)
