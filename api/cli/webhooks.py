"""`ledger webhooks`: who is told by webhook, what was delivered, and the process that sends."""

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.options import AsJson, DatabaseUrl, teaching

if TYPE_CHECKING:
    from api.wiring import RightsLedger

group = typer.Typer(
    help="Webhooks: other systems are told what happens, by signed messages in order.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

WebhookId = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Id of the webhook; see `ledger webhooks list`.")]


def run_webhooks(database_url: DatabaseUrl = None) -> None:
    """Sends webhooks, until it is stopped (Ctrl-C or SIGTERM).

    Several may run on one ledger: for each webhook one of them sends, and another takes over within a minute when it
    dies. `ledger serve` on an SQLite ledger sends by itself; on PostgreSQL start this beside it.

    Examples:
      ledger webhooks run
      LEDGER_WEBHOOK_NETWORKS=10.1.0.0/16 ledger webhooks run
    """
    from api.cli.console import out
    from api.cli.opening import opened, settings
    from api.http import logs

    logs.configure(settings(database_url))
    with opened(database_url) as ledger:
        out().print(f"Webhooks of {ledger.store.place} are being sent. Ctrl-C stops it.")
        asyncio.run(_send(ledger))


async def _send(ledger: "RightsLedger") -> None:
    from api.feeds.tail import Tail
    from api.webhooks.dispatching import Dispatcher

    tail = Tail(ledger.bell, lambda: ledger.read.head().position)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, tail.stop)
    tail.start()
    try:
        await Dispatcher(ledger, tail).run()
    finally:
        await tail.close()


def list_webhooks(as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:
    """Lists webhooks: where each sends what, how far it has come, and whether it is disabled.

    Examples:
      ledger webhooks list
      ledger webhooks list --json
    """
    from api.answers import webhook
    from api.cli.console import out, table, write_json
    from api.cli.opening import opened
    from api.webhooks.subscriptions import Subscriptions

    with opened(database_url) as ledger:
        found = Subscriptions(ledger.store).all()
    if as_json:
        write_json([webhook(one) for one in found])
        return
    rows = [
        (one.webhook_id, one.url, one.party_id or "all", one.feed, ", ".join(one.kinds) or "all",
         one.account_id or "all", one.line or "all", one.cursor, str(one.attempts), one.status_reason or one.status)
        for one in found
    ]  # fmt: skip
    out().print(
        table("webhook", "url", "for", "feed", "kinds", "account", "line", "sent up to", "failed", "state", rows=rows)
    )


def add_webhook(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to send: http(s)://…, a public address.")],
    *,
    feed: Annotated[
        Literal["events", "changes"], typer.Option("--feed", help="Events as recorded, or changes of rights.")
    ] = "events",
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only this type of event or kind of change; may be repeated."),
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="Only what is on this account.")
    ] = None,
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="Only changes on this business line.")
    ] = None,
    party: Annotated[
        str | None,
        typer.Option("--party", metavar="PARTY", help="For this partner: it is told only what is its own."),
    ] = None,
    after: Annotated[
        str, typer.Option("--after", metavar="PLACE", help="A position or cursor: 0 is the beginning.")
    ] = "latest",
    format_: Annotated[
        Literal["plain", "cloudevents"],
        typer.Option("--format", help="The body: as Standard Webhooks has it, or a CloudEvent 1.0."),
    ] = "plain",
    description: Annotated[str, typer.Option("--description", metavar="TEXT", help="What it is for.")] = "",
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Adds a webhook and prints its secret: this once. Receivers verify signatures with it (Standard Webhooks).

    Examples:
      ledger webhooks add https://example.com/hooks/ledger
      ledger webhooks add https://example.com/hooks --feed changes --kind line_opened --kind lapses_soon
      ledger webhooks add https://example.com/hooks --account acme --after 0 --format cloudevents
      ledger webhooks add https://portal.example.com/hooks --party north --feed changes
    """
    from api.answers import webhook
    from api.cli.console import err, write_json
    from api.cli.failing import Failure
    from api.cli.opening import actor, opened
    from api.webhooks.subscribing import NotTaken, subscribe
    from api.webhooks.subscriptions import Wish

    wish = Wish(
        url,
        feed,
        tuple(kinds or ()),
        account_id=account,
        line=line,
        party_id=party,
        description=description,
        after=after,
        format=format_,
    )
    with opened(database_url) as ledger:
        try:
            made = subscribe(ledger, wish, owner=actor())
        except NotTaken as error:
            raise Failure(f"The webhook was not added: {error}.") from error
    if as_json:
        write_json({**webhook(made), "secret": made.secret})
        return
    print(made.secret)
    err().print(f"Webhook {made.webhook_id}. Keep the secret now: it is not shown again.", style="yellow")


def remove_webhook(webhook: WebhookId, database_url: DatabaseUrl = None) -> None:
    """Removes a webhook, with the log of its deliveries: nothing more is sent.

    Examples:
      ledger webhooks remove 7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11
    """
    from api.cli.console import out
    from api.cli.opening import opened
    from api.webhooks.subscriptions import Subscriptions

    with opened(database_url) as ledger:
        Subscriptions(ledger.store).remove(webhook)
    out().print(f"Webhook {webhook} is removed.")


def list_deliveries(
    webhook: WebhookId,
    outcome: Annotated[
        Literal["delivered", "failed", "dead"] | None,
        typer.Option("--outcome", help="Only attempts that came to this; dead: given up."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, metavar="NUMBER", help="How many at most.")] = 20,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Shows what was sent to a webhook and how it was answered, the latest first.

    Examples:
      ledger webhooks deliveries 7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11
      ledger webhooks deliveries 7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11 --outcome dead
    """
    from api.answers import delivery
    from api.cli.console import out, table, write_json
    from api.cli.opening import opened
    from api.webhooks.subscriptions import Subscriptions

    with opened(database_url) as ledger:
        found = Subscriptions(ledger.store).deliveries(webhook, outcome=outcome, limit=limit)
    if as_json:
        write_json([delivery(one) for one in found])
        return
    rows = [
        (f"{one.attempted_at:%Y-%m-%d %H:%M:%S}Z", one.type, one.cursor, str(one.attempt), one.outcome,
         str(one.status or ""), one.detail or "")
        for one in found
    ]  # fmt: skip
    out().print(table("attempted", "type", "place", "attempt", "outcome", "status", "answer", rows=rows))


def replay_webhook(
    webhook: WebhookId,
    after: Annotated[
        str, typer.Option("--after", metavar="PLACE", help="A position or cursor: everything after it is sent.")
    ],
    database_url: DatabaseUrl = None,
) -> None:
    """Sends everything after a place again, each message with the id it had. A disabled webhook works again.

    Examples:
      ledger webhooks replay 7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11 --after 41
      ledger webhooks replay 7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11 --after latest
    """
    from api.cli.console import out
    from api.cli.failing import Failure
    from api.cli.opening import opened
    from api.webhooks.subscribing import NotTaken, beginning
    from api.webhooks.subscriptions import Subscriptions

    with opened(database_url) as ledger:
        subscriptions = Subscriptions(ledger.store)
        try:
            cursor = beginning(ledger, subscriptions.one(webhook), after)
        except NotTaken as error:
            raise Failure(f"Nothing is sent again: {error}.") from error
        subscriptions.replay(webhook, cursor)
    out().print(f"Webhook {webhook} is sent everything after {cursor}.")


for word, command in (
    ("run", run_webhooks),
    ("list", list_webhooks),
    ("add", add_webhook),
    ("remove", remove_webhook),
    ("deliveries", list_deliveries),
    ("replay", replay_webhook),
):
    group.command(word, help=teaching(command))(command)
