"""Opening the ledger for a command."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.settings import Settings
    from api.wiring import RightsLedger


def settings(database_url: str | None = None, **others: Any) -> "Settings":
    """The settings: from the command line where given there, else from the environment. Raises Failure."""
    from pydantic import ValidationError

    from api.cli.failing import Failure
    from api.settings import Settings

    given = {"database_url": database_url, **others}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = [(".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in error.errors()]
        told = "; ".join(f"{name}: {message}" if name else message for name, message in wrong)
        raise Failure(f"The settings are not right: {told}. README.md has a table of them.") from error


@contextmanager
def opened(database_url: str | None, *, make: bool = False) -> Iterator["RightsLedger"]:
    """The ledger, found to be there and of this version; with `make` an empty or older database is made one first.

    Raises StoreError.
    """
    from api.wiring import open_ledger

    chosen = settings(database_url)
    if make:
        migrated(chosen.database_url)
    with open_ledger(chosen) as ledger:
        ledger.store.check()
        yield ledger


def actor() -> str:
    """Who records on the command line: the user of the machine."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def migrated(database_url: str) -> tuple[str | None, str | None]:
    """Brings a database up to this release, its kept answers included; its revision before and after.

    A folder that an SQLite file is to stand in has to be there. Raises StoreError.
    """
    from sqlalchemy.exc import DBAPIError

    import migrations
    from ledger.store.engines import parsed, sqlite_path
    from ledger.store.errors import LedgerUnavailable

    where = parsed(database_url)
    place = where.render_as_string(hide_password=True)
    if where.get_backend_name() == "sqlite" and not sqlite_path(where).parent.is_dir():
        raise LedgerUnavailable(place, f"there is no folder {sqlite_path(where).parent}")
    try:
        before = migrations.current(database_url)
        migrations.upgrade(database_url)
        _derive_anew(database_url)
        return before, migrations.current(database_url)
    except DBAPIError as error:
        raise LedgerUnavailable(place, str(error.orig).strip().partition("\n")[0]) from error


def _derive_anew(database_url: str) -> None:
    """Rebuilds the kept answers where they are those of an older release."""
    from api.cli.console import bar
    from ledger.store import open_store
    from projections.derivation import bring_up_to_date, is_current

    with open_store(database_url) as store:
        if not is_current(store):
            with bar("deriving the answers of this release") as told:
                bring_up_to_date(store, told)
