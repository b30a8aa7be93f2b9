"""`ledger opportunity` and `ledger stages`: sheets, field by field, and the stages that opportunities go through."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On, teaching

if TYPE_CHECKING:
    from api.answers import Answer

group = typer.Typer(
    help="List opportunities, read the sheet of one, and how it came to say that.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

State = Literal["open", "won", "lost", "abandoned"]

OpportunityId = Annotated[str, typer.Argument(metavar="OPPORTUNITY", help="Id of the opportunity.")]


def list_(
    *,
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="On this account.")] = None,
    manager: Annotated[str | None, typer.Option("--manager", metavar="PARTY", help="Managed by this party.")] = None,
    state: Annotated[State | None, typer.Option("--state", help="In this state on the day.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", metavar="STAGE", help="In this stage.")] = None,
    region: Annotated[str | None, typer.Option("--region", metavar="REGION", help="Of this region.")] = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists opportunities, as their sheets stand on a day.

    Examples:
      ledger opportunity list --state open --manager jane
      ledger opportunity list --stage Proposing --on 2026-03-31 --known-at 57
      ledger opportunity list --account acme --json
    """
    from api import sheet_answers
    from api.cli.console import more_follow, out, table, write_page
    from api.cli.opening import opened
    from projections import sheets
    from projections.asking import moment

    asked = {"account_id": account, "manager": manager, "state": state, "region": region}
    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = sheets.sheets(ledger.read, at, stage=stage, after=after, limit=limit, **asked)
    told = [sheet_answers.sheet(one) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"There is no such opportunity on {at.on}.")
        return
    columns = ("opportunity", "account", "name", "manager", "state", "stage", "since", "amount", "%", "closes")
    out().print(table(*columns, rows=[_row(one) for one in told], right=(7, 8)))
    more_follow(page.next, at.position)


def show(
    opportunity: OpportunityId,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows the whole sheet of an opportunity.

    Its fields, stage and gate, the outcome with what is missing of it, and the team.

    Examples:
      ledger opportunity show opp-1
      ledger opportunity show opp-1 --on 2026-03-31 --known-at 57 --json
    """
    from api import sheet_answers
    from api.cli.console import out, table, write_json
    from api.cli.lead_tables import known_of
    from api.cli.opening import opened
    from projections import sheets
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = sheet_answers.opportunity(sheets.opportunity(ledger.read, opportunity, at), at.on, at.position)
    if as_json:
        write_json(told)
        return
    names = [name for name, value in told.items() if not isinstance(value, list | dict) and value is not None]
    out().print(table("field", "says", rows=[(name, str(told[name])) for name in names if name not in HIDDEN]))
    for part in ("capabilities", "attributes"):
        if told[part]:
            shown = told[part] if isinstance(told[part], list) else [f"{k}: {v}" for k, v in told[part].items()]
            out().print(f"{part}: {'; '.join(shown)}")
    if told["outcome"] is not None:
        out().print(f"Outcome: {told['outcome']['says']}")
        columns = ("criterion", "target", "measured", "short by")
        out().print(table(*columns, rows=[_criterion(one) for one in told["outcome"]["criteria"]]))
    if told["team"]:
        rows = [(one["party_id"], one["role"], str(one["from"]), str(one["until"] or "")) for one in told["team"]]
        out().print(table("team", "role", "from", "until", rows=rows))
    if told["lead"] is not None:
        out().print(table(f"from {told['lead']['lead_id']}", "known", rows=known_of(told["lead"])))


HIDDEN = ("on", "position", "valid_from", "valid_until")


def history(
    opportunity: OpportunityId,
    *,
    field: Annotated[str | None, typer.Option("--field", metavar="FIELD", help="Only changes of this field.")] = None,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows every change of a sheet: which field, by whom, from when, recorded when, before and after.

    Examples:
      ledger opportunity history opp-1
      ledger opportunity history opp-1 --field stage
    """
    from api import sheet_answers
    from api.cli.console import out, table, write_page
    from api.cli.opening import opened
    from projections import sheets
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        found = sheets.opportunity(ledger.read, opportunity, at).revisions
    told = [sheet_answers.revision(one) for one in found if field in (None, one.field)]
    if as_json:
        write_page(told, None, at.position)
        return
    columns = ("from", "field", "before", "after", "by", "recorded", "position")
    out().print(table(*columns, rows=[_revision(one) for one in told], right=(6,)))


def stages(on: On = None, known_at: KnownAt = None, as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:
    """Shows the stages of selling in effect on a day.

    In their order, with the stage of buying that each supports, its gate and the probability where none is stated.
    The event sales_stages_configured sets others, from its date on.

    Examples:
      ledger stages
      ledger stages --on 2026-03-31 --json
    """
    from api import sheet_answers
    from api.cli.console import out, table, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.stages import stages_on

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = sheet_answers.stages(stages_on(ledger.read, at), at.position)
    if as_json:
        write_json(told)
        return
    rows = [
        (one["stage"], one["supports"] or "", _percent(one["probability"]), "yes" if one["gate"] else "")
        for one in told["items"]
    ]
    out().print(table("stage", "supports", "%", "gate", rows=rows, right=(2,)))


def _row(one: "Answer") -> tuple[str, ...]:
    return (
        one["opportunity_id"],
        one["account_id"],
        one["name"],
        one["manager"] or "",
        one["state"],
        one["stage"] or "",
        _day(one["stage_since"]),
        "" if one["amount"] is None else f"{one['amount']} {one['currency']}",
        _percent(one["probability"]),
        _day(one["expected_close_on"]),
    )


def _criterion(one: "Answer") -> tuple[str, ...]:
    miss = one["shortfall"]
    short = "" if miss is None else f"{miss['short'] or 'the day went by'} {miss['unit'] or ''}".strip()
    bound = "" if one["kind"] == "date" else one["bound"].replace("_", " ") + " "
    return (one["criterion"], f"{bound}{one['target']} {one['unit'] or ''}".strip(), str(one["measured"] or ""), short)


def _revision(one: "Answer") -> tuple[str, ...]:
    before, after = (_said(one[name]) for name in ("before", "after"))
    return (
        str(one["effective_on"]),
        one["field"],
        before,
        after,
        one["actor"],
        one["recorded_at"],
        str(one["position"]),
    )


def _said(value: Any) -> str:
    return "" if value is None else "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _day(value: date | None) -> str:
    return "" if value is None else str(value)


def _percent(value: int | None) -> str:
    return "" if value is None else str(value)


for name, command in (("list", list_), ("show", show), ("history", history)):
    group.command(name, help=teaching(command))(command)
