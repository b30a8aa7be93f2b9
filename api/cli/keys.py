"""`ledger key`: API keys, made, listed, rotated and revoked."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson, DatabaseUrl, teaching
from api.cli.tokens import PartyOption, RoleOption

if TYPE_CHECKING:
    from api.identity.keys import Made

group = typer.Typer(
    help="API keys: for programs that have no identity provider.", no_args_is_help=True, rich_markup_mode=None
)

KeyId = Annotated[str, typer.Argument(metavar="KEY", help="Id of the key: the part between rlk_ and the secret.")]
Days = Annotated[
    int, typer.Option("--days", min=1, max=3_650, metavar="DAYS", help="After how many days the key expires.")
]


def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for, for those who look after keys.")],
    role: RoleOption,
    party: PartyOption = None,
    days: Days = 365,
    read_only: Annotated[bool, typer.Option("--read-only", help="It asks, and never records.")] = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Makes an API key and prints it: this once, as only its hash is kept.

    It is sent as a token is: Authorization: Bearer KEY.

    Examples:
      ledger key create "North's portal" --role partner --party north
      ledger key create reporting --role auditor --days 30
    """
    from api.cli.failing import Failure
    from api.cli.opening import actor, opened
    from api.cli.tokens import known_party, known_role
    from api.identity import keys
    from api.identity.callers import READ, NotAdmitted

    with opened(database_url) as ledger:
        try:
            made = keys.create(
                ledger.store,
                name,
                known_role(role),
                known_party(party),
                scopes=[READ] if read_only else [],
                lifetime=timedelta(days=days),
                by=actor(),
            )
        except NotAdmitted as error:
            raise Failure(f"{error} `ledger key create --help` shows how.") from error
    _tell(made, as_json=as_json)


def list_keys(
    every: Annotated[bool, typer.Option("--all", help="With those that have expired or were revoked.")] = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Lists API keys: whom they let in, until when, and when each was last used.

    Examples:
      ledger key list
      ledger key list --all --json
    """
    from datetime import UTC

    from api.cli.console import out, table, write_json
    from api.cli.opening import opened
    from api.identity import keys

    with opened(database_url) as ledger:
        found = keys.listed(ledger.read)
    now = datetime.now(UTC)
    shown = [one for one in found if every or one.state(now) == "active"]
    if as_json:
        write_json([{**_told(one), "state": one.state(now)} for one in shown])
        return
    rows = [
        (one.key_id, one.name, one.role, one.party_id or "", _scope(one.scopes), one.state(now), _day(one.expires_at),
         _minute(one.last_used_at))
        for one in shown
    ]  # fmt: skip
    out().print(table("key", "name", "role", "party", "may", "state", "expires", "last used", rows=rows))


def rotate_key(
    key: KeyId,
    overlap_hours: Annotated[
        float,
        typer.Option("--overlap-hours", min=0, max=720, metavar="HOURS", help="How long the old one is good yet."),
    ] = 24.0,
    days: Days = 365,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Makes a key in the place of another, which stays good for a while, so that whoever uses it can change over.

    Examples:
      ledger key rotate 3f9c01aa52e7
      ledger key rotate 3f9c01aa52e7 --overlap-hours 0
    """
    from api.cli.failing import Failure
    from api.cli.opening import actor, opened
    from api.identity import keys

    with opened(database_url) as ledger:
        try:
            made = keys.rotate(
                ledger.store,
                key,
                by=actor(),
                overlap=timedelta(hours=overlap_hours),
                lifetime=timedelta(days=days),
            )
        except keys.UnknownKey as error:
            raise Failure(_unknown(error)) from error
    _tell(made, as_json=as_json)


def revoke_key(key: KeyId, database_url: DatabaseUrl = None) -> None:
    """Ends a key at once: no server takes it any more.

    Examples:
      ledger key revoke 3f9c01aa52e7
    """
    from api.cli.console import err, out
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from api.identity import keys
    from api.webhooks.subscriptions import Subscriptions

    with opened(database_url) as ledger:
        try:
            revoked = keys.revoke(ledger.store, key)
        except keys.UnknownKey as error:
            raise Failure(_unknown(error)) from error
        left = 0 if revoked.party_id is None else len(Subscriptions(ledger.store).all(revoked.party_id))
    out().print(f"Key {key} ({revoked.name}) is revoked.")
    if left:
        err().print(
            f"{revoked.party_id} still has {left} webhook{'s' if left > 1 else ''}: `ledger webhooks list` shows them, "
            "`ledger webhooks remove` ends them.",
            style="yellow",
        )


def _unknown(error: Exception) -> str:
    said = str(error)
    return f"{said[0].upper()}{said[1:]}. `ledger key list --all` lists them."


def _tell(made: "Made", *, as_json: bool) -> None:
    from api.cli.console import err, write_json

    if as_json:
        write_json({**_told(made.key), "secret": made.secret})
        return
    print(made.secret)
    err().print(
        f"Key {made.key.key_id} for {made.key.role}{f' {made.key.party_id}' if made.key.party_id else ''}, good until "
        f"{_day(made.key.expires_at)}. Keep it now: it can't be shown again.",
        style="yellow",
    )


def _told(key: object) -> dict[str, object]:
    """A key as JSON, without its hash."""
    names = ("key_id", "name", "role", "party_id", "scopes", "created_at", "created_by", "expires_at", "revoked_at",
             "last_used_at")  # fmt: skip
    return {name: getattr(key, name) for name in names}


def _scope(scopes: str) -> str:
    return "ask" if scopes else "ask and record"


def _day(instant: datetime) -> str:
    return instant.date().isoformat()


def _minute(instant: datetime | None) -> str:
    return "never" if instant is None else f"{instant:%Y-%m-%d %H:%M}Z"


for word, command in (("create", create_key), ("list", list_keys), ("rotate", rotate_key), ("revoke", revoke_key)):
    group.command(word, help=teaching(command))(command)
