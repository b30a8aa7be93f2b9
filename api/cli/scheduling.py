"""`ledger scheduler`: records the notices of deadlines, for as long as it runs or once."""

import signal
import threading
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DatabaseUrl, read_on

if TYPE_CHECKING:
    from api.scheduling.announcing import Ran
    from api.wiring import RightsLedger

MOST_SHOWN = 1_000
"""How many notices a table shows; more are counted."""

Event = dict[str, Any]


def scheduler(
    once: Annotated[bool, typer.Option("--once", help="Record what is due by now, and end: for cron.")] = False,
    on: Annotated[
        date | None,
        typer.Option(
            "--on", parser=read_on, metavar="DATE", help="With --once: what was due by this day. [default: today]"
        ),
    ] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Records the notices of deadlines.

    A warning some days before a claim lapses (the figure warning_days), the lapse, and that a lapse was undone by what
    became known later. Each once, however often this runs, wherever, and after however long a pause. They change no
    right: every answer is the same without them.

    Without --once it runs until it is stopped (Ctrl-C or SIGTERM). Several may run on one ledger: one is at work, the
    others wait to take over. `ledger serve` on an SQLite ledger has one inside.

    Examples:
      ledger scheduler
      ledger scheduler --once
      ledger scheduler --once --on 2026-06-30 --json
    """
    if once:
        _once(on, as_json=as_json, database_url=database_url)
        return
    if on is not None or as_json:
        raise typer.BadParameter("--on and --json go with --once.")
    _for_long(database_url)


def _once(on: date | None, *, as_json: bool, database_url: str | None) -> None:
    from api.cli.console import progress
    from api.cli.opening import opened
    from api.scheduling.announcing import Announcer
    from api.scheduling.health import note_run

    shown: list[Event] = []
    recorded = 0

    def tell(events: Sequence[Event]) -> None:
        nonlocal recorded
        recorded += len(events)
        shown.extend(events[: MOST_SHOWN - len(shown)])

    with opened(database_url) as ledger, progress() as bar:
        day = _day(ledger, on)
        task = bar.add_task("looking at accounts", total=None)
        ran = Announcer(ledger).run(
            day,
            progress=lambda done, total: bar.update(task, completed=done, total=total, events=recorded),
            tell=tell,
        )
        if ran.whole:
            note_run(ledger.store, ran)
    _show(ran, shown, as_json=as_json)
    if not ran.whole:
        raise typer.Exit(1)


def _day(ledger: "RightsLedger", on: date | None) -> date:
    """The day of a run: a notice says what has come about, so none is recorded ahead of its day."""
    today = ledger.today()
    if on is not None and on > today:
        raise typer.BadParameter(f"{on} is still to come: today is {today} in {ledger.settings.time_zone}.")
    return on or today


def _for_long(database_url: str | None) -> None:
    from api.cli.console import out
    from api.cli.opening import migrated, settings
    from api.http import logs
    from api.scheduling.scheduler import Scheduler
    from api.wiring import open_ledger

    chosen = settings(database_url)
    migrated(chosen.database_url)
    logs.configure(chosen)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with open_ledger(chosen) as ledger:
        ledger.store.check()
        out().print(
            f"The scheduler looks at {ledger.store.place} every {chosen.scheduler_seconds} seconds, "
            f"and when a day begins in {chosen.time_zone}. Ctrl-C stops it."
        )
        Scheduler(ledger).run(stop)


def _show(ran: "Ran", shown: Sequence[Event], *, as_json: bool) -> None:
    from api.cli.console import err, out, table, write_json

    number = ran.recorded.total()
    if as_json:
        counted = {**ran.recorded}
        write_json({"on": ran.on, "recorded": counted, "refused": ran.refusals, "whole": ran.whole, "items": shown})
        return
    if not number:
        out().print(f"Nothing new to announce by {ran.on}.")
    else:
        rows = [
            (one["effective_on"], one["type"], one["account_id"], one["data"]["line"], one["data"]["opportunity_id"],
             one["data"]["deadline_on"])
            for one in shown
        ]  # fmt: skip
        out().print(table("for", "notice", "account", "line", "opportunity", "last day", rows=rows))
        if number > len(shown):
            out().print(f"… and {number - len(shown):,} more.")
        out().print(f"Recorded {number:,} notice{'s' if number > 1 else ''} by {ran.on}.")
    if ran.refusals:
        err().print(f"{ran.refusals:,} could not be recorded:", style="yellow")
        for why in ran.refused:
            err().print(f"  {why}")
    if ran.left:
        err().print(f"Others kept recording on {ran.left:,} accounts: run it again.", style="yellow")
