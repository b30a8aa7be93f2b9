"""`ledger token`: a bearer token of the development identity."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import DatabaseUrl

if TYPE_CHECKING:
    from api.identity.callers import Role
    from api.wiring import RightsLedger

RoleOption = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="partner, seller, sales_ops, sales_management, finance, auditor, admin or scheduler.",
    ),
]
PartyOption = Annotated[
    str | None,
    typer.Option("--party", metavar="PARTY", help="The party it acts for: a partner has to, a seller may."),
]


def token(
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="partner, seller, sales_ops, sales_management, finance, auditor, admin or scheduler.",
        ),
    ] = None,
    party: PartyOption = None,
    hours: Annotated[
        float, typer.Option("--hours", min=0.01, max=8_760, metavar="HOURS", help="How long it is good.")
    ] = 24.0,
    each: Annotated[bool, typer.Option("--each", help="One for each role, beside its name.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Prints a bearer token for the development identity.

    A server on the same database takes it, if it runs with the development identity: that is so where no identity
    provider is set (LEDGER_ISSUER) and it listens on this machine only. The secret behind it lives in the database.

    Examples:
      ledger token --role admin
      ledger token --role partner --party north
      ledger token --each
      curl -H "Authorization: Bearer $(ledger token --role auditor)" http://127.0.0.1:8000/v1/events
    """
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from api.identity.callers import NotAdmitted
    from api.identity.development import token as made

    if each == (role is not None):
        raise Failure("Name one role with --role, or ask for a token for --each.")
    with opened(database_url) as ledger:
        if role is None:
            _print_each(ledger, party, timedelta(hours=hours))
            return
        try:
            print(made(ledger.store, known_role(role), known_party(party), timedelta(hours=hours)))
        except NotAdmitted as error:
            raise Failure(f"{error} `ledger token --help` shows how.") from error


def _print_each(ledger: "RightsLedger", party: str | None, lifetime: timedelta) -> None:
    """A token for each role; the partner's acts for a partner that the ledger knows, if it knows one."""
    import json

    from api.identity.callers import BINDS, ROLES
    from api.identity.development import token as made

    registered = (json.loads(one.body)["data"] for one in ledger.read.page(type="party_registered", limit=1_000))
    known = party or next((one["party_id"] for one in registered if one["kind"] == "partner"), "north")
    for role in ROLES:
        bound = known if role in BINDS else None
        print(f"{role if bound is None else f'{role} {bound}':<20} {made(ledger.store, role, bound, lifetime)}")


def known_role(role: str) -> "Role":
    """The role of that name. Raises Failure."""
    from api.cli.failing import Failure
    from api.identity.callers import ROLES

    for one in ROLES:
        if one == role:
            return one
    raise Failure(f"There is no role {role!r}. The roles are: {', '.join(ROLES)}.")


def known_party(party: str | None) -> str | None:
    """The id of a party, if one is given. Raises Failure for what can't be one."""
    from api.cli.failing import Failure
    from ledger.identifiers import is_identifier

    if party is not None and not is_identifier(party):
        raise Failure(f"{party!r} can't be the id of a party: 1 to 128 letters, digits and -_.:@+ make one.")
    return party
