"""`ledger review`, `ledger actions` and `ledger action`: how an opportunity stands in its reviews, and what is to be
done.
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On, read_on, teaching
from api.cli.ruling import EffectiveOn, event_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

group = typer.Typer(
    help="Agree on an action, record that it is done, or drop it.", no_args_is_help=True, rich_markup_mode=None
)

Opportunity = Annotated[str, typer.Argument(metavar="OPPORTUNITY", help="Id of the opportunity.")]
ActionId = Annotated[str, typer.Argument(metavar="ACTION", help="Id of the action.")]
State = Literal["open", "overdue", "done", "dropped", "unfinished"]


def review(
    opportunity: Opportunity,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows how an opportunity stands in its reviews.

    The latest review with its six questions and what it left open, the actions carried to the next one, what was done
    lately and whether that is stale, and the days of all reviews. Nothing here changes a right.

    Examples:
      ledger review opp-1
      ledger review opp-1 --on 2026-02-01 --known-at 57
      ledger review opp-1 --json
    """
    from api import review_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.reviews import review_sheet

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = review_answers.review_sheet(review_sheet(ledger.read, opportunity, at))
    if as_json:
        write_json(told)
        return
    _show(out(), told)


def actions(
    *,
    party: Annotated[
        str | None, typer.Option("--party", metavar="PARTY", help="That this party is to do, or one that acts as it.")
    ] = None,
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="On this account.")] = None,
    state: Annotated[
        State | None, typer.Option("--state", help="In this state on the day; unfinished is open or overdue.")
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists the actions agreed on opportunities.

    What is to be done, by whom and until when, those due first at the head; and what is done or was dropped.

    Examples:
      ledger actions --state unfinished
      ledger actions --party jane --state overdue
      ledger actions --account acme --on 2026-02-01 --json
    """
    from api import review_answers
    from api.cli.console import more_follow, out, write_page
    from api.cli.opening import opened
    from projections import reviews as read_live
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        asked = read_live.ActionsAsked(party, account, state)
        page = read_live.actions(ledger.read, at, asked, after=after, limit=limit)
    told = [review_answers.action(one, at.on) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"There is no such action on {at.on}.")
        return
    out().print(_actions_table(told))
    more_follow(page.next, at.position)


def agree(
    opportunity: Opportunity,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="An id for it, not yet in use on the opportunity.")],
    *,
    what: Annotated[str, typer.Option("--what", metavar="TEXT", help="What is to be done.")],
    who: Annotated[str, typer.Option("--who", metavar="PARTY", help="Who is to do it.")],
    due: Annotated[date, typer.Option("--due", parser=read_on, metavar="DATE", help="By when.")],
    effective_on: EffectiveOn = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Agrees on an action outside of a review.

    Examples:
      ledger action agree opp-1 action-8 --what "Send the reference of Bolt." --who jane --due 2026-01-17
    """
    data = {"what": what, "who": who, "due_on": due.isoformat()}
    _record("action_agreed", opportunity, action, data, effective_on, database_url)


def done(
    opportunity: Opportunity,
    action: ActionId,
    *,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="TEXT", help="What came of it.")] = None,
    effective_on: EffectiveOn = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Records that an action is done.

    Examples:
      ledger action done opp-1 action-7 --outcome "The head of purchasing signs, alone."
    """
    data = {} if outcome is None else {"outcome": outcome}
    _record("action_done", opportunity, action, data, effective_on, database_url)


def drop(
    opportunity: Opportunity,
    action: ActionId,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is not done any more.")],
    effective_on: EffectiveOn = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Drops an action that is not to be done any more.

    Examples:
      ledger action drop opp-1 action-8 --reason "Acme knows Bolt better than we do."
    """
    _record("action_dropped", opportunity, action, {"reason": reason}, effective_on, database_url)


def _record(
    type_: str,
    opportunity: str,
    action: str,
    data: dict[str, Any],
    effective_on: date | None,
    database_url: str | None,
) -> None:
    """Records one event of an action, and says how many are to be done on its opportunity then."""
    from api.cli.console import out
    from api.cli.opening import actor, opened
    from policies.actions import UNFINISHED
    from projections.asking import Moment
    from projections.live_facts import account_of
    from projections.recording import Submission
    from projections.reviews import review_sheet

    with opened(database_url) as ledger:
        account_id = account_of(ledger.read, opportunity, ledger.read.head().position)
        day = effective_on or ledger.today()
        sent = event_of(type_, account_id, day, {"opportunity_id": opportunity, "action_id": action, **data})
        receipt = ledger.recorder.record(Submission(events=[sent], actor=actor()))
        at = Moment(max(day, ledger.today()), receipt.position)
        found = review_sheet(ledger.read, opportunity, at).reviewing.actions
    left = sum(one.state(at.on) in UNFINISHED for one in found)
    out().print(f"Recorded, at position {receipt.position}. To be done on {opportunity}: {left}.")


def _show(console: "Console", told: dict[str, Any]) -> None:
    from api.cli.console import table

    console.print(f"{told['opportunity_id']} on {told['account_id']}", style="bold")
    latest = told["latest"]
    if latest is None:
        console.print("\nIt has not been reviewed.")
    else:
        console.print(
            f"\nReview {latest['review_id']} of {latest['held_on']}, by {latest['reviewed_by']}", style="bold"
        )
        for one in latest["questions"]:
            if one["answer"] is not None or one["question"] in latest["gaps"]:
                console.print(f"  {one['asks']}")
                console.print(f"    {one['answer'] or 'no answer'}", style="" if one["answer"] else "yellow")
        if latest["carried_over"]:
            console.print(f"\nActions looked back on, as of {latest['held_on']}", style="bold")
            console.print(_actions_table(latest["carried_over"]))
    if told["actions"]:
        console.print("\nActions for the next review", style="bold")
        console.print(_actions_table(told["actions"]))
    if told["next_review_on"]:
        late = " (overdue)" if told["next_review_overdue"] else ""
        console.print(f"\nNext review on {told['next_review_on']}{late}.")
    for one in told["activity"]:
        stale = f"stale since {one['stale_from']}" if one["stale"] else f"stale from {one['stale_from']}"
        console.print(f"Latest {one['activity']} on {one['last_on']}, {stale}.", style="yellow" if one["stale"] else "")
    if told["reviews"]:
        rows = [
            (str(one["held_on"]), one["review_id"], one["reviewed_by"], ", ".join(one["gaps"]))
            for one in told["reviews"]
        ]
        console.print("\nAll reviews", style="bold")
        console.print(table("day", "review", "by", "left open", rows=rows))
    console.print(f"\nOn {told['on']}, as known at position {told['position']}.")


def _actions_table(told: list[dict[str, Any]]) -> "Table":
    from api.cli.console import day, table

    rows = [
        (str(one["due_on"]), one["state"], one["opportunity_id"], one["action_id"], one["who"], one["what"],
         day(one["ended_on"]), one["outcome"] or "")
        for one in told
    ]  # fmt: skip
    names = ("due on", "state", "opportunity", "action", "who", "what", "ended on", "outcome")
    return table(*names, rows=rows, styled=1)


for name, command in (("agree", agree), ("done", done), ("drop", drop)):
    group.command(name, help=teaching(command))(command)
