"""`python -m benchmarks`: measures the ledger, and writes what it found to benchmarks/RESULTS.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    appends,
    calling,
    deriving,
    exporting,
    funnel,
    growing,
    importing,
    mixed,
    report,
    residuals,
    whatif,
)
from benchmarks.databases import KINDS, chosen
from benchmarks.figures import Figure, keep
from benchmarks.options import Options

MEASURES: dict[str, tuple[str, Callable[[Options], Iterator[Figure]]]] = {
    "import": ("the whole CRM export, kept answers included, and a rebuild of them", importing.measure),
    "appends": ("single events, 1 and 8 clients, in process and over HTTP", appends.measure),
    "calling": ("calling rights beside a constant answer, and 1,000 questions in one call", calling.measure),
    "growing": ("the same question on a ledger a hundred times larger", growing.measure),
    "deriving": ("one more event on an account of 10 to 10,000, in order and backdated", deriving.measure),
    "residuals": ("statements, closings and one more renewal beside 100,000 contracts", residuals.measure),
    "exporting": ("a statement of 200,000 lines as CSV, workbook and Parquet: time and memory", exporting.measure),
    "mixed": ("two workers and a scheduler, asked and recorded in at once, for --seconds 60 or more", mixed.measure),
    "funnel": ("the funnel, its progress and what deserves attention, of 100,000 opportunities", funnel.measure),
    "whatif": ("the difference a change makes to all accounts of the CRM export", whatif.measure),
}

TEACHES = """\
examples:
  python -m benchmarks import --export FOLDER      a CRM export you have (default: a generated one of the same size)
  python -m benchmarks calling --database sqlite
  python -m benchmarks all                         everything, which takes a while
  python -m benchmarks report                      writes benchmarks/RESULTS.md from what was measured

PostgreSQL comes with the development packages; LEDGER_TEST_DATABASE_URL names a server to use instead.
"""


def main(arguments: list[str]) -> int:
    """Measures what is asked for; the exit code."""
    given = parser().parse_args(arguments)
    if given.what == "report":
        report.write()
        return 0
    options = Options(
        databases=chosen(given.database),
        folder=given.export,
        mapping=given.mapping,
        rounds=given.rounds,
        seconds=given.seconds,
        quick=given.quick,
    )
    for name in MEASURES if given.what == "all" else [given.what]:
        _, measure = MEASURES[name]
        keep(name, command_of(name, given), measure(options))
    return 0


def command_of(name: str, given: argparse.Namespace) -> str:
    """How a benchmark was started, for who wants to measure it again; folders are their own."""
    default = parser().parse_args([name])
    words = [f"python -m benchmarks {name}"]
    for option in ("database", "export", "mapping", "rounds", "seconds", "quick"):
        value = getattr(given, option)
        if value != getattr(default, option):
            shown = {"export": "FOLDER", "mapping": "FILE", "quick": ""}.get(option, str(value).removesuffix(".0"))
            words.append(f"--{option} {shown}".rstrip())
    return " ".join(words)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures the ledger; what is found is kept in benchmarks/measured for the report.",
        epilog=TEACHES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told = "; ".join(f"{name}: {says}" for name, (says, _) in MEASURES.items())
    parser.add_argument("what", choices=[*MEASURES, "all", "report"], help=told)
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="a CRM export to import")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="its mapping (default: examples/maven-crm.toml)")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many rounds counts")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a round of requests lasts")
    parser.add_argument("--quick", action="store_true", help="a tiny size, to see that it runs")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
