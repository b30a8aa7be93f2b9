"""`python -m tests.faults`: breaks a ledger under load, again and again, and checks what is claimed to hold."""

from __future__ import annotations

import argparse
import statistics
import sys

from tests.faults.breaking import KINDS, Outcome, run

# ruff: noqa: T201 - it tells whoever started it by printing

RECOVERED_WITHIN = 5.0
"""Seconds from the start of what was broken to the next thing that is recorded."""

TEACHES = """\
examples:
  python -m tests.faults                               fifty times in each way, on both databases: ten minutes
  python -m tests.faults --times 3 --database sqlite

Exit code 1 means that a claim does not hold. PostgreSQL comes with the development packages; the run starts and breaks
a server of its own. docs/explanation/when-it-breaks.md tells what is broken, and what is claimed.
"""


def main(arguments: list[str]) -> int:
    """Breaks what is asked for; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description=__doc__,
        epilog=TEACHES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--times", type=int, default=50, help="how often in each way")
    given = parser.parse_args(arguments)
    well = True
    for kind in KINDS if given.database == "both" else [given.database]:
        outcome = run(kind, given.times, lambda name, number, seconds: _step(kind, name, number, seconds))  # noqa: B023
        well = show(kind, outcome) and well
    return 0 if well else 1


def show(kind: str, outcome: Outcome) -> bool:
    """Prints what came of it; whether every claim holds."""
    print(f"\r\033[K{kind}" if sys.stdout.isatty() else kind)
    slow = []
    for name, seconds in outcome.seconds.items():
        print(
            f"  {name:22} {len(seconds):3} times   works again after {statistics.median(seconds):.2f} s (median), "
            f"{max(seconds):.2f} s (longest)"
        )
        if max(seconds) > RECOVERED_WITHIN:
            slow.append(f"{name}: works again only after {max(seconds):.2f} s")
    print(f"  load average of the machine: {min(outcome.loads):.1f} to {max(outcome.loads):.1f}")
    print(
        f"  {outcome.submissions:,} submissions acknowledged, {outcome.again:,} of them after they were sent again; "
        f"{outcome.events:,} events with the scheduler's"
    )
    for claim in (wrong := [*outcome.broken, *slow]):
        print(f"  NOT SO: {claim}")
    if not wrong:
        print("  none lost, none twice, each answered again as before; the ledger is whole")
    return not wrong


def _step(kind: str, name: str, number: int, seconds: float) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{kind}: {name} {number} ({seconds:.2f} s)", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
