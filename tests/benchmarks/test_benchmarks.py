"""The benchmarks run, in a tiny size; what they find says nothing here."""

from pathlib import Path

import pytest

from benchmarks import figures, report
from benchmarks.__main__ import MEASURES
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
