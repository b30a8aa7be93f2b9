"""The served ledgers of the HTTP tests."""

from tests.api.http.conftest import _quiet, api, sqlite_api

__all__ = ["_quiet", "api", "sqlite_api"]
