"""`ledger disputes` and `ledger dispute`: who contests what, argued, tried out, and ruled on in one batch."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import After, AsJson, DatabaseUrl, KnownAt, Limit, On, teaching
from api.cli.ruling import DisputeId, EffectiveOn, account_of, event_of, rule

if TYPE_CHECKING:
    from api.wiring import RightsLedger
    from projections.recording import Receipt

group = typer.Typer(
    help="Open a dispute, argue it, read its dossier, rule on it.", no_args_is_help=True, rich_markup_mode=None
)

State = Literal["open", "answered", "ruled", "withdrawn"]

By = Annotated[
    str, typer.Option("--by", metavar="PARTY", help="The party that speaks; somebody else may record it for them.")
]
Says = Annotated[str, typer.Option("--says", metavar="TEXT", help="What it says, in its own words.")]


def disputes(
    *,
    account: Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help="On this account.")] = None,
    party: Annotated[
        str | None,
        typer.Option(
            "--party", metavar="PARTY", help="That the party opened, spoke in, or that contest what it holds."
        ),
    ] = None,
    state: Annotated[State | None, typer.Option("--state", help="In this state on the day.")] = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    after: After = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists disputes, as they stand on a day.

    Who contests what, against whom, and by when an answer and a ruling are due. Being overdue changes no right.

    Examples:
      ledger disputes
      ledger disputes --state open --party north
      ledger disputes --account acme --on 2026-04-02 --json
    """
    from api import dispute_answers
    from api.cli.console import more_follow, out, write_page
    from api.cli.dossier import disputes_table
    from api.cli.opening import opened
    from projections import disputes as kept
    from projections.asking import moment

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        page = kept.disputes(ledger.read, at, account_id=account, party_id=party, state=state, after=after, limit=limit)
    told = [dispute_answers.dispute(one) for one in page.items]
    if as_json:
        write_page(told, page.next, at.position)
        return
    if not told:
        out().print(f"There is no such dispute on {at.on}.")
        return
    out().print(disputes_table(told))
    more_follow(page.next, at.position)


def show(
    dispute: DisputeId,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows the dossier of a dispute.

    Both claims, the rights on both clocks, the events that decide and who knew them when, the evidence, what the rules
    say on the day, and what each ruling would change. Once it is ruled on: the ruling and what it changed.

    Examples:
      ledger dispute show dispute-2
      ledger dispute show dispute-2 --on 2026-04-02 --known-at 57
      ledger dispute show dispute-2 --json
    """
    from api import dispute_answers
    from api.cli.console import out, write_json
    from api.cli.dossier import show_dossier
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.dossier import dossier

    with opened(database_url) as ledger:
        found = dossier(ledger.read, dispute, moment(ledger.read, on, known_at, ledger.today()))
    if as_json:
        write_json(dispute_answers.dossier(found))
        return
    show_dossier(out(), found)


def open_dispute(
    dispute: Annotated[str, typer.Argument(metavar="DISPUTE", help="An id for the dispute, not yet in use.")],
    *,
    account: Annotated[str, typer.Option("--account", metavar="ACCOUNT", help="The account it is on.")],
    by: By,
    claim: Annotated[str, typer.Option("--claim", metavar="TEXT", help="What the party claims, in its own words.")],
    opportunity: Annotated[
        str | None, typer.Option("--opportunity", metavar="OPPORTUNITY", help="About this opportunity.")
    ] = None,
    line: Annotated[str | None, typer.Option("--line", metavar="LINE", help="About this business line.")] = None,
    contract: Annotated[
        str | None, typer.Option("--contract", metavar="CONTRACT", help="About this contract, or its renewals.")
    ] = None,
    effective_on: EffectiveOn = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Opens a dispute.

    About an opportunity, a line, a contract; or, with none of them, about the whole account. It must be there, and
    concern the party: it is named in the facts about it, or the rules keep it from calling. Until it is ruled on or
    withdrawn, answers about it say that they are contested.

    Examples:
      ledger dispute open dispute-2 --account acme --by north --opportunity opp-1 --line gtx-pro --claim "Ours."
      ledger dispute open dispute-3 --account acme --by omar --contract contract-9 --claim "We won it together."
    """
    named = {"opportunity_id": opportunity, "line": line, "contract_id": contract}
    data = {
        "dispute_id": dispute,
        "opened_by": by,
        "subject": {name: value for name, value in named.items() if value is not None},
        "claim": claim,
    }
    _record("dispute_opened", data, effective_on, database_url, account_id=account)


def evidence(
    dispute: DisputeId,
    *,
    by: By,
    says: Says,
    event: Annotated[
        list[str] | None, typer.Option("--event", metavar="EVENT", help="Id of an event it points to. Can be repeated.")
    ] = None,
    document: Annotated[
        str | None, typer.Option("--document", metavar="REF", help="Where a document is that it points to.")
    ] = None,
    effective_on: EffectiveOn = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Submits evidence in a dispute that is open.

    Events that are in the ledger, a document kept elsewhere, or both; and what they show.

    Examples:
      ledger dispute evidence dispute-2 --by north --document minutes/2025-12-01.pdf --says "The line was discussed."
      ledger dispute evidence dispute-2 --by jane --event 018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11 --says "We forecast it."
    """
    data: dict[str, Any] = {"dispute_id": dispute, "party_id": by, "says": says}
    if event:
        data["event_ids"] = event
    if document is not None:
        data["document_ref"] = document
    _record("dispute_evidence_submitted", data, effective_on, database_url)


def answer(
    dispute: DisputeId,
    *,
    by: By,
    says: Says,
    effective_on: EffectiveOn = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Answers the claim of a dispute.

    By a party that the dispute concerns, other than the one that opened it.

    Examples:
      ledger dispute answer dispute-2 --by jane --says "The forecast of 10 January was the first to name the line."
    """
    _record("dispute_answered", {"dispute_id": dispute, "party_id": by, "says": says}, effective_on, database_url)


def withdraw(
    dispute: DisputeId,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is dropped.")],
    effective_on: EffectiveOn = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Withdraws a dispute that is open.

    It is closed then: nothing can be added, and a new claim is a new dispute.

    Examples:
      ledger dispute withdraw dispute-2 --reason "Settled between us."
    """
    _record("dispute_withdrawn", {"dispute_id": dispute, "reason": reason}, effective_on, database_url)


def _record(
    type_: str,
    data: dict[str, Any],
    effective_on: date | None,
    database_url: str | None,
    *,
    account_id: str | None = None,
) -> None:
    """Records one event of a dispute, and says how the dispute stands then."""
    from api.cli.opening import actor, opened
    from projections.recording import Submission

    with opened(database_url) as ledger:
        day = effective_on or ledger.today()
        on_account = account_id or account_of(ledger.read, data["dispute_id"])
        sent = event_of(type_, on_account, day, data)
        receipt = ledger.recorder.record(Submission(events=[sent], actor=actor()))
        _tell(ledger, data["dispute_id"], day, receipt)


def _tell(ledger: "RightsLedger", dispute_id: str, day: date, receipt: "Receipt") -> None:
    from api import dispute_answers
    from api.cli.console import out
    from api.cli.dossier import due_line
    from projections.asking import Moment
    from projections.disputes import dispute_sheet

    sheet = dispute_sheet(ledger.read, dispute_id, Moment(max(day, ledger.today()), receipt.position))
    told = dispute_answers.dispute(sheet)
    out().print(f"Recorded, at position {receipt.position}. {dispute_id} is {told['state']}{due_line(told)}.")
    out().print(f"`ledger dispute show {dispute_id}` shows its dossier.", style="dim")


for name, command in (
    ("show", show),
    ("open", open_dispute),
    ("evidence", evidence),
    ("answer", answer),
    ("rule", rule),
    ("withdraw", withdraw),
):
    group.command(name, help=teaching(command))(command)
