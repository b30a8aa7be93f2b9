"""`ledger account`: an account at a glance."""

from typing import TYPE_CHECKING, Any

from api.cli.options import Account, AsJson, DatabaseUrl, KnownAt, On

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


def account(
    account: Account,
    on: On = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows an account at a glance.

    Who holds its general new business, each reserved line and each renewal, until when, and whether anybody else may
    call; and what incomplete opportunities still lack.

    Examples:
      ledger account acme
      ledger account acme --on 2026-04-02 --known-at 57
    """
    from api import answers
    from api.cli.console import out, write_json
    from api.cli.opening import opened
    from projections.asking import moment
    from projections.overview import overview

    with opened(database_url) as ledger:
        at = moment(ledger.read, on, known_at, ledger.today())
        told = answers.overview(overview(ledger.read, account, at))
    if as_json:
        write_json({**told, "on": at.on, "position": at.position})
        return
    show(out(), told)
    out().print(f"On {at.on}, as known at position {at.position}.")


def show(console: "Console", told: dict[str, Any]) -> None:
    """The overview as tables."""
    from api.cli.console import table

    sheet = told["account"]
    since = f", a major account since {sheet['major_since']}" if sheet["major_since"] else ""
    console.print(f"{sheet['account_id']}: {sheet['name']}{since}\n", style="bold")
    names = ("business", "held by", "right", "until", "waiting", "beside", "any other employee", "any other partner")
    console.print(table(*names, rows=_businesses(told)))
    if told["incomplete"]:
        rows = [
            (one["opportunity_id"], one["manager"] or "nobody", ", ".join(one["lines"]), str(one["deadline_on"] or ""),
             ", ".join(one["missing"]))
            for one in told["incomplete"]
        ]  # fmt: skip
        console.print("\nIncomplete: these reserve nothing yet", style="bold")
        console.print(table("opportunity", "manager", "lines", "until", "still lacks", rows=rows))
    for one in told["disputes"]:
        about = ", ".join(filter(None, one["subject"].values())) or "the whole account"
        hint = f"`ledger dispute show {one['dispute_id']}`"
        console.print(f"\nContested: {one['dispute_id']}, about {about}. {hint} shows its dossier.", style="yellow")
    console.print()


def _businesses(told: dict[str, Any]) -> "Iterator[tuple[str, ...]]":
    yield _row("in general", told["general"])
    for one in told["lines"]:
        yield _row(one["line"], one)
    for one in told["renewals"]:
        yield _row(f"renewal of {one['contract_id']} ({', '.join(one['lines'])})", one, one["until"])


def _row(name: str, business: dict[str, Any], until: Any = None) -> tuple[str, ...]:
    held = business["held_by"]
    first = held[0] if held else None
    if first is not None and until is None:
        until = first["deadline_on"] or first["until"]
    return (
        name,
        ", ".join(dict.fromkeys(one["holder"] for one in held)) or "nobody",
        first["status"] if first is not None and first["line"] else first["kind"] if first is not None else "",
        str(until or ""),
        ", ".join(dict.fromkeys(one["holder"] for one in business["waiting"])),
        ", ".join(dict.fromkeys(one["holder"] for one in business["beside"])),
        *(_verdict(business["others"][kind]) for kind in ("employee", "partner")),
    )


def _verdict(told: dict[str, Any]) -> str:
    opening = f", opens {told['opens_on']}" if told["opens_on"] else ""
    asking = f", asking {told['agreement_of']}" if told["agreement_of"] else ""
    return f"{told['verdict']}{asking}{opening}"
