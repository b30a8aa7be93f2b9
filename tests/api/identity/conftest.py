"""The served ledgers and the command line of the neighbours, for tests that need both."""

from tests.api.cli.conftest import ledger, typed
from tests.api.http.conftest import _quiet, api, sqlite_api

__all__ = ["_quiet", "api", "ledger", "sqlite_api", "typed"]
