"""`ledger import crm`: the summary, the exit codes, and a run that is killed in the middle."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.importing.crm import CrmImport
from api.settings import Settings
from api.wiring import open_ledger
from ledger.store.errors import LedgerBusy
from projections.recording import Receipt, Recorder, Submission
from tests.api.cli.conftest import Ledger
from tests.api.importing.exports import SMALL, read_csv

IMPORT = ("import", "crm", "--mapping", SMALL / "mapping.toml", SMALL)
EVENTS = 362
GO_ON = "What was recorded until then stays; run the same command again to go on."


def test_the_summary(ledger: Ledger, tmp_path: Path) -> None:
    """Rows by file, events by type, spellings, rejects by reason, where the ledger stands."""
    said = ledger(*IMPORT)
    assert (said.code, said.err) == (0, "")
    lines = [line.split() for line in said.out.splitlines()]
    assert ["sales_pipeline.csv", "60", "51", "0", "9"] in lines
    assert ["forecast_recorded", "51"] in lines
    assert ["all", "362"] in lines
    assert ["no", "engage_date", "2"] in lines
    assert any(line[:2] == ["LumenPro", "Lumen"] for line in lines)
    assert "The ledger stands at position 362." in said.out
    assert "9 rows were rejected: see rejects.csv." in said.out
    assert len(read_csv(tmp_path / "rejects.csv")) == 9


def test_again(ledger: Ledger) -> None:
    """It says that there is nothing new."""
    ledger(*IMPORT)
    said = ledger(*IMPORT)
    assert said.code == 0
    assert "Nothing new: all that could be taken was recorded before." in said.out
    assert "0 events recorded, 362 recorded before" in said.out


def test_as_json_and_strict(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """For scripts: the figures, and exit code 1 if a row was rejected."""
    said = sqlite_ledger(*IMPORT, "--json", "--strict", "--rejects", tmp_path / "r.csv", "--batch-size", "100")
    assert said.code == 1
    told = said.json
    assert (told["events_recorded"], told["events_recorded_before"], told["position"]) == (362, 0, 362)
    assert told["files"][2] == {
        "file": "sales_pipeline.csv", "rows": 60, "recorded": 51, "recorded_before": 0, "rejected": 9
    }  # fmt: skip
    assert told["variants"] == [{"written": "LumenPro", "taken_as": "Lumen Pro", "rows": 3}]
    assert told["rejects_file"] == str(tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "crm", "--mapping", "none.toml", SMALL), "none.toml: there is no such file"),
        (("import", "crm", "--mapping", SMALL / "mapping.toml", "nowhere"), "there is no such file in the export"),
        ((*IMPORT, "--rejects", "no/such/folder.csv"), "can't be written"),
        ((*IMPORT, "--batch-size", "0"), "greater than or equal to 1"),
        (("import", "crm", SMALL), "Missing option '--mapping'"),
    ],
)
def test_what_was_typed_wrongly_is_told(arguments: tuple[object, ...], told: str, sqlite_ledger: Ledger) -> None:
    """Exit code 2, and nothing is recorded."""
    said = sqlite_ledger(*arguments)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert sqlite_ledger("events", "list", "--json").json["position"] == 0


def test_rejects_are_not_written_over_the_export(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """However the path is spelled."""
    export = shutil.copytree(SMALL, tmp_path / "export")
    for name in ("accounts.csv", "mapping.toml", "../export/products.csv"):
        said = sqlite_ledger("import", "crm", "--mapping", export / "mapping.toml", export, "--rejects", export / name)
        assert (said.code, "is read by the import" in said.err) == (2, True)
    assert (export / "accounts.csv").read_bytes() == (SMALL / "accounts.csv").read_bytes()


def test_a_ledger_that_fails_in_the_middle(sqlite_ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, and how to go on."""
    record = Recorder.record
    batches = iter(range(10))

    def failing(recorder: Recorder, submission: Submission) -> Receipt:
        if next(batches) == 3:
            raise LedgerBusy(10)
        return record(recorder, submission)

    monkeypatch.setattr(Recorder, "record", failing)
    said = sqlite_ledger(*IMPORT, "--batch-size", "50")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("The ledger is busy")
    assert said.err.endswith(f"{GO_ON}\n")


def test_without_a_ledger(typed: Ledger, tmp_path: Path) -> None:
    """One is made, so that the first command of all may be an import."""
    said = typed(*IMPORT, "--database-url", "sqlite:///new.db")
    assert said.code == 0
    assert (tmp_path / "new.db").exists()


def test_where_no_ledger_can_be(typed: Ledger, tmp_path: Path) -> None:
    """Exit code 3, and no rejects file is left behind."""
    said = typed(*IMPORT, "--database-url", "sqlite:///nowhere/none.db")
    assert said.code == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
def test_stopped_in_the_middle_it_can_be_run_again(how: signal.Signals, database_url: str, tmp_path: Path) -> None:
    """Whatever way it went: whole rows are there, and the next run brings the rest, nothing twice."""
    program = Path(sys.executable).with_name("ledger")
    command = [program, *map(str, IMPORT), "--batch-size", "1", "--database-url", database_url]
    with open_ledger(Settings(database_url=database_url)) as ledger:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while ledger.read.head().position < 60 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(how)
        _, told = process.communicate(timeout=60)
        assert process.returncode == (-how if how == signal.SIGKILL else 130)
        assert "Traceback" not in told
        assert how == signal.SIGKILL or told == f"Stopped. {GO_ON}\n"
    with open_ledger(Settings(database_url=database_url)) as ledger:
        before = ledger.read.head().position
        assert 60 <= before < EVENTS
        rest = CrmImport(SMALL / "mapping.toml", SMALL).run(ledger.read, ledger.recorder, tmp_path / "rest.csv")
        assert (rest.recorded, rest.position) == (EVENTS - before, EVENTS)
        ids = [one.event_id for page in ledger.read.recorded() for one in page]
        assert len(set(ids)) == EVENTS
