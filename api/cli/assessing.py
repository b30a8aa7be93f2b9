"""`ledger assessment`, `ledger selection-criteria` and `ledger ranking`: what is known of an opportunity and of its
customer, and what is not.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On
from api.cli.reviewing import Opportunity

if TYPE_CHECKING:
    from rich.console import Console


def assessment(
    opportunity: Opportunity,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows the assessment of an opportunity.

    Six categories of questions with the answers that stand, the six milestones of each stage, how its customer scores
    by the selection criteria; and every gap.

    Examples:
      ledger assessment opp-1
      ledger assessment opp-1 --on 2026-02-01 --json
    """
    from api import assessment_answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.assessment import assessment_sheet

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = assessment_answers.assessment_sheet(assessment_sheet(ledger.read, opportunity, at))
    if as_json:
        write_json(told)
        return
    _show(out(), told)


def selection_criteria(
    account: Annotated[
        str | None, typer.Argument(metavar="[ACCOUNT]", help="Show how this account scores.", show_default=False)
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows the criteria by which customers are selected, or how an account scores by them.

    Each scores 0, 1 or 2. What has no score is a gap.

    Examples:
      ledger selection-criteria
      ledger selection-criteria acme --on 2026-02-01
    """
    from api import assessment_answers
    from api.cli.console import out, table, write_json
    from api.cli.opening import opened
    from projections import selection_criteria as read_live
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        if account is None:
            told = assessment_answers.selection_criteria(read_live.selection_criteria(ledger.read, at), at)
        else:
            card, _ = read_live.account_scorecard(ledger.read, account, at)
            told = assessment_answers.account_scorecard(card, at)
    if as_json:
        write_json(told)
        return
    if account is None:
        out().print(table("criterion", "says", rows=[(one["criterion"], one["says"]) for one in told["criteria"]]))
        return
    rows = [
        (one["criterion"], "no score" if one["score"] is None else str(one["score"]), one["says"])
        for one in told["scores"]
    ]
    out().print(table("criterion", "score", "says", rows=rows))
    out().print(f"{account}: {told['total']} of {told['out_of']}.")


def ranking(
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Ranks the accounts by the customer selection criteria.

    Those that have a score, the best first; accounts with the same total share a place.

    Examples:
      ledger ranking
      ledger ranking --on 2026-02-01 --limit 20 --json
    """
    from api import assessment_answers
    from api.cli.console import more_follow, out, table, write_page
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.selection_criteria import accounts_ranked

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = accounts_ranked(ledger.read, at, after=after, limit=limit)
    told = [assessment_answers.ranked(one) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"No account has a score on {at.on}.")
        return
    rows = [
        (str(one["rank"]), one["account_id"], f"{one['total']} of {one['out_of']}", ", ".join(one["gaps"]))
        for one in told
    ]
    out().print(table("rank", "account", "total", "no score by", rows=rows, right=[0]))
    more_follow(page.next, at.position)


def _show(console: "Console", told: dict[str, Any]) -> None:
    from api.cli.console import day, table

    console.print(f"{told['opportunity_id']} on {told['account_id']}", style="bold")
    for one in told["categories"]:
        console.print(f"\n{one['asks']}", style="bold")
        rows = [
            (each["question"], each["answer"] or ("gap" if each["key"] else ""), day(each["answered_on"]))
            for each in one["questions"]
        ]
        console.print(table("question", "answer", "since", rows=rows))
    for one in _begun(told):
        console.print(f"\nMilestones at stage {one['stage']}", style="bold")
        reached = [
            (each["asks"], {True: "met", False: "not met", None: "gap"}[each["met"]], each["evidence"] or "",
             day(each["assessed_on"]))
            for each in one["milestones"]
        ]  # fmt: skip
        console.print(table("milestone", "state", "evidence", "since", rows=reached))
    fit = told["selection_criteria"]
    console.print(f"\nThe customer scores {fit['total']} of {fit['out_of']}.")
    console.print(f"On {told['on']}, as known at position {told['position']}.")


def _begun(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The stage that the opportunity is at, and those of which a milestone was assessed."""
    return [
        one
        for one in told["stages"]
        if one["stage"] == told["stage"] or any(each["met"] is not None for each in one["milestones"])
    ]
