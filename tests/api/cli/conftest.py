"""A command line to type into: `ledger("rights", "acme")` on a ledger of the test's own, without a process."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run


@dataclass(frozen=True)
class Said:
    """What a command said, and the exit code it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said, where that is JSON."""
        return json.loads(self.out)


Ledger = Callable[..., Said]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ledger:
    """Runs a command in a folder of the test's own; `typed` is what stands on its standard input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEDGER_DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def command(*arguments: object, typed: str | None = None) -> Said:
        if typed is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = run([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return command


@pytest.fixture
def ledger(typed: Ledger, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The command line on an empty ledger, on both databases in turn."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database_url)
    return typed


@pytest.fixture
def sqlite_ledger(typed: Ledger, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The command line on an empty ledger in an SQLite file."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", sqlite_url)
    return typed


def recorded(ledger: Ledger, *events: dict[str, Any]) -> list[str]:
    """Records events, which must succeed; their ids."""
    said = ledger("events", "record", "-", "--json", typed=json.dumps({"events": list(events)}))
    assert said.code == 0, said.err
    return [event["event_id"] for event in said.json["events"]]
