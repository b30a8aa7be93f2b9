"""An open ledger to import into, on both databases in turn; and one that holds the shared export already."""

import fcntl
import os
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from api.importing.crm import CrmImport
from api.importing.summary import Summary
from api.settings import Settings
from api.wiring import RightsLedger, open_ledger
from tests.api.importing.exports import MAVEN, MAVEN_MAPPING


@pytest.fixture
def ledger(database_url: str) -> Iterator[RightsLedger]:
    """An empty ledger."""
    with open_ledger(Settings(database_url=database_url), today=lambda: date(2026, 7, 1)) as opened:
        yield opened


@pytest.fixture
def sqlite_ledger(sqlite_url: str) -> Iterator[RightsLedger]:
    """An empty ledger in an SQLite file, for what has nothing to do with the database."""
    with open_ledger(Settings(database_url=sqlite_url), today=lambda: date(2026, 7, 1)) as opened:
        yield opened


@dataclass
class Imported:
    """The shared export in an SQLite ledger, which is to be copied and not used; what the import told and rejected."""

    folder: Path
    summary: Summary

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects.csv"

    def copied_to(self, folder: Path) -> str:
        """The URL of a copy of the ledger in a folder."""
        return f"sqlite:///{shutil.copyfile(self.folder / 'ledger.db', folder / 'ledger.db')}"


@pytest.fixture(scope="session")
def maven(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Imported:
    """The shared export, imported once in a run, by the worker that needs it first."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "maven"
    folder.mkdir(exist_ok=True)
    told = folder / "summary.pickle"
    with (folder / "turn").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not told.exists():
            shutil.copyfile(sqlite_template, folder / "ledger.db")
            with open_ledger(Settings(database_url=f"sqlite:///{folder / 'ledger.db'}")) as opened:
                planned = CrmImport(MAVEN_MAPPING, MAVEN)
                summary = planned.run(opened.read, opened.recorder, folder / "rejects.csv")
            told.write_bytes(pickle.dumps(summary))
    return Imported(folder, pickle.loads(told.read_bytes()))  # noqa: S301 - written above
