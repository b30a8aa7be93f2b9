"""`ledger rules` and `ledger figures`: the rule book, and the numbers it rests on."""

from typing import Annotated

import typer

from api.cli.options import AsJson, DatabaseUrl, KnownAt, On


def rules(
    rule: Annotated[str | None, typer.Argument(metavar="[RULE]", help="Id of one rule, such as OM-GRACE.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tells the rules by which the ledger decides.

    All of them, or all about one. Needs no ledger.

    Examples:
      ledger rules
      ledger rules OM-GRACE
    """
    from api import answers
    from api.cli.console import out, table, write_json
    from api.cli.failing import Failure
    from policies.rulebook import RULES

    if rule is None:
        if as_json:
            write_json({"items": [answers.rule(one) for one in RULES.values()]})
            return
        section = ""
        for one in RULES.values():
            if one.section != section:
                section = one.section
                rows = [(each.id, each.title, each.clause) for each in RULES.values() if each.section == section]
                out().print(f"\n{section}", style="bold")
                out().print(table("rule", "", "clause", rows=rows))
        return
    found = RULES.get(rule.upper())
    if found is None:
        raise Failure(f"There is no rule {rule!r}. `ledger rules` lists them all.")
    if as_json:
        write_json(answers.rule(found))
        return
    _show_rule(rule.upper())


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


def _show_rule(rule_id: str) -> None:
    from api import answers
    from api.cli.console import out
    from policies.rulebook import RULES

    told = answers.rule(RULES[rule_id])
    console = out()
    console.print(f"{told['id']}  {told['title']}", style="bold")
    console.print(f"section {told['section']}, {told['status']}\n")
    console.print(told["says"])
    if told["decided"]:
        console.print(f"Decided by the specification: {told['decided']}.")
    console.print()
    for clause in told["clauses"]:
        console.print(f"clause   {clause['clause']}: {clause['source']}")
    for figure in told["figures"]:
        console.print(f"figure   {figure} (`ledger figures`)")
