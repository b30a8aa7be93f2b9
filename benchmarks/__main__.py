"""`python -m benchmarks`: measures the ledger, and writes what it found to benchmarks/RESULTS.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import appends, calling, deriving, growing, importing, report, whatif
from benchmarks.databases import KINDS, chosen
from benchmarks.figures import Figure, keep
from benchmarks.options import Options

MEASURES: dict[str, tuple[str, Callable[[Options], Iterator[Figure]]]] = {
    "import": ("the whole CRM export, kept answers included, and a rebuild of them", importing.measure),
    "appends": ("single events, 1 and 8 clients, in process and over HTTP", appends.measure),
    "calling": ("calling rights beside a constant answer, and 1,000 questions in one call", calling.measure),
    "growing": ("the same question on a ledger a hundred times larger", growing.measure),
    "deriving": ("one more event on an account of 10 to 10,000, in order and backdated", deriving.measure),
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
    given = _parser().parse_args(arguments)
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
        keep(name, f"python -m benchmarks {name}{' --quick' if given.quick else ''}", measure(options))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures the ledger; what is found is kept in var/benchmarks until the report is written.",
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
