"""The benchmarks run, in a tiny size; what they find says nothing here."""

from pathlib import Path

import pytest

from benchmarks import figures, report
from benchmarks.__main__ import MEASURES, command_of, parser
from benchmarks.figures import keep
from benchmarks.options import Options


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for what is measured."""
    monkeypatch.setattr(figures, "KEPT", tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURES)
def test_a_benchmark_runs_and_is_reported(name: str, kept: Path) -> None:
    """Every benchmark finds figures, and the report tells them."""
    options = Options(databases=("sqlite",), rounds=1, seconds=0.1, quick=True)
    keep(name, f"python -m benchmarks {name}", MEASURES[name][1](options))
    results = kept / "RESULTS.md"
    report.write(kept, results)
    assert f"## {name.capitalize()}" in results.read_text()


def test_a_report_of_nothing_is_refused(kept: Path) -> None:
    """Before anything was measured there is nothing to write."""
    with pytest.raises(FileNotFoundError):
        report.write(kept, kept / "RESULTS.md")


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (["calling"], "python -m benchmarks calling"),
        (
            ["mixed", "--seconds", "60", "--database", "sqlite"],
            "python -m benchmarks mixed --database sqlite --seconds 60",
        ),
        (["import", "--export", "somewhere/of/mine", "--quick"], "python -m benchmarks import --export FOLDER --quick"),
    ],
)
def test_a_report_says_how_to_measure_again(given: list[str], command: str) -> None:
    """With the options that were given, and no folder of who measured."""
    assert command_of(given[0], parser().parse_args(given)) == command
