"""`ledger migrate`, `rebuild` and `verify`: making a ledger, and making sure of it."""

import typer

from api.cli.options import AsJson, DatabaseUrl


def migrate(database_url: DatabaseUrl = None) -> None:
    """Makes a ledger, or brings one up to date.

    In an empty database it makes the ledger; one of an older version it migrates, in one transaction that loses no
    fact. `ledger serve` does the same before it serves.

    Examples:
      ledger migrate
      ledger migrate --database-url postgresql+psycopg://ledger@localhost/ledger
    """
    from api.cli.console import out
    from api.cli.opening import migrated, settings

    before, after = migrated(settings(database_url).database_url)
    if before == after:
        out().print(f"The ledger is up to date (revision {after}).")
    else:
        out().print(f"The ledger is at revision {after} now ({f'was {before}' if before else 'newly made'}).")


def rebuild(database_url: DatabaseUrl = None) -> None:
    """Derives all kept answers anew from the facts.

    The ledger stays in use meanwhile. The answers are built beside the old ones and put in their place at the end,
    all at once. If it is interrupted, the old ones stand.

    Examples:
      ledger rebuild
    """
    from api.cli.console import bar, out
    from api.cli.opening import opened
    from projections.rebuild import rebuild as build

    with opened(database_url) as ledger, bar("rebuilding") as progress:
        done = build(ledger.store, progress)
    out().print(
        f"Rebuilt from {done.events:,} events of {done.accounts:,} accounts: {done.rows:,} rows, "
        f"as of position {done.position:,}."
    )


def verify(as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:
    """Checks that the whole ledger is as it has to be.

    Positions without a gap, events that match their hashes, kept answers that follow from the facts. Changes nothing.
    Tells the first difference, and then exits with 1.

    Examples:
      ledger verify && echo all is well
    """
    from api.cli.console import bar, err, out, write_json
    from api.cli.opening import opened
    from projections.verifying import verify as check

    with opened(database_url) as ledger, bar("verifying") as progress:
        position = ledger.read.head().position
        difference = check(ledger.store, progress)
    if as_json:
        told = difference and {
            "where": difference.where,
            "expected": difference.expected,
            "found": difference.found,
        }
        write_json({"whole": difference is None, "position": position, "difference": told})
    elif difference is None:
        out().print(f"The ledger is whole: {position:,} events, and every answer follows from them.")
    else:
        err().print(f"The ledger is not whole. First difference: {difference.where}", style="bold red")
        err().print(f"  expected  {difference.expected}")
        err().print(f"  found     {difference.found}")
        err().print(
            "If an event differs, restore a backup. If only kept answers differ, `ledger rebuild` makes them anew."
        )
    if difference is not None:
        raise typer.Exit(1)
