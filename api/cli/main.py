"""`ledger`: the command line. Every command opens the ledger by itself, so that nothing has to be running."""

import sys

import typer

from api.cli import (
    asking,
    assessing,
    copying,
    disputes,
    events,
    exporting,
    funnel,
    holding,
    importing,
    keys,
    leads,
    maintaining,
    opportunities,
    overviewing,
    picturing,
    planning,
    reassigning,
    reconciling,
    residuals,
    reviewing,
    rulebook,
    scheduling,
    selection,
    serving,
    statements,
    supposing,
    tokens,
    views,
    webhooks,
)
from api.cli.options import teaching

TEACHES = """Who may call on this account, and why?

A ledger of sales rights: facts are recorded, and rights follow from them by rules.

Start in an empty folder:

\b
  ledger migrate                                   makes the ledger, in ledger.db
  ledger import crm --mapping MAPPING FOLDER       records what a CRM's export says
  ledger who-may-call ACCOUNT PARTY --line LINE    allowed, conditional or denied, and why
  ledger timeline ACCOUNT                          who held what, and when, as a picture

Every command tells more with --help.

Exit codes: 0 done; 1 the answer is "no", or a check failed; 2 wrong usage or input; 3 the ledger could not be reached
or opened; 130 interrupted.
"""

app = typer.Typer(
    name="ledger",
    help=TEACHES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    pretty_exceptions_enable=False,
)
for command in (
    serving.serve,
    scheduling.scheduler,
    tokens.token,
    maintaining.migrate,
    asking.who_may_call,
    overviewing.account,
    picturing.timeline,
    holding.rights,
    holding.deadlines,
    holding.obligations,
    residuals.residuals,
    statements.statement,
    statements.close,
    residuals.impact,
    reconciling.reconcile,
    disputes.disputes,
    exporting.export,
    reviewing.review,
    reviewing.actions,
    assessing.assessment,
    planning.key_players,
    planning.closing_plan,
    assessing.selection_criteria,
    assessing.ranking,
    opportunities.stages,
    views.home,
    supposing.what_if,
    reassigning.reassign,
    funnel.funnel,
    selection.attention,
    selection.exceptions,
    rulebook.rules,
    rulebook.figures,
    maintaining.rebuild,
    maintaining.verify,
    copying.backup,
):
    app.command(help=teaching(command))(command)
app.add_typer(importing.group, name="import")
app.add_typer(views.group, name="views")
app.add_typer(events.group, name="events")
app.add_typer(disputes.group, name="dispute")
app.add_typer(leads.group, name="leads")
app.add_typer(reviewing.group, name="action")
app.add_typer(opportunities.group, name="opportunity")
app.add_typer(keys.group, name="key")
app.add_typer(webhooks.group, name="webhooks")


def main() -> None:
    """Runs the command that was typed; ends the process with the exit code of the contract."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of a command. Errors are told on standard error, never as a traceback."""
    try:
        app(args=arguments, prog_name="ledger")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told as a sentence
        from api.cli.console import err
        from api.cli.failing import failure_of

        failure = failure_of(error)
        err().print(str(failure), style="red")
        return failure.code
    return 0
