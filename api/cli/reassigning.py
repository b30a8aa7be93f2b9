"""`ledger reassign`: a party's opportunities to another, tried out, read as a table, then recorded as one batch."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DatabaseUrl, read_on
from api.cli.supposing import Asked, IdempotencyKey, Record, WithRights, run

if TYPE_CHECKING:
    from ledger.store import Reader
    from projections.asking import Moment

PAGE = 1_000


def reassign(
    *,
    from_party: Annotated[str, typer.Option("--from", metavar="PARTY", help="Who manages the opportunities.")],
    to_party: Annotated[str, typer.Option("--to", metavar="PARTY", help="Who is to manage them.")],
    goal: Annotated[str, typer.Option("--goal", metavar="TEXT", help="The coverage goal: why they are reassigned.")],
    authorized_by: Annotated[
        str, typer.Option("--authorized-by", metavar="TEXT", help="Who decided it.")
    ] = "sales management",
    account: Annotated[
        list[str] | None,
        typer.Option("--account", metavar="ACCOUNT", help="Only those on this account. Can be repeated."),
    ] = None,
    effective_on: Annotated[
        date | None,
        typer.Option("--effective-on", parser=read_on, metavar="DATE", help="From which day on. [default: today]"),
    ] = None,
    residuals: Annotated[
        bool, typer.Option("--residuals/--no-residuals", help="Whether residuals of contracts won move along.")
    ] = True,
    with_rights: WithRights = False,
    record: Record = False,
    idempotency_key: IdempotencyKey = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Reassigns a party's opportunities to another party.

    Those that it manages on the day with a claim that is not over, or a contract won. First tried out: what would
    change on that day is told as `ledger what-if` tells it. With --record they are all recorded, or none.

    Examples:
      ledger reassign --from jane --to omar --goal "One manager per region"
      ledger reassign --from jane --to omar --goal "One manager per region" --account acme --effective-on 2026-05-01
      ledger reassign --from jane --to omar --goal "One manager per region" --record --idempotency-key regions-2026
    """
    from api.cli.failing import NO, Failure
    from api.cli.opening import opened
    from projections.asking import Moment
    from projections.simulation.supposing import Supposition

    with opened(database_url) as ledger:
        day = effective_on or ledger.today()
        moment = Moment(day, ledger.read.head().position)
        held = _managed(ledger.read, from_party, moment, set(account or ()))
    if not held:
        raise Failure(f"{from_party} manages no opportunity on {day}{' there' if account else ''}.", NO)
    stated = {
        "to_party_id": to_party, "coverage_goal": goal, "authorized_by": authorized_by, "residuals": residuals
    }  # fmt: skip
    events = [_event(account_id, opportunity_id, day, stated) for account_id, opportunity_id in held]
    run(
        Asked(Supposition(events), None, day, None), record=record, reason=None, key=idempotency_key,
        with_rights=with_rights, as_json=as_json, database_url=database_url,
    )  # fmt: skip


def _managed(reader: "Reader", party_id: str, moment: "Moment", accounts: set[str]) -> list[tuple[str, str]]:
    """The accounts and opportunities that a party manages, in order."""
    from projections.rights import rights_of_party

    found: set[tuple[str, str]] = set()
    after: str | None = None
    while True:
        page = rights_of_party(reader, party_id, moment, after=after, limit=PAGE)
        for one in page.items:
            if one.kind == "opportunity_manager" and one.opportunity_id is not None:
                found.add((one.account_id, one.opportunity_id))
        if page.next is None:
            return sorted(one for one in found if not accounts or one[0] in accounts)
        after = page.next


def _event(account_id: str, opportunity_id: str, day: date, stated: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "opportunity_reassigned",
        "account_id": account_id,
        "effective_on": day.isoformat(),
        "data": {"opportunity_id": opportunity_id, **stated},
    }
