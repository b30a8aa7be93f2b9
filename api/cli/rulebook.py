"""`ledger rules` and `ledger figures`: the rule book, and the numbers it rests on."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DatabaseUrl, KnownAt, On

if TYPE_CHECKING:
    from policies.figures import FigureValue


def rules(
    rule: Annotated[str | None, typer.Argument(metavar="[RULE]", help="Id of one rule, such as OM-GRACE.")] = None,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Tells the rules by which the ledger decides.

    All of them, or all about one: its figures as they hold on a day, and the scenarios that show it. Where there is no
    ledger yet, the figures are those that the rule book begins with.

    Examples:
      ledger rules
      ledger rules OM-GRACE
      ledger rules OM-GRACE --on 2026-04-02 --json
    """
    from api import answers
    from api.cli.console import write_json, write_page
    from api.cli.failing import Failure
    from policies.rulebook import RULES

    if rule is None and not as_json:
        _list_rules()
        return
    if rule is not None and rule.upper() not in RULES:
        raise Failure(f"There is no rule {rule!r}. `ledger rules` lists them all.")
    position, figures = _figures_on(on, known_at, database_url)
    if rule is None:
        write_page([answers.rule(one, figures) for one in RULES.values()], None, position)
    elif as_json:
        write_json(answers.rule(RULES[rule.upper()], figures))
    else:
        _show_rule(answers.rule(RULES[rule.upper()], figures))


def figures(on: On = None, known_at: KnownAt = None, as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:
    """Lists the numbers that the rules rest on, as they hold on a day.

    A figure changes by an event policy_figure_set, from its effective date on.

    Examples:
      ledger figures
      ledger figures --on 2026-04-02 --json
    """
    from api import answers
    from api.cli.console import day, out, table, write_page
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.figures import figures_on

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        found = [answers.figure(one) for one in figures_on(ledger.read, at)]
    if as_json:
        write_page(found, None, at.position)
        return
    rows = [
        (one["figure"], _number(one["value"]), one["unit"], day(one["since"], "always"), one["clause"], one["says"])
        for one in found
    ]
    out().print(table("figure", "value", "unit", "since", "clause", "", rows=rows, right=[1]))


def _number(value: int | list[int]) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _figures_on(
    on: date | None, known_at: int | datetime | None, database_url: str | None
) -> "tuple[int, dict[str, FigureValue]]":
    """The position read at, and every figure as it holds on a day; as the book begins where there is no ledger."""
    from api.cli.opening import opened
    from ledger.store.errors import LedgerNotReady, LedgerUnavailable
    from policies.figures import Figures
    from projections.asking import moment
    from projections.figures import figures_on

    try:
        with opened(database_url) as ledger:
            at = moment(ledger.read, on, known_at, ledger.today())
            return at.position, {one.name: one for one in figures_on(ledger.read, at)}
    except (LedgerUnavailable, LedgerNotReady):
        if database_url is not None or known_at is not None:
            raise
        return 0, {one.name: one for one in Figures().all_on(on or date.min)}


def _list_rules() -> None:
    from api.cli.console import out, table
    from policies.rulebook import RULES

    for section in dict.fromkeys(one.section for one in RULES.values()):
        rows = [(one.id, one.title, one.clause) for one in RULES.values() if one.section == section]
        out().print(f"\n{section}", style="bold")
        out().print(table("rule", "", "clause", rows=rows))


def _show_rule(told: dict[str, Any]) -> None:
    from api.cli.console import out

    console = out()
    console.print(f"{told['id']}  {told['title']}", style="bold")
    console.print(f"section {told['section']}, {told['status']}\n")
    console.print(told["says"])
    if told["decided"]:
        console.print(f"Decided by the specification: {told['decided']}.")
    console.print()
    for clause in told["clauses"]:
        console.print(f"clause  {clause['clause']}: {clause['source']}")
    for figure in told["figures"]:
        since = f" since {figure['since']}" if figure["since"] else ""
        console.print(f"figure  {figure['figure']}: {_number(figure['value'])} {figure['unit']}{since}")
    if told["scenarios"]:
        console.print("\nshown by")
    for title in told["scenarios"]:
        console.print(f"  - {title}", markup=False)
